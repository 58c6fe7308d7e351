"""Where sentences end. In: a stretch of a document. Out: the spans of its sentences, in the document's offsets.

On public question-answering text a splitter of this kind puts 1 of 2,910 annotated answers across a boundary, as pysbd does at forty
times the cost (extractive.md).
"""

import re

from bot.corpus.spans import Span

# Never the end of a sentence, whatever follows.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "gen", "rep", "sen", "st", "vs", "no", "nos", "fig", "e.g", "i.e", "cf", "al", "approx"}
)
# The end of a sentence only where the next word is capitalised.
_ABBREVIATIONS = frozenset({
    "co", "corp", "inc", "ltd", "plc", "bros", "jr", "sr", "etc", "dept", "est", "u.s", "u.k", "e.u", "a.m", "p.m", "jan", "feb", "mar", "apr",
    "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
})  # fmt: skip
_END = re.compile(r"""[.!?…]+[)\]"'’”»]*(?=\s)|[。！？]+[」』”’）]*""")
_WORD_BEFORE = re.compile(r"([\w.]+)$")
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
    if word in _TITLES or (len(word) == 1 and word.isalpha() and word != "i"):
        return False
    return word not in _ABBREVIATIONS or following.group().isupper()


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))
