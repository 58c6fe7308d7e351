"""The mutations do what their kind says, and the benchmark tells a caught claim from one that passed."""

import re
from collections import Counter

import pytest

from bot.corpus import Passage
from tests.bench import grounding
from tests.bench.mutations import Source, is_wrong, kinds, mutants
from tests.bench.wording import antonyms, names_in, past

STAKE = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
BATTLE = "In 1066, Duke William II of Normandy conquered England killing King Harold II at the Battle of Hastings."
PARAGRAPH = (
    "In March the port authority will sell two of its 14 cranes to Rotterdam. "
    "Hamburg bought the older cranes from Antwerp in 1998 for more than 3 million euros. "
    "Critics in Hamburg said the price was probably too high, although Antwerp had asked for 5 million euros. "
    "The harbour of Antwerp is the second-largest in Europe. "
    "It may be enlarged before 2030."
)


def source(text: str, document: str = "") -> Source:
    return Source(text, document=document or text)


def mutant(kind: str, text: str, document: str = "") -> str:
    return next(one.text for one in mutants(source(text, document), among=[kind]))


def kinds_of(text: str, document: str = "") -> set[str]:
    return {one.kind for one in mutants(source(text, document))}


def test_there_are_more_kinds_than_were_asked_for_and_none_twice() -> None:
    assert len(kinds()) >= 27
    assert Counter(kinds()).most_common(1)[0][1] == 1


def test_the_same_seed_makes_the_same_mutants() -> None:
    assert mutants(source(BATTLE), seed=3) == mutants(source(BATTLE), seed=3)
    assert mutants(source(BATTLE), seed=3) != mutants(source(BATTLE), seed=4)


def test_no_mutant_has_the_words_of_its_source() -> None:
    for sentence in re.split(r"(?<=\.) ", PARAGRAPH):
        for one in mutants(source(sentence, PARAGRAPH)):
            assert one.text != sentence
            assert one.text[0].isupper()
            assert one.quotes[0] == sentence


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("bound_drop", "It runs more than a million servers.", "It runs a million servers."),
        ("bound_drop", "Over 2,800 nodes and 70 zones are covered.", "Over 2,800 nodes and 70 zones are covered."),
        ("unit_change", "It reached 300 million users.", "It reached 300 billion users."),
        ("modal_drop", "Tencent will also form a committee.", "Tencent formed a committee."),
        ("intent_to_fact", "The duke agreed to swear fealty.", "The duke swore fealty."),
        ("neg_remove", "The engine is not in use.", "The engine is in use."),
        ("neg_remove", "Tencent is no longer a disruptor.", "Tencent is still a disruptor."),
        ("hedge_drop", "It is seemingly part of a plan.", "It is part of a plan."),
        ("hedge_drop", "The sun is believed to be a star.", "The sun is a star."),
        ("rank_upgrade", "It is the second-largest port.", "It is the largest port."),
        ("restrictor_drop", "It has the largest pool of users in China.", "It has the largest pool."),
        ("voice_flip", "Harold was killed by the Normans.", "Harold killed the Normans."),
        ("from_to_swap", "The field moved from consumers to industry.", "The field moved from industry to consumers."),
        ("comparison_reverse", "Iron is more common than gold.", "Iron is less common than gold."),
        ("title_swap", "He is CEO of the firm.", "He is chairman of the firm."),
    ],
)
def test_a_kind_changes_what_its_name_says(kind: str, text: str, expected: str) -> None:
    made = {one.text for seed in range(20) for one in mutants(source(text), seed, among=[kind])}
    assert expected in made or (expected == text and not made)


def test_two_names_change_places_only_where_it_matters_which_comes_first() -> None:
    text = "Later that year Hamburg bought cranes from Antwerp."
    assert mutant("subj_obj_swap", text) == "Later that year Antwerp bought cranes from Hamburg."
    assert "subj_obj_swap" not in kinds_of("Later that year Hamburg and Antwerp bought cranes.")
    assert "subj_obj_swap" not in kinds_of("Later that year Hamburg met with Antwerp.")


def test_numbers_change_in_value_but_not_in_form() -> None:
    changed = mutant("number_change", STAKE)
    assert re.search(r"\b\d+\.\d\d% stake\.$", changed)
    assert "21.25" not in changed
    assert mutant("number_transpose", STAKE) != STAKE
    assert mutant("number_swap", "It has 26 regions and spans 70 zones.") == "It has 70 regions and spans 26 zones."


def test_years_and_days_are_changed_as_dates_and_not_as_numbers() -> None:
    assert "number_change" not in kinds_of("It opened in 1998.")
    assert re.fullmatch(r"It opened in \d{4}\.", mutant("year_change", "It opened in 1998."))
    assert mutant("date_change", "It opened on October 17.") != "It opened on October 17."
    assert "year_add" not in kinds_of("It opened in 1998.")
    assert re.search(r"\b(?:19|20)\d\d\b", mutant("year_add", "It opened on a Monday in spring."))


