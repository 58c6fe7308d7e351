"""Pages of other sites and offices, all invented: what is text stays citable, and the frame of a page does not become text."""

import pytest

from bot.corpus import CITABLE, Kind
from bot.corpus.blocks import read_blocks
from bot.corpus.lines import content_start
from tests.corpus.conftest import Load

NEWS = """Harbour dug out in record time, town says
By Jane Smith
Published 12 March 2024

The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm. She wrote of it to Oslo.

Holm was paid 900 crowns.

Council names four aims for the next decade

The works cost 4.2 million crowns, a third more than planned, and the town paid for them for forty years.

Today the harbour handles 310 ships a week. Most of them carry timber to Denmark, some of them grain, and a few of them people.

Nobody knows how many of them there were in the first year, for the book in which they were counted was lost in a fire.

The town council will say more about it in the annual report of the harbour next year, and will then decide who pays for the quays.

Sign up for our newsletter

Related articles

Museum of clocks buys water clock from monks of Lower Wend

Leave a comment

Your email address will not be published. Required fields are marked *

Name
Email

© 2024 Port Elling Post. All rights reserved.
"""

FAQ = """Guesthouse FAQ
Updated: 2024-03-01

Price: 20 EUR
Location: Bridge Street 4
Language: Danish
Opening hours:
Kitchen closes at 22:00
Museum opens at 9 on weekdays

What does breakfast cost?
It costs 9 crowns.

How do I log in?
Log in with your badge at the reader beside the door.

Where is the privacy policy?
You find the privacy policy in the folder on the table in the hall.

Sign up for the walk at the desk by noon on the day before it starts.

Subscribe to the walks at the desk.

Follow the signs on the wall to reach the kitchen on the ground floor.
"""

NOTES = """Team meeting
Date: 12 March 2024
- Anna ships the release on Friday
- Bob books the room

Decisions:
- We move to Bridge Street
- Carl names a date

Present: Anna, Bob, Carl
"""

BULLETS_UNDER_A_TITLE = """Meeting notes
- Anna ships the release on Friday
- Bob books the room
- Carl writes to the council
Location: Room 5
"""

MARKDOWN = """# Handbook of the harbour

## Opening hours
The harbour opens at six in the morning and closes at ten
in the evening, on Sundays two hours earlier than that.

## Fees
* Boats pay 40 crowns a night, which includes water
  and power from the shore.
* Ships pay more.

### Harbour raises fees for ships in winter
Ships pay 60 crowns from November to March.

---
Read the fees again.
"""

WRAPPED = """The harbour of Port Elling was dug between 1871 and 1879 by the
engineer Agnes Holm. She had studied canals in the Netherlands and
Holm keeps a diary of the works. The works cost 4.2 million crowns,
a third more than planned.

Today the harbour handles 310 ships a week. Most of them carry
timber to Denmark.
"""

WIDE = """The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm, who had studied canals in the Netherlands and
Holm keeps a diary of the works, which cost 4.2 million crowns, a third more than planned, and it was printed in the year after the
harbour was opened by the king.
"""

CHINESE = """青河镇的茶园

作者：王小明
日期：2024年3月5日

青河镇位于山谷之中，全镇有三千名居民。镇上的第一座茶园由李文山于1952年建立。

1、春茶在四月采摘。
2、秋茶在九月采摘。

价格：20元
"""

CONTRACT = """Agreement on the delivery of goods

1. Parties
The supplier is Holm & Sons.

4.1 The supplier shall deliver the goods to the warehouse of the buyer within ten days of the order.

4.2 The supplier shall deliver the goods to the warehouse of the buyer within thirty days where the order is for spare parts.

5. Copyright
Copyright in all drawings made under this agreement passes to the buyer.

(a) Each party keeps the other's privacy policy in mind when it handles names.

6. All rights reserved to the supplier under clause 5 end with this agreement.

7. The buyer may follow her on the site and reach the author of the drawings through the supplier.

8. The preface tells more about the author of the drawings and about her time in Oslo.
"""


def kinds(text: str) -> dict[int, Kind]:
    return {block.line: block.kind for block in read_blocks(text)}


