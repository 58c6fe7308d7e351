"""What the answerer proposes, seen from outside: quotes of whole sentences, or nothing."""

import pytest

from bot.corpus import Corpus, Kind
from bot.drafts import Draft, Mode
from bot.extractive import ExtractiveAnswerer
from tests.extractive.conftest import HARBOUR, MUSEUM, Load


def quoted(draft: Draft) -> list[str]:
    return [quote.text for claim in draft.claims for quote in claim.quotes]


def ask(corpus: Corpus, question: str) -> Draft:
    return ExtractiveAnswerer(corpus).answer(question, corpus.passages)


ANSWERABLE = [
    ("Who dug the harbour of Port Elling?", "Agnes Holm"),
    ("How much did the works cost?", "4.2 million crowns"),
    ("How many ships does the harbour handle a week?", "310 ships"),
    ("When did the town council decide to close the old fish market?", "in 2015"),
    ("Why was the old fish market closed?", "because the roof"),
    ("How many clocks does the museum show?", "1,240 clocks"),
    ("What is the oldest piece of the museum of clocks?", "water clock"),
    ("How much does entry cost for adults?", "9 crowns"),
]


@pytest.mark.parametrize(("question", "words"), ANSWERABLE)
def test_a_plain_question_is_answered_with_the_sentence_that_says_it(towns: Corpus, question: str, words: str) -> None:
    draft = ask(towns, question)

    assert draft.mode is Mode.ANSWER
    assert any(words in text for text in quoted(draft))


@pytest.mark.parametrize("question", ["Who is Marta Lindqvist?", "How much did the works cost?", "How much does entry cost for adults?"])
@pytest.mark.parametrize("between", ["\xa0", "\xa0 "])
def test_a_non_breaking_space_parts_words_as_a_blank_does(load: Load, question: str, between: str) -> None:
    def sentences(corpus: Corpus) -> list[str]:
        return [" ".join(text.split()) for text in quoted(ask(corpus, question))]

    usual = sentences(load(harbour__txt=HARBOUR, museum__txt=MUSEUM))
    assert usual
    assert sentences(load(harbour__txt=HARBOUR.replace(" ", between), museum__txt=MUSEUM.replace(" ", between))) == usual


@pytest.mark.parametrize("question", [question for question, _ in ANSWERABLE])
def test_every_claim_is_nothing_but_verbatim_quotes(towns: Corpus, question: str) -> None:
    for claim in ask(towns, question).claims:
        assert claim.text == ""
        for quote in claim.quotes:
            passage = towns.passage(quote.passage)
            assert passage is not None
            assert quote.text in passage.text


@pytest.mark.parametrize("question", [question for question, _ in ANSWERABLE])
def test_a_quote_begins_and_ends_where_sentences_do(towns: Corpus, question: str) -> None:
    for claim in ask(towns, question).claims:
        for quote in claim.quotes:
            passage = towns.passage(quote.passage)
            assert passage is not None
            start = passage.start + passage.text.index(quote.text)
            assert start in {span.start for span in passage.sentences}
            assert start + len(quote.text) in {span.end for span in passage.sentences}


@pytest.mark.parametrize(
    "question",
    [
        "How do I bake sourdough bread?",
        "Who won the world cup in 1998?",
        "Which museum did Agnes Holm pay for?",
        "How many ships did the museum of clocks buy in Hamburg?",
        "What does the director of the harbour earn?",
        "",
        "?",
        "and the of",
    ],
)
def test_what_the_documents_do_not_say_is_refused(towns: Corpus, question: str) -> None:
    assert ask(towns, question) == Draft(mode=Mode.NOT_FOUND)


def test_what_somebody_did_is_no_answer_to_who_did_it_to_them(towns: Corpus) -> None:
    assert ask(towns, "Who dug Agnes Holm?").mode is Mode.NOT_FOUND


def test_a_list_that_is_asked_for_comes_whole_after_what_introduces_it(towns: Corpus) -> None:
    texts = quoted(ask(towns, "What are the four aims of the council for the next decade?"))

    assert texts[0] == "The council named four aims for the next decade:"
    assert [text.split(":")[0] for text in texts[1:]] == ["Quiet quays", "Clean water", "Open paths", "More rail"]


def test_a_single_item_that_is_asked_about_comes_without_its_list(towns: Corpus) -> None:
    texts = quoted(ask(towns, "What does 'quiet quays' mean for the engines of ships?"))

    assert "Quiet quays: Ships switch off their engines and take power from the shore." in texts
    assert not any(text.startswith("More rail") for text in texts)


