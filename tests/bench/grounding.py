"""Measures the citation firewall: how many wrong statements it catches, and how many true ones it withholds.

    uv run python tests/bench/grounding.py [--quick] [--show-misses tuning] [DATA]

DATA is a file like `squad2-dev-16-articles.json.gz`, or the folder it is in (default: ../shared/data); the seeds and the hand-written sets are
always measured. A statement is caught when it is not posted, or its quote is posted in its place. Texts and hand-written lines are in two halves:
the checks may be tuned on one, the other is never shown. The last line is one JSON object, of the half that is never shown:
`mutants caught kinds false_alarms_verbatim false_alarms_restated ms_per_claim`, and `swaps_caught roles_caught handwritten_caught
false_alarms_other wrong_caught_other wrong_quotes_rejected`. The seeds' mutants are all in the shown half, for whoever writes the checks has
read the seeds.
"""

import gzip
import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.corpus import Block, Document, Fact, Kind, Known, Passage, load_corpus  # noqa: E402  # after the path is set
from bot.corpus.passages import passages_of  # noqa: E402
from bot.drafts import DraftClaim, Quote  # noqa: E402
from bot.grounding import ClaimKind, Gate  # noqa: E402
from tests.bench.mutations import Source, kinds, mutants  # noqa: E402
from tests.bench.wording import DATA, NUMBER  # noqa: E402

SQUAD = "squad2-dev-16-articles.json.gz"
ROLES = frozenset(
    {
        "subj_obj_swap",
        "subject_rebound",
        "copula_between",
        "nouns_swapped",
        "cause_reversed",
        "verb_phrase_stolen",
        "voice_flip",
        "from_to_swap",
        "blend_sentences",
        "splice",
    }
)
SEED = 20181031
LONGEST = 450  # characters of a sentence: a claim has room for 600, and a mutant may be longer than its source
QUICK, FULL = 24, 150  # mutants a kind and text, at most


@dataclass(frozen=True)
class Claim:
    """A statement with its quotes as (passage id, words), to be judged before the passages of one text. `expected` is whether it is true."""

    kind: str
    text: str
    quotes: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]
    question: str
    group: str
    half: str
    expected: bool


@dataclass(frozen=True)
class Outcome:
    """How a claim went: whether it was posted as it stands, why not where it was not, and in how many seconds."""

    kind: str
    group: str
    half: str
    expected: bool
    passed: bool
    seconds: float
    text: str
    source: str
    reasons: tuple[str, ...]


def judge(claim: Claim) -> Outcome:
    """Put one claim before a gate of its own."""
    draft = DraftClaim(quotes=tuple(Quote(passage=p, text=words) for p, words in claim.quotes), text=claim.text, kind="fact")
    begun = time.perf_counter()
    gate = Gate(claim.question, claim.passages)
    verified = gate.verify(draft)
    seconds = time.perf_counter() - begun
    passed = verified is not None and verified.kind is not ClaimKind.QUOTE
    reasons = tuple(str(reason) for withheld in gate.withheld for reason in withheld.reasons)
    return Outcome(claim.kind, claim.group, claim.half, claim.expected, passed, seconds, claim.text, claim.question, reasons)


# ---- texts


@dataclass(frozen=True)
class Text:
    """Passages that are supplied together, the text around them, and the half it is in."""

    group: str
    half: str
    passages: tuple[Passage, ...]
    around: str

    def sources(self) -> Iterator[tuple[Passage, Source]]:
        """Its sentences that can be made into claims."""
        for passage in self.passages:
            sentences = [passage.document.text[s.start : s.end] for s in passage.sentences]
            for i, sentence in enumerate(sentences):
                if 30 <= len(sentence) <= LONGEST and len(sentence.split()) >= 5 and passage.kind is not Kind.HEADING:
                    known = passage.document
                    speakers = frozenset(filter(None, [known.first_person, known.author.value, *_near_speech(known.text)]))
                    yield passage, Source(sentence, tuple(sentences[:i]), tuple(sentences[i + 1 :]), self.around, known.names, speakers)