def lines_not_citable(text: str) -> list[str]:
    return [text[b.start : b.end] for b in read_blocks(text) if b.kind not in CITABLE]


def test_a_news_article_keeps_its_text_and_loses_its_frame() -> None:
    assert kinds(NEWS) == {
        1: Kind.TITLE, 2: Kind.METADATA, 3: Kind.METADATA, 5: Kind.BODY, 7: Kind.BODY, 9: Kind.RELATED, 11: Kind.BODY, 13: Kind.BODY,
        15: Kind.BODY, 17: Kind.BODY, 19: Kind.BOILERPLATE, 21: Kind.BOILERPLATE, 23: Kind.BOILERPLATE, 25: Kind.BOILERPLATE,
        27: Kind.BOILERPLATE, 29: Kind.BOILERPLATE, 30: Kind.BOILERPLATE, 32: Kind.BOILERPLATE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "frame"),
    [
        pytest.param(FAQ, ["Guesthouse FAQ", "Updated: 2024-03-01"], id="FAQ"),
        pytest.param(NOTES, ["Team meeting", "Date: 12 March 2024"], id="notes"),
        pytest.param(BULLETS_UNDER_A_TITLE, ["Meeting notes"], id="bullets under a title"),
        pytest.param(MARKDOWN, ["# Handbook of the harbour", "---"], id="Markdown"),
        pytest.param(WRAPPED, [], id="hard-wrapped"),
        pytest.param(WIDE, [], id="wrapped at a wide margin"),
        pytest.param(CHINESE, ["青河镇的茶园", "作者：王小明", "日期：2024年3月5日"], id="Chinese"),
        pytest.param(CONTRACT, ["Agreement on the delivery of goods"], id="contract"),
    ],
)
def test_nothing_but_the_title_and_the_dates_of_a_page_is_kept_from_being_cited(page: str, frame: list[str]) -> None:
    assert lines_not_citable(page) == frame


@pytest.mark.parametrize("page", [NEWS, FAQ, NOTES, MARKDOWN, WRAPPED, WIDE, CHINESE, CONTRACT])
def test_line_ends_of_another_system_change_nothing(page: str) -> None:
    assert kinds(page.replace("\n", "\r\n")) == kinds(page)


def test_what_a_news_article_says_of_itself_is_known(load: Load) -> None:
    (document,) = load({"news.txt": NEWS}).documents
    assert document.title.value == "Harbour dug out in record time, town says"
    assert document.author.value == "Jane Smith"
    assert str(document.published.value) == "2024-03-12"


def test_what_a_chinese_article_says_of_itself_is_known(load: Load) -> None:
    (document,) = load({"tea.txt": CHINESE}).documents
    assert (document.language, document.author.value, str(document.published.value)) == ("zh", "王小明", "2024-03-05")


def test_chinese_numbering_needs_no_blank_and_is_not_quoted(load: Load) -> None:
    items = [p for p in load({"tea.txt": CHINESE}).passages if p.kind is Kind.LIST_ITEM]
    assert [p.text for p in items] == ["春茶在四月采摘。", "秋茶在九月采摘。"]


def test_hard_wrapped_lines_are_one_paragraph_with_whole_sentences(load: Load) -> None:
    corpus = load({"a.txt": WRAPPED, "b.txt": WIDE})
    assert [p.line for p in corpus.passages_of("a.txt")] == [1, 6]
    first = corpus.passages_of("a.txt")[0]
    assert [first.document.text[s.start : s.end] for s in first.sentences][1] == (
        "She had studied canals in the Netherlands and\nHolm keeps a diary of the works."
    )
    assert len(corpus.passages_of("b.txt")) == len(corpus.passages_of("b.txt")[0].sentences) == 1


def test_a_title_may_stand_right_above_a_wrapped_paragraph() -> None:
    assert kinds("The harbour\n" + WRAPPED) == {1: Kind.TITLE, 2: Kind.BODY, 7: Kind.BODY}


def test_two_short_lines_are_a_title_and_what_follows_it_and_no_paragraph() -> None:
    page = "Harbour dug out by an engineer in record time\nJane Smith of the Post\n\n" + WRAPPED
    assert list(kinds(page))[:3] == [1, 2, 4]


