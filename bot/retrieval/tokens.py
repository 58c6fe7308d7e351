"""A text as the tokens that are searched for, in three fields that count differently.

In: the words of a passage or of a question. Out: Tokens. None of them holds white space, so that any engine's whitespace analyser takes
them as they are. Chinese is folded to simplified characters, so that either script finds the other.
"""

from functools import cache
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from bot.retrieval.analysis import STOP_WORDS, has_cjk, is_cjk, stem, words

T = TypeVar("T")
LONGEST = 64  # characters of a word; what differs only after them is no word anybody asks for, and Lucene refuses 32 KB
_CJK_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))  # Chinese characters in the Basic Multilingual Plane


class Tokens(NamedTuple, Generic[T]):
    """One thing for each field: stems of telling words, the words as they are written, pairs of neighbours (single Chinese characters)."""

    stems: T
    surfaces: T
    pairs: T


def tokens_of(text: str) -> Tokens[tuple[str, ...]]:
    """The tokens of `text`, in order, each as often as it is there."""
    everything = words_of(text)
    telling = telling_words(everything)
    return Tokens(tuple(map(stem, telling)), tuple(telling), tuple(pairs_of(everything)))


def words_of(text: str) -> list[str]:
    """The words of `text`, Chinese folded to one script."""
    found = words(simplified(text) if has_cjk(text) else text)
    return [word[:LONGEST] for word in found] if len(text) > LONGEST and max(map(len, found), default=0) > LONGEST else found


def telling_words(everything: list[str]) -> list[str]:
    """The words that are not stop words; all of them where nothing else is left."""
    return [word for word in everything if word not in STOP_WORDS] or everything


def pairs_of(everything: list[str]) -> list[str]:
    """Neighbours as one token each, stop words among them; of Chinese, whose words are pairs already, the single characters."""
    if has_cjk("".join(everything)):
        return [token for first, second in pairwise([*everything, ""]) for token in _joined(first, second)]
    roots = list(map(stem, everything))
    return list(map("{}_{}".format, roots, roots[1:]))  # no word holds the sign between them


def _joined(first: str, second: str) -> tuple[str, ...]:
    if is_cjk(first):
        return (first[0],) if first[1:] == second[:1] else tuple(first)
    return (f"{stem(first)}_{stem(second)}",) if second and not is_cjk(second) else ()


def simplified(text: str) -> str:
    """`text` with every traditional Chinese character as the simplified one that OpenCC gives for it alone."""
    return text.translate(_simpler())


@cache
def _simpler() -> dict[int, str]:
    # Character by character, for the phrases OpenCC knows would make a text and a question about it be cut differently.
    from opencc import OpenCC  # noqa: PLC0415  # a twentieth of a second, which only Chinese has to pay

    characters = [chr(code) for first, end in _CJK_BLOCKS for code in range(first, end)]
    folded = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, folded, strict=True) if old != new}
