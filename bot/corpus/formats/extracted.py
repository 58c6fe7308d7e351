"""What is got out of a file, whatever its kind."""

from dataclasses import dataclass
from datetime import date


class Unreadable(Exception):
    """Nothing can be got out of a file; the message completes the sentence "FILE …" and says what to do."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says of itself outside its text; `where` names the place."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    language: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What may have gone wrong although the file could be read: `reason` completes the sentence "FILE …"; `line`, from 1, where one is meant."""

    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file's text. `text[:head]` is front matter; page N begins at `pages[N - 1]`, where the file has pages."""

    text: str
    head: int = 0
    pages: tuple[int, ...] = ()
    stated: Stated = Stated()
    notices: tuple[Notice, ...] = ()
