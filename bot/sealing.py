"""Secrets as they may be written down: encrypted and bound to their owner, so that neither the database nor a copy of it gives one away.

In: keys, a secret and whose it is. Out: a `Sealed`, which only these keys open, and only for that owner. Several keys make a rotation: the first
one seals, all of them open (cryptography's MultiFernet: AES-128-CBC with HMAC-SHA256).
"""

import json
from collections.abc import Sequence
from typing import NewType

from bot.errors import ConfigError, SealBroken

Sealed = NewType("Sealed", str)
"""A secret that may be written down. Only a Seal makes one."""
_HOW = ".env.example says how to make one."


class Seal:
    """Raises ConfigError where a key is none, or the extra is not installed; its messages name no key."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            from cryptography.fernet import Fernet, InvalidToken, MultiFernet  # noqa: PLC0415  # an extra
        except ImportError:
            raise ConfigError("Tokens are kept encrypted, which needs the extra `oauth`: uv sync --extra oauth.") from None
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            raise ConfigError(f"A key of SLACK_TOKEN_KEY is none: it must be 32 bytes in URL-safe base64. {_HOW}") from None
        if not fernets:
            raise ConfigError(f"There is no SLACK_TOKEN_KEY to keep tokens encrypted with. {_HOW}")
        self._all, self._first, self._refused = MultiFernet(fernets), fernets[0], InvalidToken

    def close(self, secret: str, owner: str) -> Sealed:
        """The secret, sealed for `owner`."""
        return Sealed(self._first.encrypt(json.dumps([owner, secret]).encode()).decode())

    def open(self, sealed: Sealed, owner: str) -> str:
        """The secret. Raises SealBroken where no key opens it, or it was sealed for somebody else."""
        try:
            known_owner, secret = json.loads(self._all.decrypt(sealed))
        except self._refused:
            raise SealBroken(f"No key of SLACK_TOKEN_KEY opens what is kept of {owner}.") from None
        if known_owner != owner:  # a row that was copied over another
            raise SealBroken(f"What is kept of {owner} was sealed for {known_owner}.")
        return str(secret)

    def is_current(self, sealed: Sealed) -> bool:
        """Whether the first key opens it: then the others are not needed for it."""
        try:
            self._first.decrypt(sealed)
        except self._refused:
            return False
        return True