def _near_speech(text: str) -> list[str]:
    return ["Ma", "Tong", "Lau"] if "Tencent" in text else []


def seed_texts() -> list[Text]:
    """The five documents, each with all its passages. Whoever writes the checks has read them: no half of them is blind."""
    corpus = load_corpus(ROOT / "seeds")
    return [Text("seeds", "tuning", corpus.passages_of(d.id), d.text) for d in corpus.documents]


def squad_texts(path: Path) -> list[Text]:
    """SQuAD's paragraphs, each a text of its own; every other article, in a random order, is held out."""
    articles = json.loads(gzip.decompress(path.read_bytes()))
    titles = Random(SEED).sample([a["title"] for a in articles], len(articles))
    held_out = set(titles[::2])
    return [text for article in articles for text in _article_texts(article, "blind" if article["title"] in held_out else "tuning")]


def _article_texts(article: dict[str, Any], half: str) -> Iterator[Text]:
    around = "\n\n".join(paragraph["text"] for paragraph in article["paragraphs"])
    for number, paragraph in enumerate(article["paragraphs"]):
        yield Text("squad", half, paragraph_passages(article["title"], number, paragraph["text"]), around)


def paragraph_passages(title: str, number: int, text: str) -> tuple[Passage, ...]:
    """One paragraph as a document."""
    block = Block(0, len(text), 1, Kind.BODY, "a paragraph")
    document = Document(id=f"{title}-{number}", text=text, title=Fact(title.replace("_", " "), Known.STATED), blocks=(block,))
    return tuple(passages_of(document, f"{number:03d}"))


# ---- claims


def claims_of(texts: Sequence[Text], most: int) -> list[Claim]:
    """The claims made of some texts: verbatim sentences, mutants and wrong quotes, at most `most` of a kind, chosen by the seed."""
    random = Random(SEED)
    wanted = dict.fromkeys([*kinds(), *WRONG_QUOTES], most) | {"verbatim": 3 * most}
    chosen: list[Claim] = []
    sentences = [(text, passage, source) for text in texts for passage, source in text.sources()]
    for text, passage, source in random.sample(sentences, len(sentences)):
        for claim in _claims(text, passage, source, [kind for kind in kinds() if wanted[kind]], random):
            if wanted[claim.kind]:
                wanted[claim.kind] -= 1
                chosen.append(claim)
    return chosen


def _claims(text: Text, passage: Passage, source: Source, among: Sequence[str], random: Random) -> Iterator[Claim]:
    honest = ((passage.id, source.text),)
    yield Claim("verbatim", source.text, honest, text.passages, source.text, text.group, text.half, True)
    for mutant in mutants(source, among=among):
        quotes = tuple((passage.id, quote) for quote in mutant.quotes)
        yield Claim(mutant.kind, mutant.text, quotes, text.passages, source.text, text.group, text.half, False)
    for kind, quote in _wrong_quotes(passage, source, random):
        stated = quote[1] if kind == "quote_altered" else source.text  # who alters a quote says what it then says
        yield Claim(kind, stated, (quote,), text.passages, source.text, text.group, text.half, False)


WRONG_QUOTES = ("quote_of_neighbour", "quote_of_nowhere", "quote_altered")


def _wrong_quotes(passage: Passage, source: Source, random: Random) -> Iterator[tuple[str, tuple[str, str]]]:
    neighbours = [s for s in (*source.before, *source.after) if len(s) >= 30]
    if neighbours:
        yield "quote_of_neighbour", (passage.id, random.choice(neighbours))
    yield "quote_of_nowhere", (passage.id, random.choice(_NOWHERE))
    if number := NUMBER.search(source.text):
        altered = source.text[: number.start()] + str(int(float(number.group().replace(",", ""))) + 7) + source.text[number.end() :]
        yield "quote_altered", (passage.id, altered)


_NOWHERE = (
    "The committee will publish its final report before the end of the spring session.",
    "Rainfall in the valley is highest between November and February.",
    "The museum lent three of the paintings to a gallery abroad.",
    "Every applicant is asked to send two letters of reference.",
)


