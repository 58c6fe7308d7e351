"""What a model, or the extractive answerer, proposes: claims with quotes. Nothing in here can be posted.

In: the text of a model's reply, as it arrives. Out: DraftClaims, each as soon as its JSON object is complete, and whether the whole was
what was asked for. The server's enforcement of the schema is never relied on (grounding.md, section 2).
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from bot.errors import DraftUnreadable

LONGEST_REPLY = 64_000  # characters; eight claims of three quotes need about 12,000
MOST_CLAIMS = 12
LONGEST_OPENING = 40  # characters in which a reply that begins with thoughts has said so


class Mode(StrEnum):
    """What kind of reply a draft says it is."""

    ANSWER = "answer"
    NOT_FOUND = "not_found"


class Quote(BaseModel):
    """Words a model says stand in a passage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Annotated[str, StringConstraints(max_length=40)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class DraftClaim(BaseModel):
    """One sentence a model proposes, after the quotes it rests on. An empty `text` proposes the quotes alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quotes: Annotated[tuple[Quote, ...], Field(min_length=1, max_length=4)]
    text: Annotated[str, StringConstraints(max_length=600)]
    kind: Literal["fact", "corrects_question"] = "fact"


class Draft(BaseModel):
    """A whole reply. `unanswered` are the parts of the question, in its own words, that the passages leave open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode
    claims: Annotated[tuple[DraftClaim, ...], Field(max_length=MOST_CLAIMS)] = ()
    unanswered: Annotated[tuple[Annotated[str, StringConstraints(max_length=300)], ...], Field(max_length=6)] = ()


# Quotes come before the text that rests on them, so that a model commits to its evidence first.
REPLY_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["mode", "claims", "unanswered"],
    "properties": {
        "mode": {"type": "string", "enum": [mode.value for mode in Mode]},
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["quotes", "text", "kind"],
                "properties": {
                    "quotes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["passage", "text"],
                            "properties": {"passage": {"type": "string"}, "text": {"type": "string"}},
                        },
                    },
                    "text": {"type": "string"},
                    "kind": {"type": "string", "enum": ["fact", "corrects_question"]},
                },
            },
        },
        "unanswered": {"type": "array", "items": {"type": "string"}},
    },
}


_FENCE = re.compile(r"\s*(?:```[a-zA-Z]*\s*)?")
# What some models say to themselves before they reply.
_THINKING = re.compile(r"\ufeff?\s*<think(?:ing)?>")
_THOUGHT = re.compile(r"</think(?:ing)?>")
_IN_STRING = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\]]')


class _ClaimScanner:
    """Finds the objects of the list `claims` as their braces close. Looks at each character once, so that no reply is slow to read."""

    def __init__(self) -> None:
        self._at = 0
        self._depth = 0
        self._string: int | None = None
        self._key = ""
        self._in_claims = False
        self._claim: int | None = None
        self._is_over = False

    def scan(self, raw: str) -> Iterator[str]:
        """The objects that became complete; `raw` is the reply as far as it has arrived."""
        while not self._is_over and (mark := (_OUTSIDE if self._string is None else _IN_STRING).search(raw, self._at)):
            self._at = mark.end()
            closed = self._take(raw, mark.group(), mark.start())
            if closed is not None:
                yield closed
        # A backslash at the very end has moved on beyond it, over the character that it will escape.
        self._at = max(self._at, len(raw))

    def _take(self, raw: str, character: str, place: int) -> str | None:
        match character:
            case "\\":
                self._at += 1
            case '"' if self._string is None:
                self._string = place
            case '"':
                self._key = raw[self._string : place + 1] if self._depth == 1 else self._key
                self._string = None
            case "{" | "[":
                self._open(raw, character, place)
            case _:
                return self._close(raw, place)
        return None

    def _open(self, raw: str, character: str, place: int) -> None:
        if self._depth == 0:
            self._is_over = character != "{" or _FENCE.fullmatch(raw, 0, place) is None
        elif self._depth == 1:
            self._in_claims = character == "[" and _parsed(self._key) == "claims"
        elif self._depth == 2 and self._in_claims and character == "{":
            self._claim = place
        self._depth += 1

    def _close(self, raw: str, place: int) -> str | None:
        self._depth -= 1
        self._is_over = self._depth <= 0
        if self._depth != 2 or self._claim is None:
            return None
        begun, self._claim = self._claim, None
        return raw[begun : place + 1]


class DraftReader:
    """Reads a reply as it arrives.

    `feed` gives the claims that a piece of text completed; `finish` the whole Draft, or DraftUnreadable where it is cut off, too long or
    not of the schema. A claim that is not of the schema is left out by `feed`, and fails `finish`.
    """

    def __init__(self) -> None:
        self.raw = ""
        self._reply: str | None = None
        self._scanner = _ClaimScanner()

    def feed(self, text: str) -> Sequence[DraftClaim]:
        """Take the next piece; the claims that are complete now and were not before."""
        self.raw += text
        if len(self.raw) > LONGEST_REPLY:
            raise DraftUnreadable(f"the reply is longer than {LONGEST_REPLY} characters")
        if self._reply is None:
            self._reply = _without_thoughts(self.raw)
        else:
            self._reply += text
        found = self._scanner.scan(self._reply) if self._reply is not None else ()
        return [claim for each in found if (claim := _claim(_parsed(each))) is not None]

    def finish(self) -> Draft:
        """The whole reply. Raises DraftUnreadable."""
        try:
            draft = Draft.model_validate(from_json(_without_fence(self._reply or "")))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise DraftUnreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        except ValueError as error:
            raise DraftUnreadable(str(error)) from None
        if draft.mode is Mode.ANSWER and not draft.claims:
            raise DraftUnreadable("an answer without a claim")
        return draft


def _without_thoughts(raw: str) -> str | None:
    """What follows a byte order mark and a model's thoughts; None while it cannot be told yet whether they are over."""
    if _THINKING.match(raw):
        over = _THOUGHT.search(raw)
        return raw[over.end() :] if over else None
    if len(raw) < LONGEST_OPENING and not raw.strip("\ufeff \t\r\n").startswith(("{", "[", "`")):
        return None
    return raw.removeprefix("\ufeff")


def _without_fence(raw: str) -> str:
    text = raw.strip()
    fence = _FENCE.match(text)
    return text[fence.end() if fence else 0 :].removesuffix("```")


def _parsed(text: str) -> object:
    try:
        return from_json(text)
    except ValueError:
        return None


def _claim(value: object) -> DraftClaim | None:
    try:
        return DraftClaim.model_validate(value)
    except ValidationError:
        return None
