"""A follow-up as a question that stands alone, by rule: what works without a model, and what retrieval goes by with one.

In: a question and the turns before it. Out: the same question with what it leaves out filled in from the last one, or unchanged. The history
gives names and words to look for, never evidence.

>>> standalone("and in Germany?", (Turn("What partnerships does Tencent have in China?", …),))
'What partnerships does Tencent have in Germany?'
"""

import re
from collections.abc import Sequence

from bot.questions import Turn
from bot.retrieval.analysis import STOP_WORDS, content_stems

_OPENER = re.compile(
    r"^(?:and|but|so|ok(?:ay)?|also)?[,\s]*(?:what|how) about\s+(?P<rest>.+?)\??$|^(?:and|but|"
    r"or)\b[,\s]*(?P<bare>.+?)\??$",
    re.IGNORECASE,
)
_PREPOSITIONAL = re.compile(
    r"^(?P<preposition>in|at|for|by|with|from|on|to|about|under|after|before|since|during)\s+(?P<object>.+)$", re.IGNORECASE
)
_QUESTION_WORD = re.compile(
    r"^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|does|do|did|has|have|can|will|"
    r"should)\b",
    re.IGNORECASE,
)
_PRONOUNS = re.compile(r"\b(?P<word>he|she|him|her|his|hers|it|its|they|them|their|theirs)\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:this|that|these|those|there)\b(?!\s+[a-z]{3,})", re.IGNORECASE)
_EXISTS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|be|been|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)\s+there\b|"
    r"\bthere(?:['’]s|\s+(?:is|are|was|were|has|have|had|will|be))\b",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:he|she|him|her|his|hers|it|its|they|them|their|theirs|this|that|these|those|there|one|ones|former|latter|same|other|others|else|more|"
    r"first|second|third|last|above|both|too|also|again|then|instead)\b|[\u3040-\u9fff]",
    re.IGNORECASE,
)
_POSSESSIVE = frozenset({"his", "her", "hers", "its", "their", "theirs"})
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w.&'’-]*(?:\s+[A-Z][\w.&'’-]*)*")
_ANY_NAME = re.compile(r"\b[A-Z][\w.&'’-]*(?:\s+[A-Z][\w.&'’-]*)*")
# "Who is Ada Holm?", "what's a ferry?", however it is written: another name takes the place of all that is asked about.
_ONLY_NAMES = re.compile(
    r"\W*(?P<asking>(?:who|what)(?: is| are| was| were|['’]s) )(?!.*\b(?:of|in|at|for|by|with|on|to|about)\b)(?:\S+ ){0,3}\S+?\W*",
    re.IGNORECASE,
)
_LONGEST_NAME = 4  # words
_BARE = frozenset(
    {"why", "when", "where", "who", "how", "how so", "why so", "how much", "how many", "since when", "by whom", "says who", "who said that"}
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """`question`, with what it takes for granted from the last turn written out."""
    if not history or not question.strip():
        return question
    last = history[-1]
    plain = question.strip().rstrip("?!. ").lower()
    if plain in _BARE:
        return f"{question.strip().rstrip('?')} {_as_statement(last.question)}?"
    opened = _OPENER.match(question.strip())
    if opened:
        rest = (opened["rest"] or opened["bare"]).strip()
        return _with_pronouns(rest + "?", last) if _QUESTION_WORD.match(rest) else _in_place_of(rest, last.question)
    return _with_pronouns(question, last)


def depends_on(question: str) -> bool:
    """Whether a question may take something for granted that was said before: it points, counts, compares, or says hardly anything."""
    return len(content_stems(question)) <= 2 or _REFERS.search(_without_exists(question)) is not None


def _in_place_of(rest: str, previous: str) -> str:
    """The previous question with `rest` in the place of what it asked about."""
    prepositional = _PREPOSITIONAL.match(rest)
    if prepositional:
        same = re.compile(rf"\b{prepositional['preposition']}\s+(?:the\s+)?[\w.&'’-]+(?:\s+[A-Z][\w.&'’-]*)*", re.IGNORECASE)
        changed, count = same.subn(rest, previous, count=1)
        return changed if count else f"{previous.rstrip('?. ')} {rest}?"
    if (bare := _ONLY_NAMES.fullmatch(previous)) and len(rest.split()) <= _LONGEST_NAME:
        return f"{bare['asking']}{rest}?"
    names = list(_NAME.finditer(previous))
    if names and rest[:1].isupper():
        last = names[-1]
        return previous[: last.start()] + rest + previous[last.end() :]
    return f"{previous.rstrip('?. ')} {rest}?"


def _with_pronouns(question: str, last: Turn) -> str:
    """Pronouns written out with the name the last question was about; what points at nothing named brings its words along."""
    topic = _topic(last)
    if topic is None:
        return question

    def written(match: re.Match[str]) -> str:
        return f"{topic}'s" if match["word"].lower() in _POSSESSIVE and not question[match.end() :].lstrip().startswith("?") else topic

    replaced = _PRONOUNS.sub(written, question, count=1)
    own = _without_exists(question)
    says_hardly_anything = len(content_stems(question)) <= (1 if own == question else 0)
    if replaced == question and (_POINTING.search(own) or says_hardly_anything):
        return f"{question.rstrip('?. ')} {_as_statement(last.question)}?"
    return replaced


def _without_exists(question: str) -> str:
    """A question without the "there" that says that something is, and points nowhere."""
    return _EXISTS.sub("", question)


def _topic(last: Turn) -> str | None:
    """Who or what a pronoun means: the last name of the last question, else the first of its answer."""
    asked = [m.group().removesuffix("'s").removesuffix("’s") for m in _NAME.finditer(last.question)]
    if asked:
        return asked[-1]
    answered = (m.group().removesuffix("'s").removesuffix("’s") for m in _ANY_NAME.finditer(last.answer))
    return next((name for name in answered if name.split()[0].lower() not in STOP_WORDS), None)


def _as_statement(question: str) -> str:
    """A question without its question word and mark: the words to look for."""
    return re.sub(r"^(?:who|what|which|when|where|why|how(?: much| many)?)\b\s*", "", question.strip().rstrip("?!. "), flags=re.IGNORECASE)
