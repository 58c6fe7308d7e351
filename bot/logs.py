"""What the program writes about itself: lines of text or of JSON on standard error, each with the question it is about.

In: log records of ours and of the libraries. Out: lines that hold no secret; and, as far as a library's own chatter goes, no question's words.
"""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.config import Settings

HIDDEN = "[hidden]"
SHORTEST_SECRET = 4  # characters; what is shorter would be hidden inside every other word
# Tokens and keys that are no setting of ours, by the forms that Slack's and OpenAI's have, and addresses that are as good as a password.
_TOKENS = re.compile(
    r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z]|sk)-[\w.-]{8,}|\bBearer\s+[\w.~+/=-]+|(?<=[?&]ticket=)[^&\s'\"]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|https://hooks\.slack(?:-gov)?\.com/[^\s'\"<>]+",
    re.IGNORECASE,
)
_OURS = __name__.partition(".")[0]

_question: ContextVar[str] = ContextVar("question", default="")


@contextmanager
def about(question_id: str) -> Iterator[None]:
    """Every record that is made inside, also by tasks and threads that begin there, is about this question."""
    token = _question.set(question_id)
    try:
        yield
    finally:
        _question.reset(token)


def log_to_stderr(settings: Settings, level: str) -> None:
    """Write our own records from `level` on, and those of libraries that are warnings, in the form that the settings name.

    Libraries tell each of their steps at INFO; only at DEBUG is that wanted too. What they write at DEBUG itself never is: whole requests,
    with people's words in them, and what the model is told.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(note_question)
    handler.setFormatter(SafeFormatter(settings.log_format, secrets_of(settings)))
    wanted = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=logging.INFO if wanted <= logging.DEBUG else max(logging.WARNING, wanted), handlers=[handler])
    logging.getLogger(_OURS).setLevel(wanted)


def note_question(record: logging.LogRecord) -> bool:
    """A filter that lets everything pass, and notes which question a record is about: "-" where none."""
    record.interaction = _question.get() or "-"
    return True


def secrets_of(settings: Settings) -> frozenset[str]:
    """What must never be written: every secret setting, and the passwords in addresses."""
    values = (value.get_secret_value() if isinstance(value, SecretStr) else value for value in vars(settings).values())
    secret = (value.get_secret_value() for value in vars(settings).values() if isinstance(value, SecretStr))
    passwords = (password for value in values if isinstance(value, str) for password in _passwords(value))
    return frozenset({*secret, *passwords})


def _passwords(address: str) -> Iterator[str]:
    """The password in an address, as it is written and as it is meant."""
    try:
        password = urlsplit(address).password
    except ValueError:
        return
    if password:
        yield from (password, unquote(password))


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as it stands in a Python or JSON string."""
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]}


class SafeFormatter(logging.Formatter):
    """One line a record in `form`, without `secrets`, wherever in it they stand: the message, its arguments or a traceback."""

    def __init__(self, form: Literal["text", "json"], secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(interaction)s %(name)s: %(message)s")
        self._form = form
        # The longest first: one may be the beginning of another.
        long_enough = sorted(
            (form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)), key=len, reverse=True
        )
        self._secrets = re.compile("|".join(map(re.escape, long_enough))) if long_enough else None

    def format(self, record: logging.LogRecord) -> str:
        """The line; of a record that no handler of ours filtered, too."""
        if not hasattr(record, "interaction"):
            note_question(record)
        return self._as_json(record) if self._form == "json" else self._without_secrets(super().format(record))

    def _as_json(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname,
            "interaction": vars(record)["interaction"], "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: self._without_secrets(str(value)) for name, value in said.items()}, ensure_ascii=False)

    def _without_secrets(self, text: str) -> str:
        known = self._secrets.sub(HIDDEN, text) if self._secrets else text
        return _TOKENS.sub(HIDDEN, known)
