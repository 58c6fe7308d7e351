"""Documents put into the folder and taken out of it, each checked first; nothing that is there is lost.

In: files, the folder. Out: what was done. Errors are CorpusErrors that say what to do.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.characters import on_one_line
from bot.corpus.folder import find_files
from bot.corpus.formats import SUFFIXES
from bot.corpus.loading import read_file
from bot.errors import CorpusError

REMOVED = ".removed"


@dataclass(frozen=True, slots=True)
class Added:
    """A document that was copied: its id, and whether it took the place of another."""

    id: str
    is_new: bool


def add_documents(paths: Sequence[Path], folder: Path, *, replace: bool = False) -> list[Added]:
    """Copy files, and what folders hold, into `folder`; every one, or none where one cannot be used.

    Raises CorpusError for a file that cannot be read, and for one whose name is taken unless `replace`.
    """
    if not folder.is_dir():
        raise CorpusError(folder, None, "is not a folder. Please make it, or set SEEDS_DIR to another.")
    wanted = [(source, folder / name) for path in paths for source, name in _sources(path)]
    targets: set[Path] = set()
    for source, target in wanted:
        read_file(source)
        if target in targets:
            raise CorpusError(
                source, None, f"has the name of another file that is to be added, {target.name}. Please add one of them alone."
            )
        if target.exists() and not replace:
            raise CorpusError(source, None, f"has the name of a document that is there. To replace that, add --replace: {target}")
        targets.add(target)
    return [_copy(source, target, folder) for source, target in wanted]


def meant(name: str, ids: Sequence[str]) -> str | None:
    """The id that is `name`, or the only one that a list shows as `name`: there, line ends and what nobody sees are left out of it."""
    shown_so = [one for one in ids if on_one_line(one) == on_one_line(name)]
    return name if name in ids else shown_so[0] if len(shown_so) == 1 else None


def remove_document(name: str, folder: Path) -> tuple[str, Path]:
    """Take one file out of `folder`, known by its whole id; the id, and where it lies now. Raises CorpusError where there is none."""
    ids = [file.id for file in find_files(folder)[0]]
    document_id = meant(name, ids)
    if document_id is None:
        near = [one for one in ids if name.casefold() in one.casefold()][:3]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise CorpusError(folder, None, f"holds no {name}. Please give the whole id, as `corpus list` shows it.{hint}")
    target = _unused(folder / REMOVED / document_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    (folder / document_id).rename(target)
    return document_id, target


def _sources(path: Path) -> Iterator[tuple[Path, str]]:
    """Files to add and the names they get: a file's own, or its folder's and what leads to it from there."""
    if path.is_dir():
        everything, problems = find_files(path)
        if problems:
            raise problems[0]
        found = [file for file in everything if file.suffix in SUFFIXES]
        if not found:
            raise CorpusError(path, None, f"holds no document. Documents end in {', '.join(sorted(SUFFIXES))}.")
        yield from ((file.path, f"{path.resolve().name}/{file.id}") for file in found)
        return
    if not path.exists():
        raise CorpusError(path, None, "is not there")
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(path, None, f"is of a kind that cannot be read. Please save it as one of {', '.join(sorted(SUFFIXES))}.")
    if not path.is_file():  # a pipe that nobody writes to would be waited for
        raise CorpusError(path, None, "is no file that could be copied. Please save what it holds in one.")
    yield path, path.name


def _copy(source: Path, target: Path, folder: Path) -> Added:
    """Under a hidden name first, so that a bot that is running never sees half a file."""
    is_new = not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, unfinished)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CorpusError(target, None, f"cannot be written ({error.strerror})") from None
    return Added(target.relative_to(folder).as_posix(), is_new)


def _unused(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