def test_wide_paragraphs_each_on_a_line_of_its_own_stay_apart() -> None:
    line = "The harbour of the town was dug between 1871 and 1879 by the engineer Agnes Holm, who had studied canals for {} years."
    assert kinds("\n".join(map(line.format, ("two", "three", "four", "five")))) == dict.fromkeys([1, 2, 3, 4], Kind.BODY)


def test_markdown_headings_head_what_is_below_them(load: Load) -> None:
    corpus = load({"a.md": MARKDOWN})
    headings = {p.line: (p.text if p.kind is Kind.HEADING else p.heading) for p in corpus.passages}
    assert corpus.documents[0].title.value == "Handbook of the harbour"
    assert headings == {
        3: "Opening hours", 4: "Opening hours", 7: "Fees", 8: "Fees", 10: "Fees", 12: "Harbour raises fees for ships in winter",
        13: "Harbour raises fees for ships in winter", 16: "Harbour raises fees for ships in winter",
    }  # fmt: skip


STATUTES = """Statutes of the club

1. Name and seat

The club is called Elling Rowers and has its seat in the town of Port Elling.

§ 2 Members

Whoever is at least eight years old may apply to the board in writing.

2.1 Ending

Membership ends:

1. by death

2. by resignation

Key figures

Boats: 11
"""


def test_numbered_lines_above_text_are_headings_and_those_of_a_list_are_not() -> None:
    assert {line: kind for line, kind in kinds(STATUTES).items() if kind is not Kind.BODY} == {
        1: Kind.TITLE, 3: Kind.HEADING, 7: Kind.HEADING, 11: Kind.HEADING, 13: Kind.HEADING, 15: Kind.LIST_ITEM, 17: Kind.LIST_ITEM, 19: Kind.HEADING,
    }  # fmt: skip


def test_a_list_item_goes_on_in_the_lines_below_it(load: Load) -> None:
    item = next(p for p in load({"a.md": MARKDOWN}).passages if p.line == 8)
    assert item.text == "Boats pay 40 crowns a night, which includes water\n  and power from the shore."


def test_a_line_with_a_colon_heads_its_list(load: Load) -> None:
    item = next(p for p in load({"n.txt": NOTES}).passages if p.text == "Carl names a date")
    assert (item.kind, item.heading, item.lead_in) == (Kind.LIST_ITEM, "Decisions:", None)


def test_clauses_that_repeat_each_other_but_for_a_word_are_no_captions() -> None:
    assert kinds(CONTRACT)[8] is Kind.BODY


def test_a_sentence_that_only_repeats_what_was_said_is_a_caption() -> None:
    page = (
        "The mayor\n\nThe mayor Ida Berg opened the bridge. She promises that the tram will cross it every ten minutes in the winter.\n\n"
        "The mayor Ida Berg promises that the tram will cross it every ten minutes in the winter.\n"
    )
    assert kinds(page)[5] is Kind.CAPTION
    assert kinds(page.removesuffix("winter.\n") + "summer.\n")[5] is Kind.BODY


def test_bullets_above_the_date_are_a_standfirst_and_bullets_below_it_are_text() -> None:
    prose = "\n\nThe harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm.\n"
    assert kinds("Title\n\n- It cost a lot\nDATE: 12 May 2020" + prose)[3] is Kind.STANDFIRST
    assert kinds("Title\nDATE: 12 May 2020\n\n- It cost a lot" + prose)[4] is Kind.LIST_ITEM


def test_a_label_far_below_the_top_is_text() -> None:
    prices = "\n".join(f"Room {n}: {n} EUR" for n in range(20))
    found = kinds(f"Prices\n{prices}\nCategory: A\n\nAll of these prices were set by the council of the town in May.\n")
    assert {kind for line, kind in found.items() if line > 1} <= CITABLE


@pytest.mark.parametrize(
    "headline",
    ["Council names four aims for the next decade", "Pony Ma asks ‘China’s Quora’ for industrial internet answers"],
)
def test_a_headline_is_another_storys_only_where_it_stands_alone_between_paragraphs(headline: str) -> None:
    prose = "The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm."
    assert kinds(f"{prose}\n\n{headline}\n\n{prose[:-1]} of Oslo.\n")[3] is Kind.RELATED
    assert kinds(f"{prose}\n\n{headline}\n- one\n- two\n")[3] in CITABLE
    assert kinds(f"{prose}\n\n## {headline}\n\n{prose[:-1]} of Oslo.\n")[3] is Kind.HEADING