def test_a_name_is_replaced_by_another_of_the_document_that_is_not_in_the_sentence() -> None:
    sentence = PARAGRAPH.split(". ", maxsplit=1)[0] + "."
    assert mutant("entity_swap_in_doc", sentence, PARAGRAPH).split()[-1].strip(".") in {"Hamburg", "Antwerp", "Europe"}


def test_another_name_of_the_same_person_is_no_mutant() -> None:
    one = Source("A letter came from Pony Ma in May.", document="A letter came from Pony Ma in May. Then Ma Huateng spoke.")
    assert one.names_elsewhere == []


def test_two_sentences_are_blended_with_both_as_quotes() -> None:
    first, second = "Hamburg is the larger of the two ports.", "Antwerp was sold to a private company in spring."
    document = f"They say Hamburg and then Antwerp. {first} {second}"
    made = mutants(Source(first, after=(second,), document=document), among=["blend_sentences"])
    assert [(one.text, one.quotes) for one in made] == [("Hamburg was sold to a private company in spring.", (first, second))]


def test_a_list_in_another_order_is_not_wrong() -> None:
    assert not is_wrong("It covers Asia, Europe and Africa.", source("It covers Africa, Europe and Asia."))
    assert is_wrong("It covers Asia from Africa.", source("It covers Africa from Asia."))


def test_what_the_document_says_elsewhere_is_not_wrong() -> None:
    assert not is_wrong("It opened in May.", source("It opened in June.", "It opened in June. It opened in May."))


def test_words_are_formed_as_english_forms_them() -> None:
    assert [past(verb) for verb in ("carry", "merge", "form", "stop", "swear")] == ["carried", "merged", "formed", "stopped", "swore"]
    assert "decrease" in antonyms()["increase"]
    assert "increase" in antonyms()["decrease"]
    assert names_in("However, the New Amsterdam was built by Robert of Jumièges in Lille.", "") == ["New Amsterdam", "Lille"]


def claim(text: str, *, expected: bool) -> grounding.Claim:
    passages: tuple[Passage, ...] = grounding.paragraph_passages("Cranes", 0, PARAGRAPH)
    words = PARAGRAPH.split(" It may", maxsplit=1)[0].split(". ")[3]
    return grounding.Claim("verbatim", text, ((passages[0].id, words),), passages, words, "squad", "tuning", expected)


def test_a_wrong_statement_is_caught_and_a_true_one_passes() -> None:
    true = grounding.judge(claim("The harbour of Antwerp is the second-largest in Europe.", expected=True))
    wrong = grounding.judge(claim("The harbour of Antwerp has 900 cranes.", expected=False))
    assert (true.passed, wrong.passed) == (True, False)
    assert wrong.reasons
    assert grounding.rate([true, wrong]) == 1


def test_the_benchmark_makes_claims_of_every_sort_of_a_text() -> None:
    text = grounding.Text("squad", "blind", grounding.paragraph_passages("Cranes", 0, PARAGRAPH), PARAGRAPH)
    made = grounding.claims_of([text], 2)
    assert {"verbatim", "quote_of_neighbour", "quote_altered", "number_change"} <= {one.kind for one in made}
    assert all(one.expected is (one.kind == "verbatim") for one in made)
    assert max(Counter(one.kind for one in made if one.kind != "verbatim").values()) == 2


def test_misses_of_the_blind_half_are_never_shown() -> None:
    shown, hidden = claim("Antwerp sank.", expected=True), claim("Antwerp burned.", expected=True)
    found = [grounding.judge(shown), grounding.judge(grounding.Claim(**{**vars(hidden), "half": "blind"}))]
    printed = grounding.misses(found)
    assert "Antwerp sank." in printed
    assert "Antwerp burned." not in printed


@pytest.mark.parametrize("name", grounding.HANDWRITTEN)
def test_each_hand_written_line_quotes_its_text_and_is_in_one_half(name: str) -> None:
    lines = grounding.read_lines(name)
    assert len(grounding.handwritten(lines)) == len(lines) >= 120
    assert {line["half"] for line in lines} == {"tuning", "blind"}
    assert Counter((line["claim"], *line["quotes"]) for line in lines).most_common(1)[0][1] == 1
    assert all(len(line["claim"]) <= 280 for line in lines)


def test_each_line_over_other_texts_quotes_its_passage() -> None:
    claims = list(grounding.other_texts())

    assert len(claims) >= 1_000
    assert {claim.half for claim in claims} == {"tuning", "blind"}
    assert {claim.half for claim in claims if claim.group.startswith("invented")} == {"tuning"}
    firm = Counter(claim.half for claim in claims if claim.group.startswith("firm"))
    assert min(firm["tuning"], firm["blind"]) >= 200
