"""The Sources dialog: every quote in its passage, whatever an answer cites, within Slack's limits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.corpus import Corpus, Span, load_corpus
from bot.grounding import Answer, CitedClaim, ClaimKind, Reading, Verdict
from bot.grounding.answers import cite
from bot.playground.block_kit.surfaces import view_problems
from bot.prompts import PromptLibrary
from bot.slack.sources import MOST_ON_PAGE, SourcesDialog
from bot.store import Store
from tests.fakes.files import pdf

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
CORPUS = load_corpus(CHECKOUT / "seeds")


@pytest.fixture
def dialog(tmp_path: Path) -> Iterator[SourcesDialog]:
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    yield make(store, CORPUS)
    store.close()


def make(store: Store, corpus: Corpus) -> SourcesDialog:
    return SourcesDialog(store=store, corpus=lambda: corpus, reading=Reading(PROMPTS, "/tencent", lambda: corpus), prompts=PROMPTS)


def citing(*passages: int) -> Answer:
    """An answer that quotes the first sentence of these passages."""
    cited = [cite(CORPUS.passages[n].document, CORPUS.passages[n].sentences[0]) for n in passages]
    claims = tuple(CitedClaim(c.quote, ClaimKind.QUOTE, (c,)) for c in cited)
    return Answer(Verdict.ANSWERED, "extractive", CORPUS.digest, claims)


def shown(view: dict[str, Any]) -> str:
    return json.dumps(view, ensure_ascii=False)


def styled(view: dict[str, Any], style: str | None) -> str:
    """The words in one style."""
    rich = [part for block in view["blocks"] if block["type"] == "rich_text" for part in block["elements"]]
    elements = [e for part in rich for e in part["elements"]]
    return "".join(e["text"] for e in elements if (style in e.get("style", {}) if style else not e.get("style")))


def actions(view: dict[str, Any]) -> list[str]:
    return [e["action_id"] for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]


def test_a_quote_stands_in_bold_and_the_rest_of_its_passage_around_it(dialog: SourcesDialog) -> None:
    passage = next(p for p in CORPUS.passages if len(p.sentences) > 1)
    view = dialog.overview(citing(CORPUS.passages.index(passage)), "r")
    first, second = passage.sentences[:2]
    assert passage.document.text[first.start : first.end] in styled(view, "bold")
    assert passage.document.text[second.start : second.end] in styled(view, None)


def test_what_is_known_of_the_document_says_how_it_is_known(dialog: SourcesDialog) -> None:
    dated = next(n for n, p in enumerate(CORPUS.passages) if p.document.published.value)
    undated = next(n for n, p in enumerate(CORPUS.passages) if not p.document.published.value)
    known = CORPUS.passages[dated].document
    assert f"Date: {known.published.value} (" in shown(dialog.overview(citing(dated), "r"))
    assert "Date: unknown (" in shown(dialog.overview(citing(undated), "r"))
    assert f"File: {known.id}" in shown(dialog.overview(citing(dated), "r"))


def test_every_passage_is_on_one_of_the_pages_however_many_there_are(dialog: SourcesDialog) -> None:
    answer = citing(*range(len(CORPUS.passages)))
    pages = -(-len(CORPUS.passages) // MOST_ON_PAGE)
    views = [dialog.overview(answer, "r", page) for page in range(pages)]
    everything = "".join(styled(view, "bold") for view in views)
    for view in views:
        assert list(view_problems(view, "modal")) == []
    for claim in answer.claims:
        assert claim.text in everything
    assert "sources_page_back" not in actions(views[0])
    assert "sources_page" in actions(views[0])
    assert "sources_page" not in actions(views[-1])


def test_a_page_that_is_not_there_is_the_last_one(dialog: SourcesDialog) -> None:
    assert dialog.overview(citing(0), "r", 99) == dialog.overview(citing(0), "r", 0)


def test_the_reader_turns_a_documents_passages_and_stops_at_its_ends(dialog: SourcesDialog) -> None:
    passages = CORPUS.passages_of(CORPUS.documents[0].id)
    answer = citing(0)
    first, last = (dialog.reader(answer, "r", p.id) for p in (passages[0], passages[-1]))
    assert actions(first) == ["turn"]
    assert actions(last) == ["turn_back"]
    assert passages[1].text.split(maxsplit=3)[0] in styled(first, "italic")
    assert "quotes nothing of this" in shown(last)


def test_a_long_passage_is_shown_whole(tmp_path: Path) -> None:
    sentence = "The harbour was dug by hand in the spring of that year. "
    (tmp_path / "a.txt").write_text("Harbour news\n\n" + sentence * 150 + "It cost 4.2 million crowns.\n", encoding="utf-8")
    corpus = load_corpus(tmp_path)
    passage = corpus.passages[-1]
    claim = CitedClaim("x", ClaimKind.QUOTE, (cite(passage.document, passage.sentences[-1]),))
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    view = make(store, corpus).reader(Answer(Verdict.ANSWERED, "e", "d", (claim,)), "r", passage.id)
    store.close()
    assert len(styled(view, None) + styled(view, "bold")) >= len(passage.text)
    assert list(view_problems(view, "modal")) == []


def test_a_quote_stands_alone_where_its_document_changed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    view = make(store, Corpus()).overview(citing(0), "r")
    store.close()
    assert "has changed since" in shown(view)
    assert citing(0).claims[0].text in styled(view, "bold")


def test_a_line_that_is_no_passage_is_shown_without_a_reader(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("The mill\n\nBy Ida Berg\nDATE: 3 May 2021\n\nThe mill was painted in the spring.\n", encoding="utf-8")
    corpus = load_corpus(folder)
    document = corpus.documents[0]
    byline = document.text.index("By Ida")
    citation = cite(document, Span(byline, byline + len("By Ida Berg")))
    answer = Answer(Verdict.ANSWERED, "extractive", corpus.digest, (CitedClaim(citation.quote, ClaimKind.QUOTE, (citation,)),))
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    view = make(store, corpus).overview(answer, "r")
    store.close()
    assert "has changed since" not in shown(view)
    assert styled(view, "bold").endswith("By Ida Berg")
    assert actions(view) == []


def test_a_quote_is_found_again_where_an_edit_above_it_moved_it(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    words = "The mill was painted by Ida Berg. It is red.\n\nThe mill was painted by Ida Berg. It is blue.\n"
    (folder / "a.txt").write_text(words, encoding="utf-8")
    before = load_corpus(folder)
    citation = cite(before.passages[1].document, before.passages[1].sentences[0])
    answer = Answer(Verdict.ANSWERED, "extractive", before.digest, (CitedClaim(citation.quote, ClaimKind.QUOTE, (citation,)),))
    (folder / "a.txt").write_text("The bridge opened.\n\n" + words, encoding="utf-8")
    store, after = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}"), load_corpus(folder)
    view = make(store, after).overview(answer, "r")
    assert "has changed since" not in shown(view)
    assert styled(view, "bold").endswith(citation.quote)
    assert styled(view, None).strip() == "It is blue."  # of two places with these words the one that is nearest to where they stood
    assert "It is blue." in styled(make(store, after).reader(answer, "r", after.passages[2].id), None)
    store.close()


def test_an_answer_nobody_remembers_says_so(dialog: SourcesDialog) -> None:
    assert "no longer in the log" in shown(dialog.overview(None, "r"))
    assert "no longer in the log" in shown(dialog.reader(None, "r", CORPUS.passages[0].id))


def test_the_page_of_a_pdf_is_named_and_a_document_that_went_or_changed_is_said_to_have(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "b.pdf").write_bytes(pdf(["The mill was painted by Ida Berg."], ["The harbour was dug by Agnes Holm."]))
    before = load_corpus(folder)
    citation = cite(before.passages[1].document, before.passages[1].sentences[0])
    answer = Answer(Verdict.ANSWERED, "extractive", before.digest, (CitedClaim(citation.quote, ClaimKind.QUOTE, (citation,)),))
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    assert "p. 2" in shown(make(store, before).overview(answer, "r"))
    assert "p. " not in make(store, before)._reading.document(before.documents[0])

    (folder / "a.txt").write_text("The bridge was built by Karl Lind.\n", encoding="utf-8")
    more = load_corpus(folder)
    assert more.passages[0].id == before.passages[0].id  # of another document now
    assert "Karl Lind" not in shown(make(store, more).reader(answer, "r", before.passages[0].id))

    (folder / "b.pdf").write_bytes(pdf(["The harbour was cut by Agnes Holm."]))
    view = make(store, load_corpus(folder)).overview(answer, "r")
    assert "This document has changed since the answer was given" in shown(view)
    assert citation.quote in styled(view, "bold")
    assert list(view_problems(view, "modal")) == []
    store.close()
