"""Markdown as it is read: cited as it stands in the file, shown without its marks."""

import pytest

from bot.config import CHECKOUT
from bot.corpus import Kind
from bot.corpus.formats.markup import without_markup
from bot.grounding import CitedClaim, ClaimKind, Reading
from bot.grounding.answers import cite
from bot.prompts import PromptLibrary
from tests.corpus.conftest import Load


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("The **harbour** was dug by [Agnes Holm](https://example.org/holm \"her page\") in *1871*.", "The harbour was dug by Agnes Holm in 1871."),
        ("The `quay_length` is 2 * 3 * 4 and snake_case_stays.", "The quay_length is 2 * 3 * 4 and snake_case_stays."),
        ("It is ~~not~~ open.", "It is ~~not~~ open."),
        ("> It carries __400__ cars\n> a day.", "It carries 400 cars\na day."),
        ("| Ida | **Karl** Lind |", "Ida | Karl Lind"),
        ("The bridge<br> was built.[^1] ![A crane](crane.png)", "The bridge was built. A crane"),
        ("Cut **off in the middle", "Cut **off in the middle"),
        (r"A \*star\* &amp; <https://example.org>", "A *star* & https://example.org"),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_are_not_shown_and_what_only_looks_like_one_is(words: str, shown: str) -> None:
    assert without_markup(words) == shown


PAGE = """# Harbour guide

The **harbour** was dug by [Agnes Holm](https://example.org), an engineer of the north.

> The ferry carries __400__ cars over the water every day.

- [ ] The mill was painted by *Ida Berg* last year.

Plans of the town
-----------------

The plans are those which the council made for the harbour.

```yaml
# not a heading
key: value
```
"""


def test_a_citation_is_the_files_own_words_and_is_shown_without_marks(load: Load) -> None:
    corpus = load({"a.md": PAGE, "b.txt": "The **stars** of this file are its own, and stay where they are.\n"})
    reading = Reading(PromptLibrary.load(CHECKOUT / "prompts"), "/ask", lambda: corpus)
    shown = []
    for passage in corpus.passages:
        for span in passage.sentences:
            citation = cite(passage.document, span)
            assert citation.quote == passage.document.text[span.start : span.end]
            shown.append(reading.claim(CitedClaim(citation.quote, ClaimKind.QUOTE, (citation,))))
    assert shown == [
        "“The harbour was dug by Agnes Holm, an engineer of the north.”",
        "“The ferry carries 400 cars over the water every day.”",
        "“The mill was painted by Ida Berg last year.”",
        "“Plans of the town”",
        "“The plans are those which the council made for the harbour.”",
        "“not a heading”",
        "“key: value”",
        "“The **stars** of this file are its own, and stay where they are.”",
    ]


def test_underlined_lines_are_headings_and_code_has_none(load: Load) -> None:
    corpus = load({"a.md": PAGE})
    by_line = {block.line: block.kind for block in corpus.documents[0].blocks}
    assert by_line[9] is Kind.HEADING
    assert (by_line[14], by_line[15], by_line[16], by_line[17]) == (Kind.BOILERPLATE, Kind.BODY, Kind.BODY, Kind.BOILERPLATE)
    assert next(p for p in corpus.passages if p.line == 12).heading == "Plans of the town"
