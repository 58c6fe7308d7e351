"""The files of a folder: which could be documents, which could not, and whether any has changed since.

In: a folder, nested as deep as it likes. Out: its files in the order of their names. Hidden files and folders are passed over. A link is followed
within the folder alone: whoever may put a document there must not have another file of the machine, such as one with secrets, answered from.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CorpusError

FILE_NAME = "corpus.toml"

FolderState = tuple[tuple[str, int, int, int], ...]
"""Of every file, in order: its path below the folder, size in bytes, time of change in nanoseconds, inode."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: `id` is its path below the folder, with slashes; `size` in bytes, `changed` in nanoseconds since 1970."""

    id: str
    place: str
    size: int
    changed: int
    inode: int

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.place)

    @property
    def suffix(self) -> str:
        """What its name ends in, in lower case."""
        return os.path.splitext(self.place)[1].lower()  # noqa: PTH122  # ten times as fast, and every look at the folder asks


def find_files(folder: Path) -> tuple[list[FoundFile], list[CorpusError]]:
    """Every file below `folder`, those behind links within it too, and what could not be looked at."""
    problems: list[CorpusError] = []
    walk = _Walk(folder.resolve(), problems)
    return sorted(walk.files(str(folder), "", ()), key=lambda file: file.id.replace("/", "\0")), problems


def state_of(folder: Path) -> FolderState:
    """What changes whenever a file below `folder` is added, removed or written; empty where there is no such folder."""
    return tuple((file.id, file.size, file.changed, file.inode) for file in find_files(folder)[0]) if folder.is_dir() else ()


class _Walk:
    """One look at the folder whose real place is `root`; what cannot be used goes into `problems`."""

    def __init__(self, root: Path, problems: list[CorpusError]) -> None:
        self._root = root
        self._problems = problems

    def files(self, folder: str, prefix: str, above: tuple[tuple[int, int], ...]) -> Iterator[FoundFile]:
        """`above` identifies the folders that lead here: a link back to one of them would never end."""
        try:
            here = os.stat(folder)  # noqa: PTH116  # as in `suffix`
            entries = list(os.scandir(folder))
        except OSError as error:
            self._leave_out(folder, f"cannot be looked into ({error.strerror})")
            return
        trail = (*above, (here.st_dev, here.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if not _is_utf8(entry.name):
                shown = str(Path(folder) / entry.name.encode("utf-8", "replace").decode())
                self._leave_out(shown, "has a name that is not UTF-8", "Please rename it.")
                continue
            try:
                yield from self._entry(entry, prefix + entry.name, trail)
            except OSError as error:
                self._leave_out(entry.path, "is a link to nothing" if entry.is_symlink() else f"cannot be looked at ({error.strerror})")

    def _entry(self, entry: os.DirEntry[str], name: str, trail: tuple[tuple[int, int], ...]) -> Iterator[FoundFile]:
        found = entry.stat()
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(self._root):
            self._leave_out(entry.path, "is a link out of the folder", "Please copy what it leads to, as `corpus add` does.")
        elif entry.is_dir():
            if (found.st_dev, found.st_ino) in trail:
                self._leave_out(entry.path, "is a link to a folder that it lies in")
            else:
                yield from self.files(entry.path, f"{name}/", trail)
        elif entry.is_file():
            yield FoundFile(name, entry.path, found.st_size, found.st_mtime_ns, found.st_ino)

    def _leave_out(self, path: str, reason: str, advice: str = "") -> None:
        self._problems.append(CorpusError(Path(path), None, f"{reason}, and is left out{f'. {advice}' if advice else ''}"))


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
