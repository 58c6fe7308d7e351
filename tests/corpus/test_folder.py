"""Folders as people keep them: nested, linked, odd names; what changed in them; what stands in them twice."""

import os
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus, state_of
from bot.corpus.formats import LARGEST_FILE
from bot.corpus.resemblance import resembling
from tests.corpus.conftest import Load

PROSE = "The harbour of Port Elling was dug by the engineer Agnes Holm. It cost 4.2 million crowns.\n"


def reasons(corpus: Corpus) -> dict[str, str]:
    return {problem.path.name: problem.reason for problem in corpus.problems}


def test_links_within_the_folder_are_followed_and_loops_reported(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "..data").mkdir()  # where Kubernetes keeps the files of a volume, each behind a link
    (folder / "..data" / "b.txt").write_text(f"{PROSE} It is so.", encoding="utf-8")
    (folder / "a.txt").write_text(PROSE, encoding="utf-8")
    (folder / "b.txt").symlink_to(folder / "..data" / "b.txt")
    (folder / "deep" / "deeper" / "round").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "same").symlink_to(folder)
    for place in (folder, tmp_path / "same"):
        corpus = load_corpus(place)
        assert [document.id for document in corpus.documents] == ["a.txt", "b.txt"]
        assert reasons(corpus) == {
            "round": "is a link to a folder that it lies in, and is left out", "nowhere.txt": "is a link to nothing, and is left out",
        }  # fmt: skip


def test_a_link_out_of_the_folder_is_reported_and_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "secrets"
    secret.parent.mkdir()
    secret.write_text("The token of the bot is a long one that nobody may see.\n", encoding="utf-8")
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text(PROSE, encoding="utf-8")
    (folder / "notes.txt").symlink_to(secret)
    (folder / "shared").symlink_to(secret.parent)
    (folder / "up.txt").symlink_to("../outside/secrets")
    corpus = load_corpus(folder)
    assert [document.id for document in corpus.documents] == ["a.txt"]
    advice = "is a link out of the folder, and is left out. Please copy what it leads to, as `corpus add` does."
    assert reasons(corpus) == dict.fromkeys(("notes.txt", "shared", "up.txt"), advice)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path, load: Load) -> None:
    load({"a.txt": PROSE, "b.txt": f"{PROSE} It is so."})
    (tmp_path / "b.txt").chmod(0)
    assert "cannot be read" in reasons(load_corpus(tmp_path))["b.txt"]


def test_a_file_larger_than_any_document_is_reported_without_being_read(tmp_path: Path, load: Load) -> None:
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(LARGEST_FILE + 1)
    corpus = load({"a.txt": PROSE})
    assert "Please split it" in reasons(corpus)["huge.txt"]
    assert len(corpus.documents) == 1


def test_a_text_that_stands_there_twice_is_a_document_once(load: Load) -> None:
    corpus = load({"a.txt": PROSE, "b/copy.md": PROSE.replace(" ", "  ").replace("\n", "\r\n")})
    assert [document.id for document in corpus.documents] == ["a.txt"]
    assert reasons(corpus) == {"copy.md": "says the same as a.txt, word for word, and is left out"}


def test_a_file_name_that_nobody_can_write_down_is_reported(tmp_path: Path, load: Load) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(f"{PROSE} It is so.", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    corpus = load({"a.txt": PROSE})
    assert [document.id for document in corpus.documents] == ["a.txt"]
    (problem,) = corpus.problems
    assert "rename" in problem.reason
    assert str(problem).encode()  # can be printed and kept


def test_whatever_changes_in_the_folder_changes_its_state(tmp_path: Path, load: Load) -> None:
    load({"a.txt": PROSE, "sub/b.txt": f"{PROSE} It is so.", "corpus.toml": ""})
    states = [state_of(tmp_path)]
    assert state_of(tmp_path) == states[0]
    for change in (
        lambda: (tmp_path / "sub" / "b.txt").write_text(PROSE, encoding="utf-8"),
        lambda: (tmp_path / "corpus.toml").write_text("[names]\n", encoding="utf-8"),
        lambda: (tmp_path / "a.txt").rename(tmp_path / "c.txt"),
        (tmp_path / "c.txt").unlink,
    ):
        change()
        states.append(state_of(tmp_path))
    assert len(set(states)) == 5
    assert state_of(tmp_path / "gone") == ()


SENTENCES = [f"The {thing} of the town was {done} in the year {1800 + number} by order of the council." for number, (thing, done) in enumerate(
    (thing, done) for thing in ("harbour", "bridge", "mill", "school", "market", "tower") for done in ("built", "sold", "mended"))]  # fmt: skip


def test_documents_that_say_nearly_the_same_are_found_and_others_are_not(load: Load) -> None:
    article = "\n\n".join(SENTENCES[:12])
    corpus = load({
        "a.txt": article, "b.txt": f"Updated\n\n{article} And one thing more was added in the end.", "c.txt": "\n\n".join(SENTENCES[10:]),
        "d.txt": PROSE, "e.txt": "\n\n".join(f"At noon {one.lower()}" for one in SENTENCES[3:17]),
    })  # fmt: skip
    found = list(resembling(corpus.documents))
    assert [(one.first, one.second) for one in found] == [("a.txt", "b.txt")]
    assert 0.8 < found[0].share < 1
