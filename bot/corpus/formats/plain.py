"""Plain text, and Markdown with its front matter. The text is the file as decoded, with its line ends untouched."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml

from bot.corpus.dates import find_dates
from bot.corpus.formats.decoding import decode
from bot.corpus.formats.extracted import Extracted, Stated

_FRONT_MATTER = re.compile(
    r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(?P<body>.*?)(?:\r\n|\r|\n)(?P=fence)[ \t]*(?=\r|\n|\Z)", re.DOTALL
)
LONGEST_FRONT_MATTER = 20_000  # characters
_KEYS = {
    "title": ("title",),
    "publisher": ("publisher", "source", "site", "publication"),
    "author": ("author", "authors", "by"),
    "published": ("published", "date", "publish_date", "pubdate", "publishdate"),
    "language": ("language", "lang"),
}


def extract_text(raw: bytes) -> Extracted:
    """A `.txt` file. Raises Unreadable."""
    text, notices = decode(raw)
    return Extracted(text, notices=notices)


def extract_markdown(raw: bytes) -> Extracted:
    """A `.md` file; YAML between lines of `---`, or TOML between lines of `+++`, at its top says what is known of it. Raises Unreadable."""
    text, notices = decode(raw)
    found = _FRONT_MATTER.match(text[:LONGEST_FRONT_MATTER])
    if not found:
        return Extracted(text, notices=notices)
    try:
        said = yaml.safe_load(found["body"]) if found["fence"] == "---" else tomllib.loads(found["body"])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        # A text may begin with a rule, and have another one further down.
        return Extracted(text, notices=notices)
    return Extracted(text, head=found.end(), stated=_stated(said), notices=notices)


def _stated(said: Mapping[Any, Any]) -> Stated:
    lower = {str(key).lower(): value for key, value in said.items()}
    values = {fact: next((lower[key] for key in keys if lower.get(key)), None) for fact, keys in _KEYS.items()}
    return Stated(
        title=_words(values["title"]), publisher=_words(values["publisher"]), author=_words(values["author"]),
        published=_day(values["published"]), language=_words(values["language"]), where="front matter",
    )  # fmt: skip


def _words(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value if isinstance(one, str)) or None
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else day_in(str(value))


def day_in(text: str) -> date | None:
    """The first whole date in `text`; a time after it does no harm."""
    dates = (found.as_date() for found in find_dates(re.sub(r"(?<=\d)T(?=\d\d:)", " ", text)))
    return next((day for day in dates if day), None)