# ---- hand-written lines


def handwritten(lines: Iterable[dict[str, Any]]) -> list[Claim]:
    """The claims of the hand-written sets: those over the seeds before the whole document, the others before the sentences they carry."""
    corpus = load_corpus(ROOT / "seeds")
    return [_handwritten(line, corpus.passages_of(line["document"]) if line["text"] == "seeds" else _carried(line)) for line in lines]


def _carried(line: dict[str, Any]) -> tuple[Passage, ...]:
    return paragraph_passages(line["title"], 0, line["passage"])


def _handwritten(line: dict[str, Any], passages: tuple[Passage, ...]) -> Claim:
    quotes = tuple((next(p.id for p in passages if quote in p.text), quote) for quote in line["quotes"])
    expected = line["label"] == "honest"
    return Claim(
        line["kind"], line["claim"], quotes, passages, line["quotes"][0], f"{line['label']} {line['text']}", line["half"], expected
    )


def read_lines(name: str) -> list[dict[str, Any]]:
    """The lines of one of the hand-written sets."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def other_texts() -> Iterator[Claim]:
    """The claims over other texts, which were written before whoever wrote them had read the checks."""
    for group, row in ((group, row) for group, name in OTHERS.items() for row in read_lines(name)):
        passages = paragraph_passages(row["title"], 0, row["passage"])
        for line in row["lines"]:
            claim = _handwritten(line | {"text": ""}, passages)
            yield replace(claim, group=f"{group} {line['label']}")


OTHERS = {"other": "other_texts.jsonl", "invented": "invented_texts.jsonl", "firm": "firm_texts.jsonl"}
HANDWRITTEN = ("wrong_statements.jsonl", "honest_restatements.jsonl")


# ---- figures


def rate(found: Iterable[Outcome]) -> float:
    """The share of claims that went as they should: true ones passed, wrong ones did not."""
    right = [one.passed is one.expected for one in found]
    return sum(right) / len(right) if right else float("nan")


def table(found: Sequence[Outcome], names: Sequence[str], columns: Sequence[tuple[str, str]]) -> str:
    """By kind and text: how many went as they should, and which share."""
    lines = [f"{'':28}" + "".join(f"{group + ' ' + half:>24}" for group, half in columns)]
    for name in names:
        cells = [[o for o in found if o.kind == name and (o.group, o.half) == column] for column in columns]
        lines.append(f"{name:28}" + "".join(_cell(group) for group in cells))
    total = [[o for o in found if o.kind in names and (o.group, o.half) == column] for column in columns]
    return "\n".join([*lines, f"{'all':28}" + "".join(_cell(group) for group in total)])


def _cell(group: Sequence[Outcome]) -> str:
    right = sum(1 for one in group if one.passed is one.expected)
    return f"{f'{right}/{len(group)} {rate(group):7.1%}':>24}" if group else f"{'-':>24}"


def misses(found: Iterable[Outcome]) -> str:
    """What went wrong in the half that may be shown, with the reasons for false alarms."""
    shown = [one for one in found if one.half == "tuning" and one.passed is not one.expected]
    return "\n".join(_miss(one) for one in sorted(shown, key=lambda one: (one.expected, one.group, one.kind)))


def _miss(one: Outcome) -> str:
    heading = f"[{'false alarm' if one.expected else 'missed'}] {one.group} {one.kind}"
    because = f"\n   because {'; '.join(one.reasons)}" if one.expected else ""
    return f"{heading}\n   source: {one.source}\n   claim:  {one.text}{because}"


def milliseconds(found: Sequence[Outcome]) -> tuple[float, float, float]:
    """The median, the mean and the 99th percentile of a claim's time."""
    times = sorted(one.seconds * 1000 for one in found)
    return times[len(times) // 2], sum(times) / len(times), times[len(times) * 99 // 100]


def figures(found: Sequence[Outcome]) -> dict[str, float | None]:
    """The last line: of the half that is never shown."""
    blind = [one for one in found if one.half == "blind"]
    wrong = [one for one in blind if one.group == "squad" and one.kind in set(kinds())]
    return {
        "mutants": len(wrong),
        "caught": sum(1 for one in wrong if not one.passed),
        "kinds": len({one.kind for one in wrong}),
        "false_alarms_verbatim": _withheld(o for o in blind if o.kind == "verbatim"),
        "false_alarms_restated": _withheld(o for o in blind if o.group.startswith("honest")),
        "ms_per_claim": round(milliseconds(found)[1], 2),
        "swaps_caught": _withheld(o for o in wrong if o.kind == "subj_obj_swap"),
        "roles_caught": _withheld(o for o in wrong if o.kind in ROLES),
        "handwritten_caught": _withheld(o for o in blind if o.group.startswith("wrong")),
        "false_alarms_other": _withheld(o for o in blind if o.group in {"other honest", "firm honest"}),
        "wrong_caught_other": _withheld(o for o in blind if o.group in {"other wrong", "firm wrong"}),
        "wrong_quotes_rejected": _withheld(o for o in blind if o.kind in WRONG_QUOTES),
    }


def _withheld(found: Iterable[Outcome]) -> float | None:
    """The share that was not posted as it stood; None where there were none, as where the texts are absent."""
    withheld = [not one.passed for one in found]
    return round(sum(withheld) / len(withheld), 4) if withheld else None


def report(found: Sequence[Outcome]) -> str:
    """The tables for people."""
    ordered = sorted({(one.group, one.half) for one in found}, key=lambda column: (column[0], column[1] == "blind"))
    texts = [column for column in ordered if column[0] in {"seeds", "squad"}]
    return "\n".join(
        [
            "Wrong statements caught\n" + table(found, kinds(), texts),
            "\nWrong quotes rejected\n" + table(found, WRONG_QUOTES, texts),
            "\nTrue sentences passed as they stand\n" + table(found, ["verbatim"], texts),
            "\nHand-written: wrong statements caught, honest restatements passed\n"
            + summary(found, [c for c in ordered if c not in texts]),
            "\nms a claim, gate included: p50 {:.1f}, mean {:.1f}, p99 {:.1f}\n".format(*milliseconds(found)),
        ]
    )


def summary(found: Sequence[Outcome], columns: Sequence[tuple[str, str]]) -> str:
    """How many of each group went as they should."""
    return "\n".join(f"{' '.join(column):28}{_cell([o for o in found if (o.group, o.half) == column])}" for column in columns)


@cache
def _prepared(path: Path, most: int) -> list[Claim]:
    """Once in each process."""
    texts = squad_texts(path) if path.is_file() else []
    halves = [[t for t in texts if t.half == half] for half in ("tuning", "blind")]
    made = [claim for some in (seed_texts(), *halves) if some for claim in claims_of(some, most)]
    return [*made, *handwritten(line for name in HANDWRITTEN for line in read_lines(name)), *other_texts()]


def _share(work: tuple[Path, int, int]) -> list[Outcome]:
    path, most, part = work
    return [judge(claim) for claim in _prepared(path, most)[part::2]]


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = ArgumentParser(description="Measures the citation firewall.")
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data", help=f"{SQUAD}, or the folder it is in")
    parser.add_argument("--quick", action="store_true", help="fewer mutants of each kind")
    parser.add_argument("--show-misses", choices=["tuning"], help="what went wrong in the half that may be shown")
    given = parser.parse_args(arguments)
    most = QUICK if given.quick else FULL
    path = given.data / SQUAD if given.data.is_dir() else given.data
    if not path.is_file():
        print(f"There is no {path.name} at the path given: only the seeds and the hand-written sets are measured.")
    begun = time.perf_counter()
    with Pool(2) as pool:
        found = [one for some in pool.map(_share, [(path, most, part) for part in range(2)]) for one in some]
    print(f"{len(found)} claims, {time.perf_counter() - begun:.0f} s\n\n{report(found)}")
    if given.show_misses:
        print(misses(found) + "\n")
    print(json.dumps(figures(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