def test_a_long_list_is_still_whole(load: Load) -> None:
    items = "\n\n".join(f"  {n}. Rule number {n} of the {n * 7}th day." for n in range(1, 21))
    corpus = load(rules__txt=f"The rules of the swimming club\n\nThe swimming club has these rules for its members:\n\n{items}\n")

    draft = ask(corpus, "What are the rules of the swimming club for its members?")

    assert len(draft.claims) <= 8
    assert sum("Rule number" in text for text in quoted(draft)) == 20


def test_a_sentence_that_opens_with_a_pronoun_brings_the_one_before_it(towns: Corpus) -> None:
    texts = quoted(ask(towns, "To which street were the stalls of the old fish market moved?"))

    assert any("The town council decided" in text and "Its stalls were moved to Bridge Street." in text for text in texts)


def test_a_surname_alone_counts_as_the_full_name(towns: Corpus) -> None:
    texts = quoted(ask(towns, "When did Agnes Holm move to Oslo?"))

    assert any("Holm moved to Oslo in 1902." in text for text in texts)


def test_names_of_one_thing_count_as_equal(load: Load) -> None:
    corpus = load(
        museum__txt=MUSEUM,
        corpus__toml='[names]\n"Marta Lindqvist" = ["Mrs Clockwork"]\n',
    )

    texts = quoted(ask(corpus, "What did Mrs Clockwork say about a workshop?"))

    assert any("will open a workshop" in text for text in texts)


def test_an_abbreviation_that_a_document_explains_counts_as_what_it_stands_for(load: Load) -> None:
    text = (
        "The Guild of Lamp Makers (GLM) was founded in 1931 by Ida Berg.\n\nThe GLM meets on the second floor of the old mill every Friday."
    )
    corpus = load(guild__txt=text)

    assert any("second floor" in text for text in quoted(ask(corpus, "Where does the Guild of Lamp Makers meet?")))
    assert any("Ida Berg" in text for text in quoted(ask(corpus, "Who founded the GLM?")))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who established the harbour company of Port Elling?", "was founded"),
        ("What were the earnings of the harbour company?", "income"),
        ("When was the decision to move the harbour company taken?", "decided in 2019"),
        ("Where is the HQ of the harbour company?", "a red house on the quay"),
    ],
)
def test_words_of_one_family_or_meaning_meet(load: Load, question: str, words: str) -> None:
    text = (
        "The harbour company of Port Elling was founded by Agnes Holm.\n\nThe income of the harbour company was 12 million crowns.\n\n"
        "The council decided in 2019 to move the harbour company to Sandby.\n\n"
        "The headquarters of the harbour company is a red house on the quay at Sandby.\n\nSheep graze on the hills above the town."
    )
    assert any(words in text for text in quoted(ask(load(harbour__txt=text), question)))


def test_what_a_thing_is_is_not_what_happened_to_it(load: Load) -> None:
    text = (
        "The Birkenhof was built in 1924 and seats 18,000.\n\nIn May the club sold its stadium, the Birkenhof, to its supporters.\n\n"
        "The Lindenhof was painted in 1931 and again in 1960."
    )
    corpus = load(club__txt=text)

    assert quoted(ask(corpus, "What is the Birkenhof?")) == ["In May the club sold its stadium, the Birkenhof, to its supporters."]
    assert quoted(ask(corpus, "What is the Lindenhof?")) == []


@pytest.mark.parametrize(
    "defining",
    [
        "Skerry, a travel planner with a purse, has more users than any other app in the country.",
        "Skerry is a travel planner with a purse, and it has more users than any other app.",
        "The ferry line earns most with Skerry (a travel planner with a purse) in summer.",
        "The travel planner Skerry is one of the apps that people like best.",
    ],
)
def test_of_many_sentences_on_a_name_the_one_that_is_there_to_define_it_is_quoted(load: Load, defining: str) -> None:
    others = [f"In {year} people {did} Skerry more than before." for year, did in ((2019, "opened"), (2020, "praised"), (2021, "blamed"))]
    corpus = load(app__txt="\n\n".join([*others, defining, "Agnes Holm of Skerry is a director of the harbour, too."]))

    assert quoted(ask(corpus, "What is Skerry?")) == [defining]


def test_misspelt_words_are_understood(towns: Corpus) -> None:
    texts = quoted(ask(towns, "How many ships does the harbuor hanlde a week?"))

    assert any("310 ships" in text for text in texts)


def test_several_misspelt_words_are_understood(towns: Corpus) -> None:
    assert any("4.2 million crowns" in text for text in quoted(ask(towns, "how mutch did the wroks of the harbuor kost")))


