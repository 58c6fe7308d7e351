"""What a model, or the extractive answerer, proposes: claims with quotes. Nothing in here can be posted.

In: the text of a model's reply, as it arrives. Out: DraftClaims, each as soon as its JSON object is complete, and whether the whole was
what was asked for. The server's enforcement of the schema is never relied on (grounding.md, section 2).
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from bot.errors import DraftUnreadable

LONGEST_REPLY = 64_000  # characters; eight claims of three quotes need about 12,000
MOST_CLAIMS = 12


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


_FENCE = re.compile(r"^\s*```[a-zA-Z]*\s*\n?|\n?\s*```\s*$")


class DraftReader:
    """Reads a reply as it arrives.

    `feed` gives the claims that a piece of text completed; `finish` the whole Draft, or DraftUnreadable where it is cut off, too long or
    not of the schema. A claim that is not of the schema is left out by `feed`, and fails `finish`.
    """

    def __init__(self) -> None:
        self.raw = ""
        self._given = 0

    def feed(self, text: str) -> Sequence[DraftClaim]:
        """Take the next piece; the claims that are complete now and were not before."""
        self.raw += text
        if len(self.raw) > LONGEST_REPLY:
            raise DraftUnreadable(f"the reply is longer than {LONGEST_REPLY} characters")
        if "}" not in text and "]" not in text and "{" not in text:  # nothing can have been completed
            return ()
        closed = self._closed_claims()
        fresh, self._given = closed[self._given :], max(self._given, len(closed))
        return [claim for claim in map(_claim, fresh) if claim is not None]

    def finish(self) -> Draft:
        """The whole reply. Raises DraftUnreadable."""
        try:
            return Draft.model_validate(from_json(_FENCE.sub("", self.raw)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise DraftUnreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        except ValueError as error:
            raise DraftUnreadable(str(error)) from None

    def _closed_claims(self) -> list[Any]:
        """The claims whose object is complete: all but the last while their list is open, for the last may still grow."""
        text = _FENCE.sub("", self.raw)
        try:
            partial = from_json(text, allow_partial=True)
        except ValueError:
            return []
        claims = partial.get("claims") if isinstance(partial, dict) else None
        if not isinstance(claims, list):
            return []
        return claims if self._list_is_closed(text, partial) else claims[:-1]

    @staticmethod
    def _list_is_closed(text: str, partial: dict[str, Any]) -> bool:
        """Whether something follows the list of claims: then it is complete."""
        if list(partial)[-1] != "claims":
            return True
        try:
            from_json(text)
        except ValueError:
            return False
        return True


def _claim(value: object) -> DraftClaim | None:
    try:
        return DraftClaim.model_validate(value)
    except ValidationError:
        return None
