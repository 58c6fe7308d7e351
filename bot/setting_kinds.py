"""What kinds of values settings have: tokens, addresses, ids, prices, counts.

In: what somebody wrote. Out: the value, or one of pydantic's errors; its type is a label of prompts/settings.md, or stands for one in `config`.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

MOST = 10**12  # of whatever is counted: beyond it, somebody mistyped
LONGEST_SECONDS = 86_400
_TOKEN = re.compile(r"\W*(?:xoxe\.)?(xox[a-z]|xapp)-")
QUOTATION_MARKS = frozenset("\"'`")
HELD = {"xoxb": "held_bots", "xapp": "held_apps", "xoxp": "held_persons"}  # labels of prompts/settings.md


def _apart(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _is_marred(value: str) -> bool:
    """Whether no header could carry it, or it came with the quotation marks that surrounded it."""
    return re.fullmatch(r"[!-~]+", value) is None or bool({value[0], value[-1]} & QUOTATION_MARKS)


def _unmarred(secret: SecretStr) -> SecretStr:
    if _TOKEN.match(secret.get_secret_value()):
        raise PydanticCustomError("no_key", "a token in the place of a key")
    if _is_marred(secret.get_secret_value()):
        raise PydanticCustomError("marred", "a character that no key has")
    return secret


def _ids(given: frozenset[str]) -> frozenset[str]:
    if not all(re.fullmatch(r"[A-Z][A-Z0-9]+", each) for each in given):  # "#general" would be nobody's, and so keep everybody out
        raise PydanticCustomError("ids", "what is no id")
    return given


def _addressed(url: SecretStr) -> SecretStr:
    try:
        parts = urlsplit(url.get_secret_value())
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise PydanticCustomError("no_address", "what is no address")
    return url


def of_kind(token: SecretStr, kind: str, *, is_slacks: bool) -> SecretStr:
    """The token, if it begins as `kind` says (docs.slack.dev, "Tokens"); where it is not Slack's own, also if it begins in no such way."""
    begins = _TOKEN.match(token.get_secret_value())
    found = begins[1] if begins else kind
    if found != kind:
        raise PydanticCustomError("token", "a token of another kind", {"held": HELD.get(found, "held_another")})
    if _is_marred(token.get_secret_value()):
        raise PydanticCustomError("token", "a character that no token has", {"held": "held_marred"})
    if begins is None and is_slacks:
        raise PydanticCustomError("token", "no token", {"held": "held_another"})
    return token


Key = Annotated[SecretStr, AfterValidator(_unmarred)]
"""A secret that somebody copied, whole and nothing else."""

Url = Annotated[SecretStr, AfterValidator(_addressed)]
"""An address that may hold a password."""

Names = Annotated[frozenset[str], BeforeValidator(_apart), AfterValidator(_ids)]
"""Ids of Slack's, separated by commas or blanks."""

Channels = Annotated[frozenset[Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]+:)?[A-Z0-9]+$")]], BeforeValidator(_apart)]
"""Ids of channels, each behind its workspace's where there are several: `T1:C1, T2:C2`."""

Price = Annotated[float, Field(ge=0, le=MOST)]
Prices = Annotated[tuple[Price, Price, Price], BeforeValidator(_apart)]
"""Of a million tokens, in whatever currency: input, cached input, output."""

Count = Annotated[int, Field(ge=0, le=MOST)]