OFFICE = """The office of Lower Wend

Travelling to the clinic from the office is paid like any other trip.

The clinic is on the ground floor of the town hall. It is open on Mondays.

Since 2022 the president of the clinic has been Gerda Molin. Dr. Walter Quist looks after the archive of the clinic and its boats.

For a key call the caretaker Ines Fabre on extension 555.
"""


CREW = """The crew of the ferry

Ada Holm waved to the press from the upper deck, and everybody cheered for Ada Holm.

The trip was long, said president Ada Holm. The cook Olaf Berg agreed. A boat was bought from Skerry Yards, and Skerry Yards paid for the trip.
"""


@pytest.mark.parametrize(
    "question",
    ["Who is Ada Holm?", "who's ada holm", "What is Ada Holm's job?", "what is the role of Ada Holm", "Which post does Ada Holm hold?"],
)
def test_who_somebody_is_is_said_by_the_sentence_with_the_role(load: Load, question: str) -> None:
    assert quoted(ask(load(crew__txt=CREW), question)) == ["The trip was long, said president Ada Holm."]


@pytest.mark.parametrize(
    "question", ["What do the documents say about Skerry Yards?", "Tell me about Skerry Yards", "can you tell me more about Skerry Yards?"]
)
def test_of_a_topic_any_sentence_that_names_it_tells(load: Load, question: str) -> None:
    assert quoted(ask(load(crew__txt=CREW), question)) == ["A boat was bought from Skerry Yards, and Skerry Yards paid for the trip."]


def test_nothing_is_told_of_a_topic_that_no_sentence_names(load: Load) -> None:
    assert ask(load(crew__txt=CREW), "What do the documents say about Skerry Island?").mode is Mode.NOT_FOUND


@pytest.mark.parametrize("question", ["Compare Olaf Berg and Zyzzy Yards", "What is the difference between Olaf Berg and Zyzzy Yards?"])
def test_of_two_things_to_compare_the_one_nothing_is_said_of_is_left_open(load: Load, question: str) -> None:
    draft = ask(load(crew__txt=CREW), question)

    assert quoted(draft) == ["The cook Olaf Berg agreed."]
    assert draft.unanswered == ("Zyzzy Yards",)


def test_where_a_thing_is_is_said_by_the_sentence_that_is_there_to_say_it(load: Load) -> None:
    assert quoted(ask(load(office__txt=OFFICE), "Where is the clinic?")) == ["The clinic is on the ground floor of the town hall."]


@pytest.mark.parametrize(
    "question",
    [
        "Who was president of the clinic before Gerda Molin?",
        "What is the phone number of Dr. Walter Quist?",
    ],
)
def test_much_about_a_name_is_no_answer_without_what_is_asked_of_it(load: Load, question: str) -> None:
    assert ask(load(office__txt=OFFICE), question).mode is Mode.NOT_FOUND


def test_a_phone_number_that_is_there_is_given(load: Load) -> None:
    assert any(
        "extension 555" in text for text in quoted(ask(load(office__txt=OFFICE), "What is the phone number of the caretaker Ines Fabre?"))
    )


def test_a_line_that_only_repeats_the_question_is_no_answer(load: Load) -> None:
    corpus = load(
        manual__txt="The manual\n\nThe colour of the bag\n\nNothing is said of it here, whatever anybody may have hoped to find.\n\nA bag."
    )

    assert ask(corpus, "What is the colour of the bag?").mode is Mode.NOT_FOUND


def test_both_parts_of_a_question_are_answered(towns: Corpus) -> None:
    texts = quoted(ask(towns, "How many clocks does the museum show, and how much does entry cost for adults?"))

    assert any("1,240 clocks" in text for text in texts)
    assert any("9 crowns" in text for text in texts)


def test_a_part_left_open_is_named_in_its_own_words(towns: Corpus) -> None:
    draft = ask(towns, "How many clocks does the museum show and who painted the Mona Lisa?")

    assert any("1,240 clocks" in text for text in quoted(draft))
    assert draft.unanswered == ("who painted the Mona Lisa?",)


def test_a_number_the_passage_lacks_keeps_it_from_being_an_answer(towns: Corpus) -> None:
    assert ask(towns, "When did the town council decide to close the old fish market?").mode is Mode.ANSWER
    assert ask(towns, "Why did the town council close the old fish market in 1931?").mode is Mode.NOT_FOUND


def test_only_the_passages_given_are_quoted(towns: Corpus) -> None:
    passages = [passage for passage in towns.passages if "clocks" not in passage.text]

    draft = ExtractiveAnswerer(towns).answer("How many clocks does the museum show?", passages)

    assert not any("1,240" in text for text in quoted(draft))


def test_without_passages_nothing_is_found(towns: Corpus) -> None:
    answerer = ExtractiveAnswerer(towns)

    assert answerer.answer("Who dug the harbour?", ()) == Draft(mode=Mode.NOT_FOUND)
    assert answerer.closest("Who dug the harbour?", ()) == ()


def test_an_empty_corpus_is_no_error() -> None:
    answerer = ExtractiveAnswerer(Corpus())

    assert answerer.answer("Who dug the harbour?", ()) == Draft(mode=Mode.NOT_FOUND)


def test_the_closest_sentences_are_given_only_where_they_come_near(towns: Corpus) -> None:
    answerer = ExtractiveAnswerer(towns)

    near = answerer.closest("How many ships does the harbour of Oslo handle?", towns.passages)

    assert 1 <= len(near) <= 2
    assert "310 ships" in near[0].text
    assert answerer.closest("How do I bake sourdough bread?", towns.passages) == ()


def test_the_closest_sentences_are_of_passages_of_their_own(towns: Corpus) -> None:
    closest = ExtractiveAnswerer(towns).closest("Which works of the harbour of Port Elling cost crowns?", towns.passages)

    assert closest
    assert len({quote.passage for quote in closest}) == len(closest)


def test_headings_are_never_an_answer_themselves(towns: Corpus) -> None:
    for question in ("What is the museum of clocks?", "What about the harbour of Port Elling?"):
        for claim in ask(towns, question).claims:
            for quote in claim.quotes:
                passage = towns.passage(quote.passage)
                assert passage is not None
                assert passage.kind is not Kind.HEADING


@pytest.mark.parametrize(
    ("question", "words"),
    [("青河镇有多少名居民？", "三千名居民"), ("第一座茶园是谁建立的？", "李文山"), ("茶叶主要销往哪里？", "广州和上海")],
)
def test_a_chinese_question_is_answered_from_a_chinese_document(chinese: Corpus, question: str, words: str) -> None:
    assert any(words in text for text in quoted(ask(chinese, question)))


def test_a_chinese_question_on_something_else_is_refused(chinese: Corpus) -> None:
    assert ask(chinese, "世界杯冠军是哪个国家？") == Draft(mode=Mode.NOT_FOUND)


def test_a_chinese_question_over_english_documents_is_refused(towns: Corpus) -> None:
    assert ask(towns, "港口是谁修建的？") == Draft(mode=Mode.NOT_FOUND)


RULES = """# Rules of the yard

## Working hours and leave

Core hours are 10:00 to 15:00. Outside core hours everybody may choose when they work.

Permanent employees get 28 days of paid leave a year. Leave of more than two weeks must be approved in advance by the head of the yard.

| Kind of leave | Days | Who approves |
|---|---|---|
| Parental leave | 90 | People Office |
| Study leave | 5 | department head |

## Agreement

Either party may end the agreement with Voltara, but not before 1 January 2027. Voltara may not raise prices before that date.
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When are core hours?", ["Core hours are 10:00 to 15:00."]),
        ("Who approves parental leave?", ["Kind of leave | Days | Who approves", "Parental leave | 90 | People Office"]),
        ("When may Voltara raise prices?", [RULES.strip().splitlines()[-1]]),  # "that date" is in the sentence before
    ],
)
def test_an_answer_has_what_its_row_or_sentence_leaves_to_what_stands_above(load: Load, question: str, words: list[str]) -> None:
    assert quoted(ask(load(rules__md=RULES), question)) == words


@pytest.mark.parametrize("kind", ["parental", "study"])
def test_a_sentence_about_another_of_its_kind_is_no_answer(load: Load, kind: str) -> None:
    assert not any("28 days" in text for text in quoted(ask(load(rules__md=RULES), f"How many days of {kind} leave do I get?")))


def test_when_and_how_many_are_no_answer_to_why(load: Load) -> None:
    text = "On 14 March at 06:12 all 63 cranes in the yard of Port Elling stopped. They moved again at 08:47, and nobody was hurt."
    corpus = load(yard__txt=text)
    assert ask(corpus, "Why did the cranes in the yard stop?").mode is Mode.NOT_FOUND
    assert ask(corpus, "When did the cranes in the yard stop?").mode is Mode.ANSWER


def test_the_same_question_gets_the_same_draft(load: Load) -> None:
    corpus = load(harbour__txt=HARBOUR, museum__txt=MUSEUM)
    answerer = ExtractiveAnswerer(corpus)
    question = "Who dug the harbour of Port Elling, and what did the works cost?"

    assert answerer.answer(question, corpus.passages) == answerer.answer(question, corpus.passages)
    assert answerer.answer(question, corpus.passages) == ExtractiveAnswerer(corpus).answer(question, corpus.passages)
