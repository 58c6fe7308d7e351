"""The gate from outside: what is true and cited comes out, what is not does not, whatever a draft says."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus import Corpus, Kind, load_corpus
from bot.drafts import DraftClaim, Quote
from bot.grounding import ClaimKind, Gate, differences
from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.gate import Check, Remedy
from bot.grounding.quoting import cite_quotes
from tests.grounding.conftest import SEEDS, Verify, checked, verify

STAKE = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
STAKE_AT = "000-21"
TRUE = "Tencent is JD’s largest shareholder with a 21.25% stake."

Page = Callable[..., Verify]


def statement(text: str, *quotes: tuple[str, str]) -> bool:
    """Whether a claim comes out as it stands."""
    made = verify(SEEDS, text, *quotes)
    return made is not None and made.kind is ClaimKind.STATEMENT


# --- quotes


def test_a_true_claim_in_the_words_of_its_quote_is_a_statement() -> None:
    made = verify(SEEDS, TRUE, (STAKE_AT, STAKE))

    assert made
    assert (made.kind, made.text, made.as_of) == (ClaimKind.STATEMENT, TRUE, None)
    assert [citation.quote for citation in made.citations] == [STAKE]


@pytest.mark.parametrize(
    "passage", [p for p in SEEDS.passages if p.kind is not Kind.HEADING and len(p.text) < 2000], ids=lambda passage: str(passage.id)
)
def test_every_passage_can_be_quoted_whole(passage: object) -> None:
    found = SEEDS.passage(getattr(passage, "id"))  # noqa: B009  # pytest hands it over untyped
    assert found

    made = verify(SEEDS, "", (found.id, found.text))

    assert made
    assert made.kind is ClaimKind.QUOTE
    assert sum(c.end - c.start for c in made.citations) >= len(found.text) - 5 * len(found.sentences)


TYPOGRAPHY = [
    "Tencent is currently JD's largest shareholder with a 21.25% stake.",
    "“Tencent is currently JD’s largest shareholder with a 21.25% stake.”",
    '"Tencent is currently JD’s largest shareholder with a 21.25% stake."',
    "Tencent is currently\u00a0JD’s largest  shareholder\nwith a 21.25%\u2009stake.",
    "Tencent is\u200b currently JD\u02bcs largest shareholder with a 21.25% stake.",
    "Ｔｅｎｃｅｎｔ is currently JD’s largest shareholder with a 21.25％ stake.",
    "Tencent is currently JD’s largest shareholder with a 21.25 % stake",
    "Tencent is currently JDs largest share-holder with a 21.25% stake.",
    "largest shareholder with a 21.25% stake",
    "Tencent is currently … largest shareholder with a 21.25% stake.",
    "Tencent is currently [...] shareholder ... 21.25% stake.",
    "…largest shareholder with a 21.25% stake…",
]


@pytest.mark.parametrize("quote", TYPOGRAPHY)
@pytest.mark.parametrize("passage", [STAKE_AT, f"[{STAKE_AT}]"])
def test_typography_and_small_slips_are_led_back_to_the_words_of_the_file(quote: str, passage: str) -> None:
    made = verify(SEEDS, "", (passage, quote))

    assert made
    assert made.text == STAKE


def test_a_quote_that_is_a_letter_longer_than_its_passage_is_led_back_too() -> None:
    assert verify(SEEDS, "", (STAKE_AT, STAKE.replace("%", " %"))) is not None


def test_words_after_an_ellipsis_may_also_stand_before_it(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(
        "A page about a cat\n\nThe cat sat on it, and the dog saw that the cat sat there.\n", encoding="utf-8"
    )
    corpus = load_corpus(tmp_path)

    assert verify(corpus, "", (corpus.passages[-1].id, "the dog saw … cat sat")) is not None


NOT_THERE = [
    "Tencent is currently JD’s largest shareholder with a 21.52% stake.",
    "Tencent is currently JD’s largest shareholder with a 21.2% stake.",
    "Tencent is currently JD’s largest shareholder with a 121.25% stake.",
    "Tencent owns all of JD and of its subsidiaries.",
    "shareholder … largest",
    "TENCENT IS CURRENTLY JD’S LARGEST SHAREHOLDER",
    "“”",
    "…",
    "\u200b",
    "zzz",
    STAKE * 20,
]


@pytest.mark.parametrize("quote", NOT_THERE)
def test_words_or_numbers_that_do_not_stand_there_are_no_quote(quote: str) -> None:
    assert verify(SEEDS, TRUE, (STAKE_AT, quote)) is None


@pytest.mark.parametrize("passage", ["", "000-20", "005-1", "001-21", "x", "[]", STAKE_AT + "0", "000_5e2a81c1d8135d37.txt"])
def test_a_quote_of_another_passage_or_of_none_is_no_quote(passage: str) -> None:
    assert verify(SEEDS, TRUE, (passage, STAKE)) is None


def test_a_passage_that_was_not_supplied_cannot_be_quoted() -> None:
    gate = Gate("Tencent?", [p for p in SEEDS.passages if p.id != STAKE_AT])

    assert gate.verify(DraftClaim(quotes=(Quote(passage=STAKE_AT, text=STAKE),), text=TRUE)) is None


def test_quotes_of_two_documents_make_no_claim() -> None:
    retail = ("001-13", "Tencent values connection.")

    assert verify(SEEDS, "Tencent values connection with a 21.25% stake.", (STAKE_AT, STAKE), retail) is None
    assert verify(SEEDS, "", (STAKE_AT, STAKE), retail) is None


def test_two_quotes_of_one_document_make_one_claim() -> None:
    made = verify(SEEDS, "", (STAKE_AT, STAKE), ("000-13", "Lead technological advancement"))

    assert made
    assert [citation.quote.split()[0] for citation in made.citations] == ["New", "Tencent"]


def test_a_clipped_quote_is_cited_as_its_whole_sentence(page: Page) -> None:
    about = page("The harbour company does not plan to sell its northern ships.")

    made = about("The harbour company plans to sell its northern ships. It will.")

    assert made is None or made.kind is ClaimKind.QUOTE


# --- wrong claims

WRONG = {
    "a changed number": "Tencent is JD’s largest shareholder with an 18.1% stake.",
    "a number added": "Tencent is JD’s largest shareholder with a 21.25% stake and 3 seats.",
    "a number in words": "Tencent is JD’s largest shareholder with a one-fifth stake.",
    "a changed unit": "Tencent is JD’s largest shareholder with a stake of 21.25 dollars.",
    "a unit left out": "Tencent is JD’s largest shareholder with a 21.25 stake.",
    "a changed scale": "Tencent is JD’s largest shareholder with a 21.25 million stake.",
    "a year added": "Tencent is JD’s largest shareholder with a 21.25% stake in 2018.",
    "a day added": "Tencent is JD’s largest shareholder with a 21.25% stake as of October 30.",
    "a word of today": "Tencent is currently JD’s largest shareholder with a 21.25% stake.",
    "a clause added": "Tencent is JD’s largest shareholder with a 21.25% stake and plans to sell it.",
    "a name changed": "Alibaba is JD’s largest shareholder with a 21.25% stake.",
    "another language": "腾讯是京东最大股东，持股21.25%。",
    "a link": "Tencent is JD’s largest shareholder with a 21.25% stake: https://jd.example/stake.",
    "a bare link": "Tencent is JD’s largest shareholder with a 21.25% stake, www.jd.example.",
    "a Slack link": "Tencent is JD’s <https://jd.example|largest shareholder> with a 21.25% stake.",
    "everybody called": "<!channel> Tencent is JD’s largest shareholder with a 21.25% stake.",
    "everybody called plainly": "@channel Tencent is JD’s largest shareholder with a 21.25% stake.",
    "somebody called": "<@U012AB3CD> Tencent is JD’s largest shareholder with a 21.25% stake.",
    "a picture": "![stake](https://jd.example/x.png) Tencent is JD’s largest shareholder with a 21.25% stake.",
    "code": "`Tencent` is JD’s largest shareholder with a 21.25% stake.",
    "bold": "**Tencent** is JD’s largest shareholder with a 21.25% stake.",
    "a heading": "# Tencent is JD’s largest shareholder with a 21.25% stake.",
    "HTML": "<b>Tencent</b> is JD’s largest shareholder with a 21.25% stake.",
    "two lines": "Tencent is JD’s largest shareholder\nwith a 21.25% stake.",
    "letters that run backwards": "\u202eTencent is JD’s largest shareholder with a 21.25% stake.",
    "letters that nobody sees": "Tencent is JD’s\u200b largest shareholder with a 21.25% stake.",
    "a control character": "Tencent is JD’s largest shareholder\x07 with a 21.25% stake.",
    "an address": "Tencent is JD’s largest shareholder with a 21.25% stake, says stake@jd.example.",
    "a model speaking": "As an AI language model I note that Tencent is JD’s largest shareholder with a 21.25% stake.",
    "no end": "Tencent is JD’s largest shareholder with a 21.25% stake. " * 10,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_the_evidence_does_not_say_never_comes_out(wrong: str) -> None:
    made = verify(SEEDS, wrong, (STAKE_AT, STAKE), question="What stake does Tencent hold in JD?")

    assert made is None or (made.kind is ClaimKind.QUOTE and made.text == STAKE)


MARKUP = [name for name, text in WRONG.items() if any(mark in text for mark in ("<", "http", "`", "![", "\u202e", "\u200b", "@"))]


@pytest.mark.parametrize("name", MARKUP)
def test_a_claim_that_carries_markup_leaves_nothing_behind(name: str) -> None:
    assert verify(SEEDS, WRONG[name], (STAKE_AT, STAKE), question="What stake does Tencent hold in JD?") is None


def test_a_wrong_claim_whose_quote_has_to_do_with_the_question_leaves_the_quote() -> None:
    wrong = WRONG["a changed number"]

    about = verify(SEEDS, wrong, (STAKE_AT, STAKE), question="What stake does Tencent hold in JD?")
    beside = verify(SEEDS, wrong, (STAKE_AT, STAKE), question="How is the weather?")

    assert about
    assert about.kind is ClaimKind.QUOTE
    assert beside is None


# --- repeats


def test_a_claim_is_posted_once_and_so_is_a_quote() -> None:
    gate = Gate("Tencent?", SEEDS.passages)
    same = DraftClaim(quotes=(Quote(passage=STAKE_AT, text=STAKE),), text=TRUE)
    shouted = same.model_copy(update={"text": TRUE.replace("Tencent", "TENCENT")})
    quote = same.model_copy(update={"text": ""})

    assert [gate.verify(draft) is not None for draft in (same, same, shouted, quote, quote)] == [True, False, False, False, False]


# --- corrections


def test_words_that_a_correction_superseded_cannot_be_quoted() -> None:
    stress = "CEO stresses putting end to evil use"
    document = next(d for d in SEEDS.documents if d.id.startswith("002"))
    assert stress in document.text
    superseded = [p for p in SEEDS.passages if p.document is document and p.line in document.corrections[0].supersedes]
    forced = [dataclasses.replace(SEEDS.passages[0], id="002-4", document=document, line=4)]

    for passage in superseded or forced:
        assert Gate("CEO?", [passage]).verify(DraftClaim(quotes=(Quote(passage=passage.id, text=passage.text[:60]),), text="")) is None
        assert cite_quotes([Quote(passage=passage.id, text=passage.text[:60])], [passage]) == ()


@pytest.mark.parametrize("name", ["Martin Lau", "Lau", "MARTIN LAU"])
def test_what_a_correction_withdrew_is_not_said_and_leaves_no_quote(name: str) -> None:
    document = next(d for d in SEEDS.documents if d.id.startswith("002"))
    president = next(p for p in SEEDS.passages if p.document is document and "president" in p.text and "Martin Lau" in p.text)

    made = verify(
        SEEDS, f"Tencent CEO {name} says that his company wants to see other industries as partners.", (president.id, president.text)
    )

    assert made is None


def test_a_correction_is_read_from_a_document_that_nobody_described(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(
        "A page about the harbour\n\nThe treasurer Agnes Holm said that the harbour works would cost four million crowns in all.\n\n"
        "[Correction: An earlier version incorrectly referred to Agnes Holm as mayor of Port Elling.]\n",
        encoding="utf-8",
    )
    corpus = load_corpus(tmp_path)
    passage = next(p for p in corpus.passages if "treasurer" in p.text)

    assert verify(corpus, "The mayor Agnes Holm said that the works would cost four million crowns.", (passage.id, passage.text)) is None


HARBOUR = """A page about the harbour

