"""Gaps and replays on the command line. In: what was found, and the words of prompts/cli.md. Out: lines on standard output."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console

from bot.characters import showable
from bot.insights.gaps import Gap
from bot.insights.outdated import Outdated, when
from bot.insights.pinned import day
from bot.insights.replay import Change, Replayed
from bot.prompts import Template
from bot.store import Pin


def print_gaps(gaps: Sequence[Gap], words: Template) -> None:
    """Each gap: how often it was asked for, by how many, and in which words."""
    if not gaps:
        Console(stderr=True).print(words.label("no_gaps"))
    for gap in gaps:
        counted = words.label("gap", asked=gap.asked, askers=gap.askers, unanswered=gap.unanswered, voted_down=gap.voted_down)
        _say(f"{counted}\t{gap.ids[0][:8]}\t{gap.examples[0]}")
        for example in gap.examples[1:]:
            _say(f"\t\t{example}")


def print_outdated(outdated: Sequence[Outdated], words: Template) -> None:
    """Each answer: when, where, and its question; below it every quote that fell, why, and what stands there instead."""
    if not outdated:
        Console(stderr=True).print(words.label("no_outdated"))
    for each in outdated:
        _say(f"{when(each)}\t{each.row['id'][:8]}\t{each.place}\t{_line(each.row['question']) or words.label('not_kept')}")
        if each.corrected_by:
            _say(f"\t{words.label('corrected', id=each.corrected_by[:8])}")
        for one in each.fallen:
            _say(f"\t{one.why.value}\t{one.citation.document}\t“{_line(one.citation.quote)}”")
            if one.instead:
                _say(f"\t\t{words.label('instead', words=_line(one.instead))}")


def print_pinned(pins: Sequence[Pin], words: Template) -> None:
    """Each pin: its id, whether it serves, who approved it, and its question."""
    if not pins:
        Console(stderr=True).print(words.label("no_pins"))
    for pin in pins:
        serves = words.label("pin_serves", day=day(pin.pinned_at))
        expired = words.label("pin_expired", document=pin.changed, day=day(pin.changed_at or 0.0))
        _say(f"{pin.id[:8]}\t{expired if pin.changed else serves}\t{pin.pinned_by}\t{_line(pin.question)}")


def print_replayed(each: Replayed) -> None:
    """What became of one question: nothing where nothing did."""
    if each.change is Change.SAME:
        return
    _say(f"{each.change.value}\t{each.before.question.id[:8]}\t{each.before.question.text}")
    for claim in each.gained:
        _say(f"\t+ {claim.text}")
    for claim in each.lost:
        _say(f"\t- {claim.text}")
    for reason in (*each.reasons, *filter(None, (each.crash,))):
        _say(f"\t! {reason}")


def print_summary(replayed: Iterable[Replayed]) -> None:
    """How many of each change."""
    counts = Counter(each.change.value for each in replayed)
    _say(", ".join(f"{counts[change.value]} {change.value}" for change in Change))


def _line(text: str) -> str:
    return showable(" ".join(text.split()))


def _say(line: str) -> None:
    Console().print(line, highlight=False, markup=False, soft_wrap=True)
