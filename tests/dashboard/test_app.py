"""The dashboard's pages: what they show of a log, and what they never do."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Message

from bot import asking
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.corpus import load_corpus
from bot.dashboard.app import Way, dashboard_app
from bot.dashboard.documents import CurrentCorpus
from bot.questions import Place, Question, Surface

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
PAGES = ["/", "/log", "/gaps", "/outdated", "/pinned", "/export.html"]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(f"{DUG}\n", encoding="utf-8")
    (folder / "other.txt").write_text("Nobody ever asks about the windmill of Sandby.\n", encoding="utf-8")
    running = build(Settings.model_validate({"seeds_dir": folder, "database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"}))
    yield running
    running.store.close()


@pytest.fixture
def asked(bot: Bot) -> Bot:
    for question in ("Who dug the harbour of Port Elling?", "Who owns the moon?", "who owns <b>the</b> moon?"):
        asyncio.run(asking.ask(bot, question))
    return bot


class Browser:
    """Asks the app as a browser would."""

    def __init__(self, bot: Bot) -> None:
        self._app: Starlette = dashboard_app(bot.store, lambda: bot.corpus, prices=bot.settings.token_prices)

    def get(self, address: str, *, host: str = "127.0.0.1:8322", method: str = "GET") -> tuple[int, dict[str, str], str]:
        path, _, query = address.partition("?")
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:  # ASGI's signature
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "headers": [(b"host", host.encode())],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8322),
        }  # fmt: skip
        asyncio.run(self._app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_log_has_pages_that_say_so(bot: Bot, page: str) -> None:
    status, _, shown = Browser(bot).get(page)

    assert status == 200
    assert re.search(r"Nothing was asked|No question was left open|Every quote that was posted still stands|No answer is pinned", shown)


@pytest.mark.parametrize("page", [*PAGES, "/log/0000", "/?days=7&verdict=answered&words=x"])
def test_no_page_runs_or_fetches_anything(asked: Bot, page: str) -> None:
    _, headers, shown = Browser(asked).get(page)

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in shown
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", shown)


def test_the_first_page_shows_figures_and_what_is_never_cited(asked: Bot) -> None:
    _, _, shown = Browser(asked).get("/")

    assert "<dt>Questions</dt><dd>3" in shown
    assert "1 never cited" in shown
    assert "<li>other.txt</li>" in shown
    assert re.search(r'href="/log\?days=30&amp;cites=harbour.txt">harbour.txt</a></th>.*<td class="number">1<', shown)
    assert re.search(r">extractive</a></th>.*>3<", shown)
    assert "<dt>Cost" not in shown


def test_what_tokens_cost_is_shown_where_prices_are_known(asked: Bot) -> None:
    app = dashboard_app(asked.store, lambda: asked.corpus, prices=(1.0, 0.5, 2.0))
    browser = Browser(asked)
    browser._app = app

    assert "<dt>Cost</dt><dd>0.00" in browser.get("/")[2]


def test_a_figure_leads_to_what_is_behind_it(asked: Bot) -> None:
    browser = Browser(asked)
    _, _, shown = browser.get("/?days=7")
    counted = {}
    for link in re.findall(r'href="(/log\?days=7&amp;(?:cites|verdict|engine|withheld)=[^"]+)"', shown):
        counted[link.partition("amp;")[2]] = browser.get(link.replace("&amp;", "&"))[2].count('<th scope="row"')

    assert counted == {"cites=harbour.txt": 1, "verdict=answered": 1, "verdict=not_in_documents": 2, "engine=extractive": 3}


def test_what_was_long_ago_is_shown_where_it_is_asked_for(bot: Bot) -> None:
    bot.store.receive(Question("Long ago?"))
    with bot.store._writing() as connection:
        connection.exec_driver_sql("UPDATE interactions SET received_at = received_at - 40 * 86400")
    browser = Browser(bot)

    assert "Nothing was asked in the last 30 days" in browser.get("/log")[2]
    assert "Long ago?" in browser.get("/log?days=0")[2]
    assert "Long ago?" in browser.get("/log?days=90")[2]


def test_a_page_loads_itself_again_only_where_that_was_chosen(asked: Bot) -> None:
    browser = Browser(asked)

    assert "refresh" not in browser.get("/log")[1]
    assert browser.get("/log?live=1")[1]["refresh"] == "10"
    assert "Stop that" in browser.get("/log?live=1")[2]


def test_links_begin_where_the_dashboard_is_mounted(asked: Bot) -> None:
    browser = Browser(asked)
    inner = dashboard_app(asked.store, lambda: asked.corpus, way_back=Way("Back", "/elsewhere"))
    browser._app = Starlette(routes=[Mount("/there", inner)])

    for page in PAGES:
        status, _, shown = browser.get(f"/there{page}")
        assert status == 200
        links = re.findall(r'(?:href|action)="(/[^"]*)"', shown)
        assert all(link.startswith("/there/") or link == "/elsewhere" for link in links)


def test_a_database_that_cannot_be_asked_is_said_to_be_so(asked: Bot) -> None:
    with asked.store._writing() as connection:
        connection.exec_driver_sql("ALTER TABLE interactions RENAME TO gone")
    for page in ("/", "/log", "/gaps", "/export.html", "/log/0000"):
        status, headers, shown = Browser(asked).get(page)
        assert status == 503
        assert "The log cannot be read just now" in shown
        assert headers["retry-after"] == "5"


def test_the_evidence_can_be_read_while_the_documents_are_what_they_were(asked: Bot) -> None:
    browser = Browser(asked)
    (link,) = re.findall(r'href="(/log/[0-9a-f]{32})"', browser.get("/log?verdict=answered")[2])
    assert "windmill of Sandby" in browser.get(link)[2]

    with asked.store._writing() as connection:
        connection.exec_driver_sql("UPDATE interactions SET corpus_digest = 'other'")
    shown = browser.get(link)[2]
    assert "windmill of Sandby" not in shown
    assert "the documents have changed since" in shown


def test_questions_whose_words_were_not_kept_have_pages_too(asked: Bot) -> None:
    with asked.store._writing() as connection:
        connection.exec_driver_sql("UPDATE interactions SET question = '', text = NULL, draft = NULL")
    browser = Browser(asked)
    (link,) = re.findall(r'href="(/log/[0-9a-f]{32})"', browser.get("/log?verdict=answered")[2])

    assert "(not kept)" in browser.get("/log")[2]
    assert "(not kept)" in browser.get("/gaps")[2]
    assert "The words were not kept" in browser.get(link)[2]


def test_the_log_leads_to_everything_about_a_question(asked: Bot) -> None:
    browser = Browser(asked)
    _, _, log = browser.get("/log?verdict=answered")
    (link,) = re.findall(r'href="(/log/[0-9a-f]{32})"', log)
    status, _, shown = browser.get(link)

    assert status == 200
    assert "Who dug the harbour of Port Elling?" in shown
    assert DUG in shown
    assert "harbour.txt, 0" in shown


def test_words_of_people_are_shown_as_they_are(asked: Bot) -> None:
    browser = Browser(asked)

    assert "who owns &lt;b&gt;the&lt;/b&gt; moon?" in browser.get("/log")[2]
    assert not any("<b>" in browser.get(page)[2] for page in PAGES)


def test_the_same_question_in_other_words_is_one_gap(asked: Bot) -> None:
    browser = Browser(asked)

    assert browser.get("/gaps")[2].count("/case/") == 1
    _, headers, table = browser.get("/gaps.csv")
    assert headers["content-type"].startswith("text/csv")
    assert len(table.splitlines()) == 2


def test_an_answer_whose_words_changed_is_shown_with_those_of_now(asked: Bot, tmp_path: Path) -> None:
    browser = Browser(asked)
    assert "Every quote that was posted still stands" in browser.get("/outdated")[2]
    (tmp_path / "documents" / "harbour.txt").write_text(f"{DUG.replace('two', '<i>nine</i>')}\n", encoding="utf-8")
    asked.live.refresh()
    assert asked.live.refresh()

    _, _, shown = browser.get("/outdated")
    assert f"<del>{DUG}</del>" in shown
    assert f"<ins>{DUG.replace('two', '&lt;i&gt;nine&lt;/i&gt;')}</ins>" in shown
    assert DUG in browser.get("/outdated.csv")[2]


def test_pinned_answers_are_shown_and_what_ended_them(asked: Bot, tmp_path: Path) -> None:
    browser = Browser(asked)
    row = next(row for row in asked.store.rows() if row["verdict"] == "answered")
    assert asked.pins.pin(row, "U9") == ""
    _, _, shown = browser.get("/pinned")
    assert f'href="/log/{row["id"]}"' in shown
    assert "Who dug the harbour of Port Elling?" in shown
    assert ">Serves</td>" in shown

    (tmp_path / "documents" / "harbour.txt").unlink()
    asked.live.refresh()
    asked.live.refresh()
    assert "<strong>Expired:</strong> harbour.txt changed" in browser.get("/pinned")[2]


def test_the_documents_of_a_page_are_those_of_its_moment_and_a_mistake_leaves_the_earlier_ones(bot: Bot) -> None:
    folder = bot.settings.seeds_dir
    current = CurrentCorpus(folder, load_corpus)
    before = current()
    (folder / "more.txt").write_text("The lighthouse keeps its lamp lit all night, whatever the weather.\n", encoding="utf-8")

    assert current() is not before
    assert [document.id for document in current().documents] == ["harbour.txt", "more.txt", "other.txt"]
    (folder / "corpus.toml").write_text("no = [", encoding="utf-8")
    assert len(current().documents) == 3
    assert not current().catalogue_problems


def test_a_gap_can_be_taken_as_a_case(asked: Bot) -> None:
    browser = Browser(asked)
    (link,) = re.findall(r'href="(/case/[0-9a-f]{32}\.yaml)"', browser.get("/gaps")[2])

    assert "answerable: false" in browser.get(link)[2]


@pytest.mark.parametrize("address", ["/log/ffff", "/log/%22%3E", "/case/ffff.yaml"])
def test_what_is_not_there_is_said_to_be_missing(asked: Bot, address: str) -> None:
    assert Browser(asked).get(address)[0] == 404


@pytest.mark.parametrize(
    "query", ["days=x", "days=-1", "before=abc", "before=99999999999999999999", "days=²", "verdict=<script>", "words=%00%ff"]
)
def test_a_senseless_filter_is_no_error(asked: Bot, query: str) -> None:
    assert Browser(asked).get(f"/log?{query}")[0] == 200
    assert Browser(asked).get(f"/?{query}")[0] == 200


def test_only_this_machine_is_answered_and_only_reading(asked: Bot) -> None:
    assert Browser(asked).get("/", host="evil.example")[0] == 400
    assert Browser(asked).get("/", method="POST")[0] == 405


def test_a_long_log_is_shown_a_page_at_a_time(bot: Bot) -> None:
    for number in range(60):
        bot.store.receive(Question(f"Question {number}?", "U1", Place(Surface.MENTION, "T1", "C1", f"{number}.0", f"{number}.0")))
    browser = Browser(bot)
    _, _, first = browser.get("/log?channel=C1")
    (older,) = re.findall(r'href="(/log\?[^"]+)" rel="next"', first)
    _, _, second = browser.get(older.replace("&amp;", "&"))

    assert "Question 59?" in first
    assert "Question 9?" in second
    assert 'rel="next"' not in second


def test_the_export_stands_alone(asked: Bot) -> None:
    _, headers, shown = Browser(asked).get("/export.html")

    assert "attachment" in headers["content-disposition"]
    assert "<nav" not in shown
    assert "href=" not in shown