def test_a_tail_that_is_most_of_the_page_is_no_tail() -> None:
    prose = "The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm."
    found = kinds(f"{prose}\n\nRelated links\n\n" + "\n\n".join([prose + " It is so."] * 5))
    assert found[3] is Kind.BOILERPLATE
    assert found[5] is Kind.BODY


TABLE = """# Tariffs

The ferry sails every day. A ticket is bought on board.

| Kind of ticket | Price | Valid for |
|:---|---:|---|
| Single | 9 crowns | one day |
| Monthly, for those who live on the island all year | 120 crowns | one month |

## Sailing

To sail, a passenger needs three things, and shows them to the crew:

- a ticket
"""


def test_a_row_of_a_table_is_cited_without_its_edges_and_led_in_by_the_tables_header(load: Load) -> None:
    corpus = load({"a.md": TABLE})
    rows = [passage for passage in corpus.passages if " | " in passage.text]
    assert [row.kind for row in rows] == [Kind.LIST_ITEM] * 3
    header, single, monthly = rows
    assert (header.text, single.text) == ("Kind of ticket | Price | Valid for", "Single | 9 crowns | one day")
    assert monthly.text.startswith("Monthly, for")
    assert [row.lead_in for row in (single, monthly)] == [(header.start, header.end)] * 2
    assert kinds(TABLE)[6] is Kind.BOILERPLATE


def test_the_rows_of_a_word_files_table_are_led_in_by_its_first_row(load: Load) -> None:
    corpus = load(
        {"a.txt": "Report\n\nThe ships of the harbour were counted twice.\n\n- one thing\n- Year | Ships\n- 2019 | 412\n\n- 2020 | 4\n"}
    )
    header = next(p for p in corpus.passages if p.text == "Year | Ships")
    assert [p.text for p in corpus.passages if p.lead_in == (header.start, header.end)] == ["2019 | 412", "2020 | 4"]


def test_a_table_at_the_top_is_no_title() -> None:
    assert kinds(TABLE.split("\n\n")[2])[1] is Kind.LIST_ITEM


def test_a_markdown_heading_is_one_whatever_follows_it() -> None:
    assert kinds(TABLE)[10] is Kind.HEADING


@pytest.mark.parametrize(
    "byline", ["By Jane Smith, 12 March 2024", "By Jane Smith | March 12, 2024", "By Jane van Dam — Tuesday 12 March 2024"]
)
def test_a_byline_with_its_date_is_no_heading(byline: str) -> None:
    prose = "The harbour of Port Elling was dug between 1871 and 1879 by the engineer Agnes Holm."
    assert kinds(f"# Harbour news\n\n{byline}\n\n{prose}\n")[3] is Kind.METADATA
    assert kinds(f"# Harbour news\n\nBy rail, 12 March 2024 is the last day\n\n{prose}\n")[3] is Kind.HEADING


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("1. One", 3), ("| One | 2 |", 2), ("12) One", 4), ("1、一", 2), ("• One", 2), ("(a) One", 4), ("## One", 3),
        ("OSLO, May 12 (Town News) -- One", 28), ("(Town News) March 26 - One", 23), ("One", 0), ("2018 was", 0),
        ("3.5 million", 0), ("- ", 0),
    ],
)  # fmt: skip
def test_marks_and_datelines_are_not_part_of_what_is_quoted(line: str, start: int) -> None:
    assert content_start(line) == start


def test_a_kind_given_for_a_line_wins(load: Load) -> None:
    corpus = load({"n.txt": NOTES, "corpus.toml": '[documents."n.txt"]\nkinds = { 10 = "boilerplate", 2 = "body" }\n'})
    chosen = {b.line: (b.kind, b.reason) for b in corpus.documents[0].blocks}
    assert chosen[10] == (Kind.BOILERPLATE, "corpus.toml says so")
    assert chosen[2] == (Kind.BODY, "corpus.toml says so")
    assert corpus.problems == ()
