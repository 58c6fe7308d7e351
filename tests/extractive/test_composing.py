"""What is shown around the sentence chosen: what it answers, what it heads, what goes on."""

from bot.drafts import Draft, Mode
from bot.extractive import ExtractiveAnswerer
from tests.extractive.conftest import Load

INTERVIEW = """Five questions for the harbour master

Olga Brandt has been harbour master of Lower Wend since 2009.

Where will the new pier be built?

On the northern side, close to the mill. The water is deep enough there.

Who pays for the dredging of the basin?

The county does. It has set aside two million crowns.
"""
HANDBOOK = """Expenses at the mill

Receipts are kept for two years.

What we never refund to employees

  - Parking fines of any kind.

  - Flowers for colleagues.

  - Lost umbrellas.
"""


def quoted(draft: Draft) -> list[str]:
    return [quote.text for claim in draft.claims for quote in claim.quotes]


def test_an_answer_in_an_interview_is_found_by_the_question_above_it(load: Load) -> None:
    corpus = load(interview__txt=INTERVIEW)

    texts = quoted(ExtractiveAnswerer(corpus).answer("Where will the new pier be built?", corpus.passages))

    assert texts[0] == "Where will the new pier be built?"
    assert texts[1].startswith("On the northern side")


def test_a_heading_that_is_chosen_brings_the_list_below_it(load: Load) -> None:
    corpus = load(handbook__txt=HANDBOOK)

    texts = quoted(ExtractiveAnswerer(corpus).answer("What do we never refund to employees?", corpus.passages))

    assert texts[0] == "What we never refund to employees"
    assert [text.split()[0] for text in texts[1:]] == ["Parking", "Flowers", "Lost"]


def test_what_three_documents_that_are_nearly_alike_say_is_still_found(load: Load) -> None:
    text = "The swimming pool of Lower Wend opens at {} in the morning. Towels can be borrowed from the warden."
    corpus = load(one__txt=text.format("seven"), two__txt=text.format("eight"), three__txt=text.format("nine"))

    draft = ExtractiveAnswerer(corpus).answer("From whom can towels be borrowed?", corpus.passages)

    assert draft.mode is Mode.ANSWER
    assert any("from the warden" in text for text in quoted(draft))
