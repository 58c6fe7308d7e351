"""How many false recombinations of a sentence's own parts the gate posts, and how many true ones it stops.

    uv run python tests/bench/recombined.py [TIMES] [--misses]

Every template of `data/recombined.toml` is filled TIMES (default 20) with words drawn at random, the same ones for the same TIMES. What it then says
and does not say follows from its shape alone, so that there are as many sentences as one likes, and a name or a noun that is misread shows.
"""

import sys
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.corpus import Passage, load_corpus  # noqa: E402  # after the path is set
from bot.drafts import DraftClaim, Quote  # noqa: E402
from bot.grounding import ClaimKind, Gate  # noqa: E402

DATA = Path(__file__).with_name("data") / "recombined.toml"
# The places of a template, two for each list of words.
PLACES = {
    "persons": "pq", "firms": "ou", "roles": "rs", "countries": "cd", "goods": "ab", "groups": "gh", "rooms": "kl", "days": "ef", "papers": "vw",
}  # fmt: skip
NUMBERS = (3, 5, 8, 12, 15, 20, 28, 40, 45, 60)
YEARS = range(2008, 2024)


@dataclass(frozen=True)
class Told:
    """A sentence, a claim about it, and whether the sentence says it."""

    sentence: str
    claim: str
    is_true: bool


def filled(template: Mapping[str, Any], words: Mapping[str, list[str]], random: Random) -> Iterator[Told]:
    """The claims of one template, all its places filled with the same words; a capital letter stands for a capitalised word."""
    drawn = {place: word for kind, places in PLACES.items() for place, word in zip(places, random.sample(words[kind], 2), strict=True)}
    drawn |= {place.upper(): word[0].upper() + word[1:] for place, word in drawn.items()}
    drawn |= dict(zip("xy", map(str, random.sample(NUMBERS, 2)), strict=True))
    drawn |= dict(zip("mn", map(str, sorted(random.sample(YEARS, 2))), strict=True))
    for kind in ("wrong", "honest"):
        for claim in template[kind]:
            yield Told(template["sentence"].format_map(drawn), claim.format_map(drawn), kind == "honest")


def all_told(times: int) -> list[Told]:
    """The claims of all templates, each filled `times`."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    random = Random(times)  # not for secrets: the same sentences every time are the point
    return [told for template in data["templates"] for _ in range(times) for told in filled(template, data["words"], random)]


def is_posted(told: Told, passage: Passage) -> bool:
    """Whether the gate posts a claim as it stands."""
    gate = Gate(told.sentence, [passage])
    verified = gate.verify(DraftClaim(quotes=(Quote(passage=passage.id, text=told.sentence),), text=told.claim))
    return verified is not None and verified.kind is not ClaimKind.QUOTE


def main() -> None:
    """Print the counts, and with `--misses` each claim that went wrong."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("times", nargs="?", type=int, default=20)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    told = all_told(options.times)
    counts: Counter[tuple[bool, bool]] = Counter()
    with TemporaryDirectory() as folder:
        for number, sentence in enumerate(dict.fromkeys(one.sentence for one in told)):
            (Path(folder) / f"{number}.txt").write_text(f"A page about the firms\n\n{sentence}\n", encoding="utf-8")
        passages = {passage.text: passage for passage in load_corpus(Path(folder)).passages}
        for one in told:
            posted = is_posted(one, passages[one.sentence])
            counts[one.is_true, posted] += 1
            if options.misses and posted is not one.is_true:
                print(f"{'posted' if posted else 'stopped'}: {one.claim}\n  of: {one.sentence}")
    print(f"{'wrong, posted':<18}{counts[False, True]:>6} of {counts[False, True] + counts[False, False]}")
    print(f"{'honest, stopped':<18}{counts[True, False]:>6} of {counts[True, False] + counts[True, True]}")


if __name__ == "__main__":
    main()
