"""Which past answers the documents of now no longer bear out."""

import asyncio
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import asking
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.corpus import load_corpus
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Fall, Verdict
from bot.insights.outdated import Outdated, as_csv, as_json, find_outdated, look

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
BUILT = "The bridge of Port Elling was built by the engineer Karl Lind in a summer."


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(f"{DUG}\n", encoding="utf-8")
    (folder / "bridge.txt").write_text(f"{BUILT}\n", encoding="utf-8")
    return folder


@pytest.fixture
def asked(tmp_path: Path, documents: Path) -> Iterator[Bot]:
    bot = build(Settings.model_validate({"seeds_dir": documents, "database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"}))
    for question in ("Who dug the harbour of Port Elling?", "Who built the bridge of Port Elling?", "Who owns the moon?"):
        asyncio.run(asking.ask(bot, question))
    yield bot
    bot.store.close()


def outdated(bot: Bot, documents: Path) -> list[tuple[str, list[Fall]]]:
    return [
        (each.row["question"], [one.why for one in each.fallen]) for each in find_outdated(bot.store, load_corpus(documents))
    ]  # fmt: skip


def test_while_nothing_changes_nothing_is_outdated_and_no_answer_is_read(asked: Bot, documents: Path) -> None:
    looked = look(asked.store, load_corpus(documents))

    assert (looked.outdated, looked.standing) == ((), ())


def test_what_changed_and_what_is_gone_is_listed_and_what_moved_is_not(asked: Bot, documents: Path) -> None:
    (documents / "harbour.txt").write_text(f"It is large.\n\n{DUG}\n", encoding="utf-8")
    assert outdated(asked, documents) == []
    assert look(asked.store, load_corpus(documents)).standing == ()  # noted, and not read again

    (documents / "harbour.txt").write_text(f"{DUG.replace('two', 'nine')}\n", encoding="utf-8")
    (documents / "bridge.txt").unlink()
    assert outdated(asked, documents) == [
        ("Who built the bridge of Port Elling?", [Fall.GONE]),
        ("Who dug the harbour of Port Elling?", [Fall.CHANGED]),
    ]

    (documents / "harbour.txt").write_text(f"{DUG}\n", encoding="utf-8")
    (documents / "bridge.txt").write_text(f"{BUILT}\n", encoding="utf-8")
    assert outdated(asked, documents) == []


def test_the_list_can_be_taken_away_as_a_table_and_as_objects(asked: Bot, documents: Path) -> None:
    (documents / "harbour.txt").write_text(f"{DUG.replace('two', 'nine')}\n", encoding="utf-8")
    found = find_outdated(asked.store, load_corpus(documents))

    (line,) = csv.DictReader(io.StringIO(as_csv(found)))
    assert (line["document"], line["why"], line["quote"]) == ("harbour.txt", "words changed", DUG)
    assert line["instead"] == DUG.replace("two", "nine")
    (shown,) = as_json(found)
    assert (shown["id"], shown["can_be_corrected"]) == (line["id"], False)
    assert shown["fallen"][0]["instead"] == line["instead"]


@pytest.mark.parametrize(
    ("surface", "reply_ts", "place", "is_in_a_thread"),
    [
        ("mention", "7.0 8.0", "C1 7.0", True),
        ("direct", "7.0", "C1 7.0", True),
        ("command", "", "C1 private", False),
        ("cli", "", "command line", False),
    ],
)
def test_only_what_stands_in_a_thread_can_be_changed(surface: str, reply_ts: str, place: str, is_in_a_thread: bool) -> None:
    claim = CitedClaim(DUG, ClaimKind.QUOTE, (Citation("a.txt", None, None, None, 0, len(DUG), DUG),))
    each = Outdated({"surface": surface, "channel": "C1", "reply_ts": reply_ts}, Answer(Verdict.ANSWERED, "e", "d", (claim,)), ())

    assert (each.place, each.is_in_a_thread) == (place, is_in_a_thread)
