"""Where sentences end. In: a stretch of a document. Out: the spans of its sentences, in the document's offsets.

On public question-answering text a splitter of this kind puts 1 of 2,910 annotated answers across a boundary, as pysbd does at forty
times the cost (extractive.md).
"""

import re

from bot.corpus.spans import Span

# Never the end of a sentence, whatever follows.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "gen", "rep", "sen", "st", "ss", "vs", "no", "nos", "fig", "e.g", "i.e", "cf", "al", "approx"}
)
# The end of a sentence only where the next word is capitalised.
_ABBREVIATIONS = frozenset({
    "co", "corp", "inc", "ltd", "plc", "bros", "jr", "sr", "etc", "dept", "est", "a.m", "p.m", "a.d", "b.c", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
# Where a name may go on ("the U.S. National Guard"): the end of a sentence only where the next word is one that opens many.
_IN_NAMES = frozenset({"u.s", "u.k", "e.u", "u.n", "u.s.a", "d.c"})
_OPENERS = frozenset(
    """
    a after all also although an and as at because before both but by despite during each for from he her here his how however if in instead it
    its many meanwhile most no not on one our several she since so some such than that the their then there these they this those though to under
    until we what when where which while who with within yet you your
    """.split()
)
_END = re.compile(r"""[.!?…]+[)\]"'’”»]*(?=\s)|[。！？]+[」』”’）]*""")
_WORD_BEFORE = re.compile(r"([\w.]+)$")
_WORD = re.compile(r"[^\W\d_]+")
_NAME_BEFORE = re.compile(r"(?:^|[\s(\"“'‘])[^\W\d_a-z][\w.'’-]*[ \u00a0]+$|(?:^|[.!?:;\n(\"“])\s*$")
_VISIBLE = re.compile(r"\S")


def split_sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The sentences of `text[start:end]`, without the white space around them."""
    spans = []
    begin = start
    for match in _END.finditer(text, start, end):
        if _ends_a_sentence(text, match, end):
            spans.append(_trimmed(text, begin, match.end()))
            begin = match.end()
    spans.append(_trimmed(text, begin, end))
    return tuple(span for span in spans if span.start < span.end)


def _ends_a_sentence(text: str, match: re.Match[str], end: int) -> bool:
    if match.group()[0] in "。！？":
        return True
    following = _VISIBLE.search(text, match.end(), end)
    if following is None or following.group().islower():
        return following is None
    if not match.group().startswith("."):
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 20), match.start())
    word = before.group(1).lower() if before else ""
    if word in _TITLES:
        return False
    if len(word) == 1 and word.isalpha() and word != "i":
        return not _is_initial(text, match.start() - 1, following.start())
    if word in _IN_NAMES:
        opener = _WORD.match(text, following.start())
        return opener is not None and opener.group().lower() in _OPENERS
    return word not in _ABBREVIATIONS or following.group().isupper()


def _is_initial(text: str, at: int, following: int) -> bool:
    """Whether a single letter is one of a name, or an abbreviation: "Melvyn C. Goldstein" and "b. 1906" go on, "grades B and C. They" does not."""
    if text[at].islower():
        return True
    before = _NAME_BEFORE.search(text, max(0, at - 40), at)
    return before is not None and "\n" not in text[at:following]


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
