"""A sentence as words, as far as the checks need its grammar: which words are names, where clauses break, which word a cue governs.

In: a text. Out: Words. No parser: English word order, closed classes of words and capital letters are enough, because the remedy for a
wrong suspicion is cheap: the quote itself.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.verbs import lemma
from bot.retrieval.analysis import STOP_WORDS

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\w+")
CORPORATE = frozenset("holdings ltd inc corp co group company plc llc gmbh ag limited corporation incorporated".split())
_BREAK = re.compile(r"[,;:()\[\]—–\"“”]|--|\.\s")
# Words that say nothing of their own, on top of the stop words of retrieval: helping verbs, determiners, adverbs of manner of speaking.
CALENDAR = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
    """.split()
)
_CURRENCIES = frozenset("rmb cny usd us$ hkd eur gbp jpy myr rm sgd inr yuan".split())
NO_NAMES = CALENDAR | _CURRENCIES
FUNCTION_WORDS = STOP_WORDS | frozenset(
    """
    may might must shall upon per via since across among amongst around within without toward towards throughout onto along although though unless
    whether either neither yet still even much many several every one ones another others us mine ours theirs anyone everyone someone something
    themselves yourself yourselves ourselves cannot can't don't doesn't didn't won't wouldn't isn't aren't wasn't weren't hasn't haven't hadn't
    shouldn't couldn't mustn't nor never none nothing nobody except besides plus versus thus therefore hence however moreover instead rather
    """.split()
)
# Verbs by which somebody is said to say something, as a regular expression without groups.
REPORTING = (
    "(?:"
    + "|".join(
        """
    sa(?:id|ys) wr(?:ote|ites) note[sd] add(?:ed|s) t(?:old|ells) stress(?:ed|es) maintain(?:ed|s) believe[sd]? explain(?:ed|s) declare[sd]
    announce[sd] hope[sd] emphasi[sz]e[sd] promise[sd] argue[sd] insist(?:ed|s) acknowledge[sd] warn(?:ed|s) admit(?:ted|s) state[sd]
    suggest(?:ed|s) claim(?:ed|s)
    describe[sd] report(?:ed|s) predict(?:ed|s) recogni[sz]e[sd] confirm(?:ed|s) den(?:ied|ies) propose[sd] th(?:inks|ought)
    """.split()
    )
    + ")"
)
BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written, lower-cased without its possessive, its stem; whether punctuation stands before it."""

    text: str
    lower: str
    stem: str
    is_name: bool
    is_possessive: bool
    after_break: bool

    @property
    def is_content(self) -> bool:
        """Whether it says something of its own."""
        return self.is_name or self.lower not in FUNCTION_WORDS


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[Word, ...]:
    """The words of `text`."""
    words: list[Word] = []
    end = 0
    for match in _TOKEN.finditer(text):
        written = match.group()
        possessive = re.search(r"(?:['’]s|(?<=s)['’])$", written)
        bare = written[: possessive.start()] if possessive else written
        lower = bare.lower().replace("’", "'")
        gap = text[end : match.start()]
        words.append(
            Word(
                text=bare,
                lower=lower,
                stem=lemma(lower),
                is_name=bare[0].isupper()
                and (lower not in NO_NAMES | FUNCTION_WORDS or is_given_name(bare, text[: match.start()], text[match.end() :])),
                is_possessive=bool(possessive) or (bare.endswith("s") and bool(re.match(r"['’] [a-z]", text[match.end() :]))),
                after_break=bool(_BREAK.search(gap)) or not words,
            )
        )
        end = match.end()
    return tuple(words)


# Small words that are also given names.
GIVEN_NAMES = frozenset("He Will May Per An So Hope".split())
_NO_OPENING = frozenset({"An", "So"})  # "An Apple store", "So Tencent did"
_MONTH = re.compile(
    r"\b(?:in|of|since|until|till|by|from|to|during|before|after|last|this|next|early|late|mid|every|each)[ -]$", re.IGNORECASE
)
_SURNAME = re.compile(r"\s[A-Z][a-z]\w*")
_PER_SURNAME = re.compile(r"\s[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*(?!\s?,|\s\d|[\w’'-])")


def is_given_name(word: str, before: str, after: str) -> bool:
    """Whether a word that means something small elsewhere begins a name: "May Chen", but neither "in May Chen came" nor "Per Section 5, …"."""
    opens = not before.strip() or before.rstrip()[-1] in ".!?"
    if word not in GIVEN_NAMES or (opens and word in _NO_OPENING) or (word == "May" and _MONTH.search(before)):
        return False
    surname = (_PER_SURNAME if opens and word == "Per" else _SURNAME).match(after)
    return surname is not None and surname.group().split()[0].lower() not in CALENDAR | FUNCTION_WORDS


def content_after(words: Sequence[Word], index: int, reach: int = 4, ends: frozenset[str] = frozenset()) -> Word | None:
    """The word that a cue at `index` governs: the next one that says something, not across a break or one of `ends`; degrees are passed over."""
    for word in words[index + 1 : index + 1 + reach]:
        if word.after_break or word.lower in ends:
            return None
        if word.is_name and word.is_possessive:  # "several of Moe's letters" are several letters
            continue
        if word.is_content and not (word.lower.endswith("ly") and word.lower not in _NO_ADVERBS):
            return word
    return None


_NO_ADVERBS = frozenset(
    {"only", "family", "supply", "apply", "rely", "reply", "comply", "multiply", "assembly", "italy", "july", "early", "daily"}
)


def names(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """The stretches of words that are names: first index and one past the last."""
    start = None
    for index, word in enumerate(words):
        if start is not None and (not word.is_name or word.after_break or words[index - 1].is_possessive):
            yield start, index
            start = None
        if word.is_name and start is None:
            start = index
    if start is not None:
        yield start, len(words)


def clause_of(words: Sequence[Word], index: int) -> tuple[int, int]:
    """The stretch between breaks that holds `index`."""
    start = next((i for i in range(index, -1, -1) if words[i].after_break), 0)
    end = next((i for i in range(index + 1, len(words)) if words[i].after_break), len(words))
    return start, end
