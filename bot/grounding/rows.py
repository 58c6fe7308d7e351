"""A row of a table as the sentences that it stands for, each cell under its header.

In: a row and the header of its table, cells between bars. Out: sentences; none where the cells do not fit the header. A row by itself would let any
of its numbers be said of any of its columns.

>>> sentences_of("B | 3,600 euros | 5%", "Grade | Monthly pay | Bonus")[0]
'Grade B has a monthly pay of 3,600 euros.'
"""

import re
from collections.abc import Iterator

from bot.grounding.tokenizing import is_plural

CELLS = " | "  # between the cells of a row
_LINE = re.compile(r"(?P<key>[A-Z][^:.!?]{2,40}): (?P<value>[^:]{1,80}[^.!?:])")
_ACRONYM = re.compile(r"[A-Z0-9][A-Z0-9]")
_UNIT = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


def sentences_of(row: str, header: str) -> tuple[str, ...]:
    """The sentences that the cells of `row` stand for under those of `header`; the first column is what they are about."""
    cells, names = _cells(row), [_UNIT.sub("", name) for name in _cells(header)]
    if len(cells) != len(names) or len(cells) < 2 or not cells[0] or not all(names):
        return ()
    return tuple(dict.fromkeys(sentence for column in range(1, len(cells)) if cells[column] for sentence in _told(names, cells, column)))


def sentence_of(line: str) -> str:
    """The sentence that "Key: value" stands for; "" where a line is none."""
    found = _LINE.fullmatch(" ".join(line.split()))
    if found is None:
        return ""
    return f"The {_small(found['key'])} {'are' if is_plural(found['key'].lower()) else 'is'} {found['value']}."


def key_of(row: str) -> str:
    """What a row is about: its first cell."""
    return _cells(row)[0]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in f" {' '.join(row.split()).strip('|')} ".split(CELLS)]


def _told(names: list[str], cells: list[str], column: int) -> Iterator[str]:
    what, value = _small(names[column]), cells[column]
    for about in (f"{names[0]} {cells[0]}", cells[0]):
        article = "an" if what[:1].lower() in "aeiou" else "a"
        yield f"{about} has {article} {what} of {value}."
        yield f"{about}: {what} {value}."
        inside = about[0].lower() + about[1:] if about.startswith(names[0]) else about
        yield from (f"The {what} {preposition} {inside} is {value}." for preposition in ("of", "for"))


def _small(name: str) -> str:
    return name if _ACRONYM.match(name) else name[:1].lower() + name[1:]
