"""Sealed secrets: what opens them, what does not, and that a wrong key says what to do."""

import base64
import os

import pytest

from bot.errors import ConfigError, SealBroken
from bot.sealing import Seal


def key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def test_a_secret_comes_back_and_shows_in_nothing_that_is_written_down() -> None:
    seal = Seal([key()])
    sealed = seal.close("xoxb-secret", "T1")
    assert seal.open(sealed, "T1") == "xoxb-secret"
    assert "secret" not in sealed
    assert b"secret" not in base64.urlsafe_b64decode(sealed)
    assert seal.close("xoxb-secret", "T1") != sealed


def test_what_was_sealed_for_one_owner_opens_for_no_other() -> None:
    seal = Seal([key()])
    with pytest.raises(SealBroken, match="T2 was sealed for T1"):
        seal.open(seal.close("xoxb-secret", "T1"), "T2")


def test_the_first_key_seals_and_all_of_them_open() -> None:
    old, new = key(), key()
    sealed = Seal([old]).close("xoxb-secret", "T1")
    both = Seal([new, old])
    assert both.open(sealed, "T1") == "xoxb-secret"
    assert not both.is_current(sealed)
    again = both.close("xoxb-secret", "T1")
    assert both.is_current(again)
    assert Seal([new]).open(again, "T1") == "xoxb-secret"


def test_a_wrong_key_names_whose_it_does_not_open_and_no_secret() -> None:
    sealed = Seal([key()]).close("xoxb-secret", "T1")
    with pytest.raises(SealBroken, match="No key of SLACK_TOKEN_KEY opens what is kept of T1") as wrong:
        Seal([key()]).open(sealed, "T1")
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize("keys", [[], ["too short"], [key(), "zzz"], ["é" * 32]])
def test_what_is_no_key_is_said_without_repeating_it(keys: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"SLACK_TOKEN_KEY.*\.env\.example") as wrong:
        Seal(keys)
    assert not any(bad in str(wrong.value) for bad in keys)
