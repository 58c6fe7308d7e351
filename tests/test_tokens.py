"""Counting tokens: exactly where a vocabulary is there, by a safe bound where not, and never waiting for it."""

import logging
import threading

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from bot.tokens import Encode, TokenCounter, upper_bound

# A vocabulary that merges nothing: the most tokens that any byte-level one can need.
BYTES = tiktoken.Encoding("bytes", pat_str=r"(?s:.)", mergeable_ranks={bytes([n]): n for n in range(256)}, special_tokens={})
SOME = tiktoken.Encoding(
    "some", pat_str=r"\S+|\s+", special_tokens={"<|end|>": 999},
    mergeable_ranks={bytes([n]): n for n in range(256)} | {b"ha": 256, b"rb": 257, b"harb": 258, b"our": 259, b"ou": 260},
)  # fmt: skip


def encode(text: str) -> list[int]:
    return SOME.encode(text, disallowed_special=())


def failing() -> Encode:
    raise ConnectionError("no network")


@given(st.text())
def test_the_upper_bound_is_one_and_the_worst_vocabulary_needs_all_of_it(text: str) -> None:
    assert len(encode(text)) <= upper_bound(text) == len(BYTES.encode(text, disallowed_special=()))


def test_half_a_surrogate_pair_is_counted_too() -> None:
    assert upper_bound("\ud83d") == 3


def test_a_counter_without_a_vocabulary_counts_by_the_bound() -> None:
    assert TokenCounter().count("茶 harbour 🙂") == 3 + 1 + 7 + 1 + 4


def test_a_vocabulary_that_is_there_counts_exactly() -> None:
    counter = TokenCounter(lambda: encode)
    counter.wait(10)
    assert counter.count("harbour") == counter.count("harbour") == len(encode("harbour")) < upper_bound("harbour")
    assert counter.count("<|end|>") == 7  # a document may contain a special token's name


def test_a_vocabulary_that_cannot_be_loaded_leaves_the_bound_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        counter = TokenCounter(failing)
        counter.wait(10)
        counts = [counter.count(text) for text in ("harbour", "harbour", "茶")]
    assert counts == [7, 7, 3]
    (record,) = caplog.records
    assert "upper bound" in record.getMessage()
    assert "TIKTOKEN_CACHE_DIR" in record.getMessage()


def test_a_vocabulary_that_is_slow_is_not_waited_for_and_used_once_it_is_there() -> None:
    begun, go = threading.Event(), threading.Event()

    def slow() -> Encode:
        begun.set()
        go.wait(10)
        return encode

    counter = TokenCounter(slow)
    assert begun.wait(10)
    assert counter.count("harbour") == upper_bound("harbour")
    go.set()
    counter.wait(10)
    assert counter.count("harbour") == len(encode("harbour"))


def test_a_download_that_hangs_holds_up_neither_counting_nor_the_end_of_the_program() -> None:
    begun, go = threading.Event(), threading.Event()

    def hanging() -> Encode:
        begun.set()
        go.wait(60)
        return encode

    counter = TokenCounter(hanging)
    try:
        assert begun.wait(10)
        counter.wait(0.01)
        assert counter.count("harbour") == 7
        assert next(t for t in threading.enumerate() if t.name == "tokens" and t.is_alive()).daemon
    finally:
        go.set()
        counter.wait(10)


def test_counting_never_raises_what_the_loader_raised() -> None:
    for error in (TimeoutError(), KeyError("model"), ValueError("bad file"), OSError("disk")):

        def load(error: Exception = error) -> Encode:
            raise error

        counter = TokenCounter(load)
        counter.wait(10)
        assert counter.count("ab") == 2