{line}

{below}

[Correction: An earlier version gave a wrong price.]
"""
CORRECTED = """[[documents."page.txt".corrections]]
line = 7
subject = "the harbour"
withdrawn = "nine million"
supersedes = [3]
"""


def corrected(folder: Path, line: str, below: str) -> Corpus:
    """A corpus of a page whose third line its note corrects, and of another page."""
    (folder / "page.txt").write_text(HARBOUR.format(line=line, below=below), encoding="utf-8")
    (folder / "other.txt").write_text(
        "Another page\n\nThe harbour works cost 4 million crowns in the end, as the council told.\n", encoding="utf-8"
    )
    (folder / "corpus.toml").write_text(CORRECTED, encoding="utf-8")
    return load_corpus(folder)


def test_nothing_rests_on_a_superseded_line_above_it(tmp_path: Path) -> None:
    corpus = corrected(tmp_path, "For the harbour the council spent nine million crowns on:", "- the long bridge over the river Elling")
    item = next(p for p in corpus.passages if "long bridge" in p.text)

    made = verify(corpus, "The council spent nine million crowns on the long bridge over the river Elling.", (item.id, item.text))

    assert made is None or made.kind is ClaimKind.QUOTE
    assert not any("nine million" in citation.quote for citation in (made.citations if made else ()))


def test_a_superseded_line_is_no_side_of_a_difference(tmp_path: Path) -> None:
    corpus = corrected(
        tmp_path, "The harbour works cost 9 million crowns in the end, the council said.", "The works took four years in all."
    )
    other = next(p for p in corpus.passages if "4 million" in p.text)
    question = "What did the harbour works cost in crowns?"
    claim = verify(corpus, "The harbour works cost 4 million crowns in the end.", (other.id, other.text), question=question)
    assert claim

    assert any("9 million" in p.text for p in corpus.passages)
    assert differences(question, [claim], corpus.passages) == ()


# --- parts left open


def test_only_words_of_the_question_are_named_as_open() -> None:
    gate = Gate("What is the stake and who is the auditor of JD?", SEEDS.passages)

    kept = gate.verify_unanswered(
        ["who is the auditor of JD", "who is the auditor of JD", "", "the revenue of 2024", "auditor <!channel>", "auditor https://x.com"]
    )

    assert kept == ("who is the auditor of JD",)
    assert len(gate.withheld) == 3


# --- crashes and nonsense


def crash(text: str, evidence: ClaimEvidence) -> list[Reason]:  # noqa: ARG001  # a check's arguments
    raise RuntimeError(text)


@pytest.mark.parametrize("remedy", list(Remedy))
def test_a_check_that_crashes_withholds_the_claim(remedy: Remedy) -> None:
    gate = Gate("stake JD", SEEDS.passages, [Check("crash", crash, remedy)])

    assert gate.verify(DraftClaim(quotes=(Quote(passage=STAKE_AT, text=STAKE),), text=TRUE)) is None
    assert gate.claims == []
    assert [withheld.text for withheld in gate.withheld] == [TRUE]


_SOME_WORDS = st.sampled_from([word for passage in SEEDS.passages[:12] for word in passage.text.split()])
_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(_SOME_WORDS, max_size=20).map(" ".join),
    st.sampled_from([p.text[:500] for p in SEEDS.passages]),
    st.sampled_from([*WRONG.values(), TRUE, STAKE]),
)
_QUOTES = st.builds(
    Quote,
    passage=st.one_of(st.sampled_from([p.id for p in SEEDS.passages[:12]]), st.text(max_size=10)),
    text=_TEXT.filter(bool),
)
_DRAFTS = st.builds(
    DraftClaim,
    quotes=st.lists(_QUOTES, min_size=1, max_size=4).map(tuple),
    text=_TEXT.map(lambda text: text[:600]),
    kind=st.sampled_from(["fact", "corrects_question"]),
)


@given(question=st.text(max_size=40), drafts=st.lists(_DRAFTS, max_size=4))
def test_no_draft_at_all_breaks_the_gate_or_gets_a_citation_that_is_not_the_file(question: str, drafts: list[DraftClaim]) -> None:
    gate = Gate(question, SEEDS.passages)

    made = [claim for draft in drafts if (claim := gate.verify(draft))]

    assert gate.claims == made
    for claim in made:
        checked(SEEDS, claim)
        if claim.kind is ClaimKind.QUOTE:
            assert claim.text == " […] ".join(citation.quote for citation in claim.citations)


def test_an_empty_corpus_supports_nothing() -> None:
    assert verify(Corpus(), TRUE, (STAKE_AT, STAKE)) is None


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("The paint is covered at 80%, the varnish is not covered.", "The paint is not covered."),
        ("The paint is covered at 80%, the varnish is not covered.", "The varnish is covered."),
        ("Ida Moe sold the mill, and Per Lund did not sell the bridge.", "Ida Moe did not sell the mill."),
        ("Courses count towards the allowance; travel does not.", "Travel counts towards the allowance."),
    ],
)
def test_what_one_clause_denies_is_not_taken_for_what_another_says(page: Callable[..., Verify], sentence: str, claim: str) -> None:
    made = page(sentence)(claim)

    assert made is None or made.text != claim
