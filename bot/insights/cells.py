"""Tables for spreadsheets. In: a head and rows. Out: CSV in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence


def as_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A row a line, below a head. What begins as a formula does is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell
