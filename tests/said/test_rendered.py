"""What is rendered without anything running: answers of every kind, notes, dialogs."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.corpus import Corpus, load_corpus
from bot.grounding import Answer, Approval, Citation, CitedClaim, ClaimKind, Fall, Fallen, Reading, Reason, Verdict, WithheldClaim
from bot.guide import guide
from bot.insights.digest import Digest
from bot.insights.gaps import Gap
from bot.pins import PinnedAnswers, key_of
from bot.playground.block_kit.surfaces import message_problems, text_length, view_problems
from bot.prompts import PromptLibrary
from bot.questions import Place, Question, Surface
from bot.slack.blocks import AnswerBlocks
from bot.slack.channel_settings import ChannelSettings
from bot.slack.digest import DigestWords
from bot.slack.elements import LONGEST_FALLBACK, Rendered
from bot.slack.feedback import FeedbackForm
from bot.slack.pinning import Pinning
from bot.slack.receipt import Receipt
from bot.slack.sources import SourcesDialog
from bot.smalltalk import FOLDER as TALK
from bot.store import ChannelChoice, Pin, Store
from tests.said.golden import hold

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
CORPUS = load_corpus(CHECKOUT / "seeds")
LINKED = replace(CORPUS, documents=tuple(replace(d, link=f"https://example.com/{n}") for n, d in enumerate(CORPUS.documents)))
BLOCKS = AnswerBlocks(Reading(PROMPTS, "/tencent", lambda: CORPUS), PROMPTS)
REFERENCE = "0123456789abcdef" * 2


def citation(quote: str = "Water boils at 100 degrees.", document: str = "a.txt", **facts: Any) -> Citation:
    known: dict[str, Any] = {"title": "On water", "publisher": "The Kettle", "published": date(2020, 1, 2)} | facts
    return Citation(document=document, start=0, end=len(quote), quote=quote, **known)


WATER = citation()
STEAM = citation("Steam rises at 101 degrees.", "b.txt", title=None, publisher=None, published=None)
LATER = citation("Ice melts.", "c.pdf", title="On ice", published=date(2021, 5, 6), derived=frozenset({"publisher"}), page=3)
SHIPPED = citation(CORPUS.passages[0].text[:60], CORPUS.documents[0].id, title=CORPUS.documents[0].title.value)


def statement(text: str, *citations: Citation) -> CitedClaim:
    return CitedClaim(text, ClaimKind.STATEMENT, citations or (WATER,), date(2020, 1, 2))


def answer(*claims: CitedClaim, **values: Any) -> Answer:
    given: dict[str, Any] = {"verdict": Verdict.ANSWERED, "engine": "openai:m", "corpus_digest": "0" * 16} | values
    return Answer(claims=claims, **given)


def quote(cited: Citation, **values: Any) -> CitedClaim:
    return CitedClaim(cited.quote, ClaimKind.QUOTE, (cited,), **values)


SAID = statement("Water boils at 100 degrees.")
NOT_FOUND = {"verdict": Verdict.NOT_IN_DOCUMENTS}
ANSWERS = {
    "answered": answer(SAID, statement("Ice melts.", LATER), quote(WATER, is_list_item=True), quote(LATER, is_list_item=True)),
    "partial": answer(
        SAID, statement("Steam rises.", STEAM), verdict=Verdict.PARTIAL, unanswered=("in Germany",), searched=1204, left_out=3, cut_short=True
    ),
    "undated": answer(quote(STEAM), engine="extractive", fell_back=True, left_out=2, undated=2),
    "other-language": answer(quote(WATER), engine="extractive", crosses_languages=True),
    "in-chinese": answer(SAID, language="zh"),
    "difference": answer(CitedClaim("", ClaimKind.DIFFERENCE, (WATER, STEAM))),
    "correction": answer(CitedClaim("Ice is cold.", ClaimKind.CORRECTION, (LATER,)), CitedClaim("[Note: not hot.]", ClaimKind.CORRECTION, (LATER,))),
    "not-in-documents": answer(
        **NOT_FOUND, closest=(WATER,), suggestions=("Who is Ada Kettle?", "What do the documents say about steam?"), engine="extractive"
    ),
    "failed": answer(verdict=Verdict.FAILED),
    "stopped-in-the-middle": answer(SAID, verdict=Verdict.PARTIAL, declined_for="stopped"),
    **{f"declined-{why}": answer(verdict=Verdict.DECLINED, declined_for=why) for why in ("empty", "too_long", "stopped")},
    "declined-no_such_document": answer(verdict=Verdict.DECLINED, declined_for="no_such_document", unanswered=("the `airport`", "the quay")),
    "declined-same_document": answer(verdict=Verdict.DECLINED, declined_for="same_document", unanswered=("the quay", "that quay")),
    **{
        f"talk-{name.rpartition('/')[2]}": answer(verdict=Verdict.DECLINED, declined_for=name.removeprefix("replies/"))
        for name in PROMPTS.names()
        if name.startswith(TALK)
    },
}  # fmt: skip


def message(rendered: Rendered) -> dict[str, Any]:
    """A message, checked as Slack does."""
    assert list(message_problems(rendered.blocks)) == []
    assert len(rendered.text) <= LONGEST_FALLBACK
    assert rendered.text.strip()
    assert text_length(rendered.blocks) <= 13_000
    return asdict(rendered)


def dialog(view: dict[str, Any]) -> dict[str, Any]:
    """A modal, checked as Slack does."""
    assert list(view_problems(view, "modal")) == []
    return view


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer(name: str) -> None:
    hold(f"answer-{name}", message(BLOCKS.public(ANSWERS[name], REFERENCE)))


def test_an_answer_for_one_person_and_the_same_shared() -> None:
    hold("answer-private", message(BLOCKS.private(ANSWERS["answered"], REFERENCE, question="When does water boil?")))
    hold("answer-shared", message(BLOCKS.shared(ANSWERS["answered"], REFERENCE, question="When does water boil?", user="U1")))


def test_an_answer_whose_sources_changed_and_its_correction() -> None:
    earlier = ANSWERS["answered"]
    hold("answer-outdated", message(BLOCKS.outdated(earlier, REFERENCE)))
    fallen = [Fallen(WATER, Fall.CHANGED), Fallen(LATER, Fall.GONE)]
    url = "https://example.slack.com/archives/C1/p1"
    hold(
        "answer-correction-of-another",
        message(BLOCKS.correction(answer(SAID), REFERENCE, question="When does water boil?", fallen=fallen, url=url)),
    )


def test_an_answer_from_documents_on_the_web() -> None:
    blocks = AnswerBlocks(Reading(PROMPTS, "/tencent", lambda: LINKED), PROMPTS)
    hold("answer-linked", message(blocks.public(answer(statement("So it is.", SHIPPED)), REFERENCE)))


def test_an_answer_from_documents_of_which_no_date_is_known() -> None:
    undated = Corpus(tuple(d for d in CORPUS.documents if not d.published.value))
    blocks = AnswerBlocks(Reading(PROMPTS, "/tencent", lambda: undated), PROMPTS)
    hold("answer-not-in-undated-documents", message(blocks.public(answer(**NOT_FOUND), REFERENCE)))


def test_an_answer_where_there_are_no_documents() -> None:
    blocks = AnswerBlocks(Reading(PROMPTS, "/tencent", lambda: Corpus(())), PROMPTS)
    hold("answer-no-documents", message(blocks.public(answer(**NOT_FOUND), REFERENCE)))


@pytest.mark.parametrize(
    ("label", "values"),
    [("user", {}), ("team", {}), ("queue", {}), ("ahead", {"count": 21}), ("late", {"minutes": 12}), ("away", {})],
)
def test_a_note_about_limits(label: str, values: dict[str, int]) -> None:
    hold(f"limits-{label}", message(BLOCKS.note("limits", label, **values)))


def test_the_digest_of_a_week() -> None:
    shown = DigestWords(PROMPTS.reply("digest"), lambda: CORPUS)
    gap = Gap(("How high is <b>the tower</b>?",), ("1", "2"), 2, 2, 0, 0.0, 1.0)
    week = (1_772_409_600.0, 1_773_014_400.0)
    hold("digest", message(shown.message(Digest(*week, 12, 9, 4, 1, (gap,), 3, {CORPUS.documents[0].id: 5, "gone.txt": 1}))))
    hold("digest-of-nothing", message(shown.message(Digest(*week))))


def test_help_and_the_list_of_documents() -> None:
    hold("help", message(BLOCKS.markdown(guide(PROMPTS, "/tencent"))))
    hold("documents", message(BLOCKS.documents(CORPUS)))
    many = message(BLOCKS.documents(Corpus(CORPUS.documents * 20)))
    hold(
        "documents-many",
        {**many, "blocks": [many["blocks"][0], many["blocks"][1]["elements"][0]["elements"][-1]], "text": many["text"][:80]},
    )


def test_what_stands_in_place_of_an_answer() -> None:
    hold("waiting", message(BLOCKS.reply("searching")))
    hold("apology", message(BLOCKS.reply("failed", reference="12345678")))


def test_the_sources_of_an_answer_and_the_reader(store: Store) -> None:
    def make(corpus: Corpus) -> SourcesDialog:
        return SourcesDialog(store=store, corpus=lambda: corpus, reading=Reading(PROMPTS, "/tencent", lambda: LINKED), prompts=PROMPTS)

    passage = CORPUS.passages[0]
    words = passage.text[:40]
    cited = citation(words, passage.document.id, title=passage.document.title.value)
    cited = replace(cited, start=passage.start, end=passage.start + len(words))
    sources = make(CORPUS)
    hold("sources", dialog(sources.overview(answer(quote(cited)), REFERENCE)))
    hold("sources-reader", dialog(sources.reader(answer(quote(cited)), REFERENCE, CORPUS.passages[1].id)))
    hold("sources-gone", dialog(sources.overview(None, REFERENCE)))
    hold("sources-changed", dialog(make(Corpus()).overview(answer(quote(cited)), REFERENCE)))
    every = [
        replace(cited, document=p.document.id, start=p.start, end=p.start + 30, quote=p.document.text[p.start : p.start + 30])
        for p in CORPUS.passages
    ]
    pages = [dialog(sources.overview(answer(*map(quote, every)), REFERENCE, page)) for page in (0, 1)]
    hold("sources-pages", [page["blocks"][-2:] for page in pages])


def test_receipts(store: Store) -> None:
    reading = Reading(PROMPTS, "/tencent", lambda: CORPUS)
    pins = PinnedAnswers(store=store, corpus=lambda: CORPUS, prompts=PROMPTS, reading=reading)
    pinning = Pinning(store=store, pins=pins, prompts=PROMPTS, admins=frozenset({"U9"}))
    known = Receipt(store=store, corpus=lambda: CORPUS, reading=reading, prompts=PROMPTS, pinning=pinning, prices=(2.0, 0.5, 8.0))
    withheld = WithheldClaim("Water is dry.", (Reason("verbatim", "not in 000-1: 'dry'"), Reason("number", "18.1")))
    row: Any = {
        "id": REFERENCE, "question": "When does water boil?", "asker": "U1", "engine": "openai:m", "prompt_digest": "f" * 16, "model_error": None,
        "answer": answer(quote(SHIPPED), withheld=(withheld,), corpus_digest=CORPUS.digest).to_json(),
        "evidence": [p.id for p in CORPUS.passages], "tokens": {"input": 12_000, "cached": 10_000, "output": 300}, "seconds": {"total": 3.21},
    }  # fmt: skip
    hold("receipt", message(Rendered("receipt", known.blocks(row))))
    (first, *_) = known.blocks(row | {"evidence": [p.id for p in reversed(CORPUS.passages)]}, at_most=1)[0]["elements"][-1]["elements"]
    assert str(CORPUS.documents[0].title.value) in first["elements"][0]["text"]  # what is quoted is never among the "more"
    fell_back = row | {"engine": "extractive", "model_error": "ModelUnavailable", "evidence": [], "answer": ANSWERS["undated"].to_json()}
    hold("receipt-of-quotes", message(Rendered("receipt", known.blocks(fell_back))))
    served = {"engine": "pinned", "prompt_digest": "", "tokens": {}, "answer": answer(quote(SHIPPED), engine="pinned").to_json()}
    hold("receipt-of-a-pinned-answer", message(Rendered("receipt", known.blocks(row | served))))
    many = Corpus(tuple(replace(CORPUS.documents[0], id=f"{n}.txt") for n in range(30)))
    passages = tuple(replace(CORPUS.passages[0], id=f"{n:03d}-1", document=document) for n, document in enumerate(many.documents))
    crowded = Receipt(
        store=store, corpus=lambda: replace(many, passages=passages), reading=BLOCKS._reading, prompts=PROMPTS, pinning=pinning
    )
    blocks = crowded.blocks(row | {"evidence": [p.id for p in passages]})
    hold("receipt-of-many-documents", blocks[0]["elements"][-1]["elements"][-1])


LANGUAGES = sorted({name.split("/")[1] for name in PROMPTS.names() if name.startswith("languages/")} - {"en"})


def english(name: str) -> set[str]:
    """The words of ours that a reader of another language would stumble over."""
    labels = PROMPTS.reply(name).labels
    return {text for label, text in labels.items() if label != "description" and "$" not in text and len(text) > 7}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialogs_below_an_answer_speak_its_language(store: Store, language: str) -> None:
    reading, cited = Reading(PROMPTS, "/tencent", lambda: LINKED), answer(quote(SHIPPED), language=language)
    pins = PinnedAnswers(store=store, corpus=lambda: CORPUS, prompts=PROMPTS, reading=reading)
    pinning = Pinning(store=store, pins=pins, prompts=PROMPTS, admins=frozenset())
    sources = SourcesDialog(store=store, corpus=lambda: CORPUS, reading=reading, prompts=PROMPTS)
    receipt = Receipt(store=store, corpus=lambda: CORPUS, reading=reading, prompts=PROMPTS, pinning=pinning)
    feedback = FeedbackForm(store=store, prompts=PROMPTS)
    row: Any = {
        "id": REFERENCE, "engine": "extractive", "prompt_digest": "", "model_error": "ModelUnavailable", "answer": cited.to_json(),
        "evidence": [p.id for p in CORPUS.passages], "tokens": {}, "seconds": {},
    }  # fmt: skip
    shown = [
        dialog(sources.overview(cited, REFERENCE)), dialog(sources.reader(cited, REFERENCE, CORPUS.passages[1].id)),
        message(Rendered("receipt", receipt.blocks(row))), dialog(feedback.form(REFERENCE, language)), dialog(feedback.thanks(language)),
        message(BLOCKS.public(cited, REFERENCE)),
    ]  # fmt: skip
    said = json.dumps(shown, ensure_ascii=False)
    assert [text for name in ("source_view", "receipt", "feedback", "answer") for text in english(name) if f'"{text}"' in said] == []
    assert PROMPTS[f"languages/{language}/source_view"].labels["read"] in said


def test_what_administrators_may_do(store: Store) -> None:
    reading = Reading(PROMPTS, "/tencent", lambda: CORPUS)
    pins = PinnedAnswers(store=store, corpus=lambda: CORPUS, prompts=PROMPTS, reading=reading)
    pinning = Pinning(store=store, pins=pins, prompts=PROMPTS, admins=frozenset({"U9"}))
    asked = Question("When does water boil?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0"))
    store.receive(asked)
    (row,) = store.find(asked.id)
    named = {"id": REFERENCE}
    pin = Pin(REFERENCE, "T1", key_of(asked.text), "answer", "", asked.text, answer(quote(WATER)), pinned_by="U9")

    assert pinning.blocks(row, "U1") == []
    hold("pin-offered", message(Rendered("pin", pinning.blocks({**row, **named}, "U9"))))  # type: ignore[arg-type]
    store.pin(pin)
    hold("pin-made", message(Rendered("pin", pinning.blocks({**row, **named}, "U9"))))  # type: ignore[arg-type]
    store.pin(replace(pin, pinned_by=""))
    hold("pin-made-on-the-command-line", message(Rendered("pin", pinning.blocks({**row, **named}, "U9"))))  # type: ignore[arg-type]
    for reason in ("no_answer", "not_kept", "follow_up", "outdated"):
        hold(f"pin-refused-{reason}", message(Rendered("pin", [pinning.refusal(reason)])))


@pytest.mark.parametrize(("name", "by"), [("approved", "U9"), ("approved-by-nobody", "")])
def test_approved_answers(name: str, by: str) -> None:
    approved = answer(SAID, engine="pinned", approval=Approval(by, date(2026, 1, 2)))
    hold(name, message(BLOCKS.public(approved, REFERENCE)))


def test_forms(store: Store) -> None:
    feedback = FeedbackForm(store=store, prompts=PROMPTS)
    hold("feedback-form", dialog(feedback.form(REFERENCE)))
    hold("feedback-thanks", dialog(feedback.thanks()))
    settings = ChannelSettings(store=store, prompts=PROMPTS)
    hold("settings", dialog(settings.form("C1", None)))
    hold("settings-chosen", dialog(settings.form("C1", ChannelChoice(is_public=True, changed_by="U1"))))
