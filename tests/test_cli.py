"""The command line as people and programs use it: exit codes, objects on standard output, one sentence for what is wrong."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.sealing import Sealed
from bot.store import Installation, Store
from tests.fakes.drafts import NOT_FOUND, claim, draft
from tests.fakes.openai_server import OpenAIServer, completion, error, openai_server
from tests.fakes.terminal import Ran, Shell, shell

STAKE = "What stake does Tencent hold in JD?"
STAKE_WORDS = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
STAKE_DOCUMENT = "000_5e2a81c1d8135d37.txt"
REVENUE = "What was Tencent's revenue in 2024?"
KEYS = [
    "id", "question", "verdict", "engine", "text", "claims", "withheld", "unanswered", "suggestions", "corpus_digest", "prompt_digest",
    "tokens", "seconds",
]  # fmt: skip
CITATION_KEYS = {"document", "title", "publisher", "published", "start", "end", "quote"}

Terminal = Callable[..., Ran]


@pytest.fixture(scope="module")
def bash() -> Iterator[Shell]:
    with shell() as running:
        yield running


@pytest.fixture
def terminal(bash: Shell, tmp_path: Path) -> Terminal:
    """A function that runs the command with arguments, settings and input, always with the same database."""

    def command(*arguments: str, stdin: bytes = b"", **settings: str) -> Ran:
        given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}", "INDEX_DIR": str(tmp_path / "index")} | settings
        return bash.run(arguments, folder=tmp_path, settings=given, stdin=stdin)

    return command


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with openai_server() as running:
        yield running


def test_workspaces_that_installed_the_app_are_listed_without_their_tokens_and_forgotten(terminal: Terminal, tmp_path: Path) -> None:
    assert "No workspace has installed the app" in terminal("workspaces").err
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    store.install(Installation("T1", "Acme\tInc", "A1", "U1", "B1", "U2", ("chat:write", "commands"), Sealed("sealed-token")))
    store.close()
    listed = terminal("workspaces", "list")
    ((team, name, _, scopes),) = cells(listed)
    assert (team, name, scopes) == ("T1", "Acme Inc", "chat:write commands")
    assert "sealed" not in listed.out
    assert (terminal("workspaces", "forget", "T2").code, "0 open questions" in terminal("workspaces", "forget", "T1").out) == (1, True)
    assert terminal("workspaces").out == ""


def objects(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def cells(ran: Ran) -> list[list[str]]:
    """The rows of a listing in a pipe."""
    return [re.split(r"\t| {2,}", line) for line in ran.out.splitlines()]


def batch(*lines: object) -> bytes:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines).encode()


def assert_cited(answer: dict[str, Any], seeds: Path = CHECKOUT / "seeds") -> None:
    """Every quote is the slice of its file that its offsets say, and every claim has one."""
    for made in answer["claims"]:
        assert made["citations"]
        for citation in made["citations"]:
            text = (seeds / citation["document"]).read_bytes().decode()
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def assert_one_sentence(ran: Ran) -> None:
    """What goes wrong is one line that says whose voice it is, and no trace."""
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.startswith("tencent-bot: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


# --- ask


def test_an_answer_is_printed_with_marks_and_sources_and_the_exit_code_is_0(terminal: Terminal) -> None:
    ran = terminal("ask", STAKE)

    assert (ran.code, ran.err) == (0, "")
    assert f"“{STAKE_WORDS}” [1]" in ran.out
    assert "[1] Ahead of Tencent’s seventh annual Global Partner Conference… (inferred) · publisher unknown · undated" in ran.out


def test_a_pipe_gets_plain_text(terminal: Terminal) -> None:
    for arguments in (["ask", STAKE], ["log"], ["corpus", "show", STAKE_DOCUMENT]):
        assert "\x1b" not in (ran := terminal(*arguments)).out + ran.err


def test_what_the_documents_do_not_say_is_exit_code_3(terminal: Terminal) -> None:
    ran = terminal("ask", REVENUE)

    assert ran.code == 3
    assert ran.out.startswith("The documents don’t say.")


@pytest.mark.parametrize("question", ["", "?!", "x" * 3001])
def test_a_question_that_is_not_taken_is_exit_code_1_and_a_sentence(terminal: Terminal, question: str) -> None:
    ran = terminal("ask", question)

    assert ran.code == 1
    assert ran.out.strip()
    assert "Traceback" not in ran.err


def test_ask_json_prints_the_object_of_the_architecture(terminal: Terminal) -> None:
    ran = terminal("ask", STAKE, "--json")

    (answer,) = objects(ran)
    assert ran.code == 0
    assert list(answer) == KEYS
    assert answer["question"] == STAKE
    assert answer["verdict"] == "answered"
    assert answer["engine"] == "extractive"
    assert answer["tokens"] == {"input": 0, "cached": 0, "output": 0}
    assert answer["seconds"]["total"] > 0
    assert "[1]" in answer["text"]
    (made,) = answer["claims"]
    assert {"text", "kind", "as_of", "citations"} <= made.keys()
    assert (made["text"], made["kind"], made["as_of"]) == (STAKE_WORDS, "quote", None)
    (citation,) = made["citations"]
    assert citation.keys() >= CITATION_KEYS
    assert (citation["document"], citation["publisher"], citation["published"]) == (STAKE_DOCUMENT, None, None)
    assert citation["quote"] == STAKE_WORDS
    assert_cited(answer)


def test_offsets_count_code_points_of_the_file_with_its_line_ends_untouched(terminal: Terminal, tmp_path: Path) -> None:
    sentence = "The harbour of Port Elling was dug by Agnes Holm in 1871."
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    text = f"The harbour 🚢 of Port Elling\r\n\r\nSome words — and 更多 — come first, to fill the paragraph.\r\n\r\n{sentence}\r\n"
    (seeds / "harbour.txt").write_bytes(text.encode())

    (answer,) = objects(terminal("ask", "Who dug the harbour of Port Elling?", "--json", SEEDS_DIR=str(seeds)))

    assert_cited(answer, seeds)
    (citation,) = answer["claims"][0]["citations"]
    assert citation["start"] == text.index(sentence)


def test_a_dated_document_dates_its_claims(terminal: Terminal) -> None:
    (answer,) = objects(terminal("ask", "Which traditional retailers have become Tencent partners?", "--json"))

    assert answer["claims"]
    for made in answer["claims"]:
        dates = {citation["published"] for citation in made["citations"]}
        assert dates == {made["as_of"]}
    assert "2018-03-26" in {made["as_of"] for made in answer["claims"]}


@pytest.mark.parametrize("arguments", [["ask"], ["ask", STAKE, "--batch", "-"]])
def test_neither_or_both_of_a_question_and_a_batch_is_an_error(terminal: Terminal, arguments: list[str]) -> None:
    assert_one_sentence(terminal(*arguments))


def test_an_argument_that_is_not_utf_8_is_answered_all_the_same(terminal: Terminal) -> None:
    ran = terminal("ask", "--json", os.fsdecode(b"caf\xe9: what stake does Tencent hold in JD?"))

    assert "Traceback" not in ran.err
    assert objects(ran)[0]["verdict"] in {"answered", "partial"}


# --- batches


def test_a_batch_answers_in_the_order_of_its_lines_with_their_ids(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(batch(*({"id": number, "question": STAKE if number % 2 else REVENUE} for number in range(12))))

    ran = terminal("ask", "--batch", str(file), "--json")

    assert (ran.code, ran.err) == (0, "")
    assert [answer["id"] for answer in objects(ran)] == list(range(12))
    assert [answer["verdict"] for answer in objects(ran)] == ["not_in_documents", "answered"] * 6
    for answer in objects(ran):
        assert list(answer) == KEYS
        assert_cited(answer)


def test_a_batch_is_read_from_a_pipe_and_ids_may_be_anything_or_missing(terminal: Terminal) -> None:
    ids: list[object] = ["a", 7, None, {"n": 1}, "\ud800"]

    ran = terminal("ask", "--json", "--batch", "-", stdin=batch(*({"id": i, "question": REVENUE} for i in ids), {"question": REVENUE}))

    answers = objects(ran)
    assert [answer["id"] for answer in answers[:-1]] == ids
    assert len(answers[-1]["id"]) == 32


BAD_LINES = [
    "not json", "[]", "5", "null", '"text"', "{}", '{"question": 5}', '{"question": null}', '{"question": "q", "history": "text"}',
    '{"question": "q", "history": 5}', '{"question": "q", "history": {"a": 1}}', '{"question": "q", "history": [5]}',
    '{"question": "q", "history": [{}]}', '{"question": "q", "history": [{"role": "user"}]}', '{"question": "q", "history": [[]]}',
    '{"question": "q", "history": [{"role": "user", "content": 5}]}', "[" * 100_000,
]  # fmt: skip


def test_a_bad_line_fails_alone_in_its_place(terminal: Terminal) -> None:
    good = {"id": "good", "question": STAKE}
    lines = [line for bad in BAD_LINES for line in (bad, good)]

    ran = terminal("ask", "--json", "--batch", "-", stdin=batch(*lines))

    assert ran.code == 1
    assert "Traceback" not in ran.err
    answers = objects(ran)
    assert [answer["verdict"] for answer in answers] == ["failed", "answered"] * len(BAD_LINES)
    for number, answer in enumerate(answers, start=1):
        assert list(answer) == KEYS
        assert answer["text"].startswith(f"Line {number} is not" if number % 2 else "“")


def test_a_bad_line_keeps_its_id(terminal: Terminal) -> None:
    ran = terminal("ask", "--json", "--batch", "-", stdin=batch({"id": "mine", "question": 5}))

    assert objects(ran)[0]["id"] == "mine"


def test_empty_lines_are_none_and_a_byte_order_mark_and_odd_letters_are_no_harm(terminal: Terminal) -> None:
    text = '\ufeff{"question": "%s"}\n\n  \n{"question": "stake \\ud800 of Tencent in JD \\u0000?"}\n' % STAKE  # noqa: UP031  # braces

    ran = terminal("ask", "--json", "--batch", "-", stdin=text.encode())

    assert ran.code == 0
    assert [answer["verdict"] for answer in objects(ran)] == ["answered", "answered"]


def test_an_empty_batch_is_answered_with_nothing(terminal: Terminal) -> None:
    assert terminal("ask", "--json", "--batch", "-") == Ran(0, "", "")


def test_a_batch_that_is_not_there_is_one_sentence(terminal: Terminal) -> None:
    assert_one_sentence(terminal("ask", "--json", "--batch", "nowhere.jsonl"))


HISTORIES: list[list[object]] = [
    [{"question": "And BMW?", "answer": "Munich."}],
    [{"role": "system", "content": "x"}, {"role": "user", "content": "And BMW?"}, {"role": "assistant", "content": "Munich."}],
]


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_of_turns_or_of_chat_messages_is_told_to_the_model_and_is_no_evidence(
    terminal: Terminal, server: OpenAIServer, history: list[object]
) -> None:
    server.play(completion(draft(claim("BMW is in Munich.", ("000-21", "Munich.")))))

    ran = terminal("ask", "--json", "--batch", "-", stdin=batch({"question": REVENUE, "history": history}), OPENAI_BASE_URL=server.base_url)

    system, user = (message["content"] for message in server.requests[0].body["messages"])
    assert "Munich" not in system
    assert user.index("And BMW?") < user.index("Munich.") < user.index(REVENUE)
    assert "Munich" not in objects(ran)[0]["text"]


def test_a_history_of_questions_alone_is_taken(terminal: Terminal, server: OpenAIServer) -> None:
    server.play(completion(NOT_FOUND))

    ran = terminal(
        "ask", "--json", "--batch", "-", stdin=batch({"question": REVENUE, "history": ["one", "two"]}), OPENAI_BASE_URL=server.base_url
    )

    assert objects(ran)[0]["verdict"] == "not_in_documents"
    user = server.requests[0].body["messages"][-1]["content"]
    assert user.index("one") < user.index("two")


# --- with a model


def test_an_endpoint_answers_in_sentences_that_are_verified(terminal: Terminal, server: OpenAIServer) -> None:
    server.play(completion(draft(claim(STAKE_WORDS.replace("currently ", ""), ("000-21", STAKE_WORDS)))))

    (answer,) = objects(ran := terminal("ask", STAKE, "--json", OPENAI_BASE_URL=server.base_url, OPENAI_MODEL="local"))

    assert ran.code == 0
    assert answer["engine"] == "openai:local"
    assert answer["claims"][0]["kind"] == "statement"
    assert answer["tokens"]["cached"] == 4096
    assert_cited(answer)


FABRICATED = [
    ("Tencent holds an 18.1% stake in JD.", ("000-21", STAKE_WORDS)),
    ("Tencent is JD’s owner with a 51% stake.", ("000-21", "Tencent is JD’s owner with a 51% stake.")),
]


@pytest.mark.parametrize(("sentence", "quote"), FABRICATED)
def test_a_model_that_makes_things_up_is_not_believed(
    terminal: Terminal, server: OpenAIServer, sentence: str, quote: tuple[str, str]
) -> None:
    server.play(completion(draft(claim(sentence, quote))))

    (answer,) = objects(terminal("ask", STAKE, "--json", OPENAI_BASE_URL=server.base_url))

    assert sentence not in answer["text"]
    assert "statement" not in {made["kind"] for made in answer["claims"]}
    assert any(withheld["text"] == sentence for withheld in answer["withheld"])
    assert_cited(answer)


@pytest.mark.parametrize("status", [401, 500])
def test_an_endpoint_that_fails_leaves_the_quotes_and_a_note_and_no_trace(terminal: Terminal, server: OpenAIServer, status: int) -> None:
    server.play(error(status, "sk-secret is wrong"))

    ran = terminal("ask", STAKE, OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY="sk-secret")

    assert ran.code == 0
    assert STAKE_WORDS in ran.out
    assert "The language model could not be used" in ran.out
    assert "Traceback" not in ran.err
    assert "sk-secret" not in ran.out + ran.err


# --- the log


def test_an_answer_is_pinned_served_listed_and_unpinned(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    document = folder / "harbour.txt"
    document.write_text("The harbour of Port Elling was dug by the engineer Agnes Holm.\n", encoding="utf-8")
    here = {"SEEDS_DIR": str(folder)}
    (asked,) = objects(terminal("ask", "--json", "Who dug the harbour of Port Elling?", **here))

    assert terminal("log", "pinned", **here).out == ""
    assert_one_sentence(terminal("log", "pin", "ffffffff", **here))
    assert terminal("log", "pin", asked["id"][:8], "--by", "U9", **here).code == 0
    (served,) = objects(terminal("ask", "--json", "who dug the harbour of Port Elling", **here))
    assert (served["engine"], served["claims"], served["approval"]["by"]) == ("pinned", asked["claims"], "U9")
    assert "serves since" in terminal("log", "pinned", **here).out

    document.write_text("The harbour of Port Elling was dug by the engineer Karl Lind.\n", encoding="utf-8")
    (listed,) = objects(terminal("log", "pinned", "--json", **here))
    assert (listed["expired_by"], listed["pinned_by"]) == ("harbour.txt", "U9")
    assert "expired: harbour.txt changed on" in terminal("log", "pinned", **here).out
    outdated = objects(terminal("log", "outdated", "--json", **here))
    assert [each["id"] for each in outdated] == [served["id"], asked["id"]]
    assert "words changed" in terminal("log", "outdated", **here).out
    assert_one_sentence(terminal("log", "pin", asked["id"], **here))
    assert terminal("log", "unpin", asked["id"][:8], **here).code == 0
    assert_one_sentence(terminal("log", "unpin", asked["id"][:8], **here))


def test_the_log_is_empty_at_first(terminal: Terminal) -> None:
    ran = terminal("log", "list")

    assert (ran.code, ran.out) == (0, "")
    assert "Nothing was asked yet." in ran.err


def test_nobody_s_id_deletes_nothing(terminal: Terminal) -> None:
    terminal("ask", STAKE)

    assert_one_sentence(terminal("log", "forget", ""))
    assert STAKE in terminal("log").out


def test_what_was_asked_is_in_the_log_newest_first(terminal: Terminal) -> None:
    terminal("ask", STAKE)
    terminal("ask", REVENUE)

    rows = cells(terminal("log", "list"))

    assert [row[-1] for row in rows] == [REVENUE, STAKE]
    assert ["cli" in row for row in rows] == [True, True]
    assert ["not_in_documents" in rows[0], "answered" in rows[1]] == [True, True]
    assert terminal("log").out == terminal("log", "list").out
    assert terminal("log", "list", "--most", "1").out.count("\n") == 1


def test_one_interaction_is_shown_by_the_beginning_of_its_id(terminal: Terminal) -> None:
    (answer,) = objects(terminal("ask", STAKE, "--json"))

    ran = terminal("log", "show", answer["id"][:8])

    assert ran.code == 0
    for shown in (answer["id"], STAKE, STAKE_WORDS, "answered", answer["corpus_digest"], answer["prompt_digest"]):
        assert shown in ran.out


def test_an_id_that_is_unknown_or_fits_several_is_one_sentence(terminal: Terminal) -> None:
    terminal("ask", "--batch", "-", stdin=batch({"question": STAKE}, {"question": REVENUE}))

    assert_one_sentence(terminal("log", "show", "zzz"))
    assert_one_sentence(terminal("log", "show", ""))


def test_the_export_is_a_json_object_a_line(terminal: Terminal) -> None:
    asked = objects(terminal("ask", "--batch", "-", stdin=batch({"question": STAKE}, {"question": "line\nbreak and “quotes”"})))

    exported = {row["id"]: row for row in objects(terminal("log", "export"))}

    assert exported.keys() == {answer["id"] for answer in asked}
    row = exported[asked[0]["id"]]
    assert row["question"] == STAKE
    assert row["answer"]["claims"] == asked[0]["claims"]
    assert row["text"] == asked[0]["text"]
    assert row["status"] == "done"
    assert row["ratings"] == []


# --- the corpus, the manifest


def test_the_documents_are_listed_with_what_is_known_of_each(terminal: Terminal) -> None:
    ran = terminal("corpus", "list")

    assert ran.code == 0
    rows = cells(ran)
    assert [row[0] for row in rows] == sorted(path.name for path in (CHECKOUT / "seeds").glob("*.txt"))
    assert all(known in ran.out.splitlines()[0] for known in ("publisher unknown", "undated"))
    assert all(known in ran.out.splitlines()[1] for known in ("Yicai Global", "2018-03-26"))
    assert terminal("corpus").out == ran.out


def test_a_document_is_shown_line_by_line(terminal: Terminal) -> None:
    ran = terminal("corpus", "show", STAKE_DOCUMENT)

    assert ran.code == 0
    assert ["21", "body", STAKE_WORDS] in [[row[0], row[1], row[-1]] for row in cells(ran)[1:]]
    assert_one_sentence(terminal("corpus", "show", "nowhere.txt"))


def test_the_check_passes_on_the_corpus_that_ships(terminal: Terminal) -> None:
    ran = terminal("corpus", "check")

    assert ran.code == 0
    assert "Every document was read." in ran.err


def test_a_document_is_added_and_taken_out_again_and_both_are_said(terminal: Terminal, tmp_path: Path) -> None:
    seeds, new = tmp_path / "seeds", tmp_path / "mill.md"
    seeds.mkdir()
    new.write_text("# The mill\n\nThe mill was painted by Ida Berg in the year 1871.\n", encoding="utf-8")
    at = {"SEEDS_DIR": str(seeds)}

    assert terminal("corpus", "add", str(new), **at).out == "mill.md was added.\n"
    assert "Ida Berg" in terminal("ask", "Who painted the mill?", **at).out
    assert_one_sentence(terminal("corpus", "add", str(new), **at))
    assert terminal("corpus", "add", "--replace", str(new), **at).out == "mill.md was replaced.\n"
    assert_one_sentence(terminal("corpus", "remove", "mill", **at))
    (seeds / "corpus.toml").write_text('[documents."mill.md"]\nlanguage = "en"\n', encoding="utf-8")
    removed = terminal("corpus", "remove", "mill.md", **at)
    assert removed.out.startswith("mill.md was taken out. It lies in ")
    assert "corpus.toml still describes mill.md" in removed.out
    assert terminal("corpus", "list", **at).out == ""


def test_the_check_names_documents_that_say_nearly_the_same(terminal: Terminal, tmp_path: Path) -> None:
    words = " ".join(f"The mill number {number} was painted by Ida Berg in {1800 + number}." for number in range(40))
    for name, last in (("a.txt", "It is so."), ("b.txt", "It was so.")):
        (tmp_path / name).write_text(f"{words} {last}\n", encoding="utf-8")
    checked = terminal("corpus", "check", SEEDS_DIR=str(tmp_path))
    assert checked.code == 0
    assert "b.txt says nearly the same as a.txt" in checked.err


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A folder with one document that answers who dug the harbour."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "good.txt").write_text("A title\n\nThe harbour was dug by Agnes Holm in the year 1871.\n", encoding="utf-8")
    return folder


def test_a_document_that_says_what_another_says_is_added_in_vain_and_that_is_told(terminal: Terminal, seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "again.txt").write_bytes((seeds / "good.txt").read_bytes())
    ran = terminal("corpus", "add", str(tmp_path / "again.txt"), SEEDS_DIR=str(seeds))

    assert (ran.code, ran.out) == (1, "again.txt was added.\n")
    assert "good.txt: says the same as again.txt, word for word, and is left out" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(("content", "why"), [(None, "No such file or directory"), (b"\xff\xfe", "it is not UTF-8")])
def test_a_batch_that_cannot_be_read_is_one_sentence(terminal: Terminal, tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "batch").write_bytes(content)
    ran = terminal("ask", "--batch", str(tmp_path / "batch"), "--json")

    assert_one_sentence(ran)
    assert f"batch cannot be read: {why}." in ran.err


def test_the_check_names_what_cannot_be_read_and_the_rest_still_answers(terminal: Terminal, seeds: Path) -> None:
    (seeds / "bad.rtf").write_bytes(b"{}")

    checked = terminal("corpus", "check", SEEDS_DIR=str(seeds))
    asked = terminal("ask", "Who dug the harbour?", SEEDS_DIR=str(seeds))

    assert checked.code == 1
    assert "bad.rtf: is of a kind that cannot be read" in checked.err
    assert asked.code == 0
    assert "Agnes Holm" in asked.out


@pytest.mark.parametrize(
    ("catalogue", "line"), [('[documents."good.txt"]\ntitle = { value = 5 }\n', 2), ('[names]\n"A" = ["B"\n"C" = 1\n', 3)]
)
def test_without_what_the_editors_say_of_the_documents_nothing_is_answered(
    terminal: Terminal, seeds: Path, catalogue: str, line: int
) -> None:
    (seeds / "corpus.toml").write_text(catalogue, encoding="utf-8")
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SEEDS_DIR": str(seeds)}

    for command in (["ask", "Who dug the harbour?"], ["evaluate"], ["serve"], ["playground", "--port", "0"]):
        ran = terminal(*command, **tokens)
        assert_one_sentence(ran)
        assert f"corpus.toml:{line}: " in ran.err
    listed = terminal("corpus", "list", **tokens)
    assert listed.code == 1
    assert f"corpus.toml:{line}: " in listed.err


def test_a_folder_without_documents_is_said_to_its_operator_and_to_who_asks(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    ran = terminal("ask", "Wer hat den Hafen gebaut?", SEEDS_DIR=str(tmp_path / "none"))

    assert ran.code == 3
    assert ran.out.startswith("Es sind noch keine Dokumente hinterlegt")
    assert ran.out.count("\n") == 1
    assert str(tmp_path / "none") in ran.err
    assert "SEEDS_DIR" in ran.err


def test_a_prompt_with_a_mistyped_word_is_one_sentence_that_names_its_file(terminal: Terminal, tmp_path: Path) -> None:
    shutil.copytree(CHECKOUT / "prompts", tmp_path / "words")
    evidence = tmp_path / "words" / "evidence.md"
    evidence.write_text(evidence.read_text(encoding="utf-8").replace("$passages", "$pasages"), encoding="utf-8")

    for command in (["ask", STAKE], ["playground", "--port", "0"]):
        ran = terminal(*command, PROMPTS_DIR=str(tmp_path / "words"))
        assert_one_sentence(ran)
        assert f"{evidence} asks for $pasages" in ran.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("timeline", "`tencent-bot ask timeline TOPIC`"),
        ("hlep", "Did you mean “tencent-bot ask help”? If it is a question, please say “tencent-bot ask ask hlep”."),
        ("show abc", "“show abc” is for Slack. Here `tencent-bot corpus` lists"),
        ("sources", "“sources” is for Slack."),
    ],
)
def test_what_is_a_subcommand_elsewhere_or_lacks_its_words_is_explained_and_not_asked(terminal: Terminal, typed: str, said: str) -> None:
    ran = terminal("ask", typed)

    assert_one_sentence(ran)
    assert said in ran.err
    assert terminal("log").out == ""


def test_what_has_not_the_words_of_a_subcommand_may_be_asked_as_a_question(terminal: Terminal) -> None:
    ran = terminal("ask", "compare the two letters")

    assert ran.code == 1
    assert ran.err.splitlines()[1] == "If it is a question, please say “tencent-bot ask ask compare the two letters”."


def test_help_is_said_and_as_json_everything_is_a_question(terminal: Terminal) -> None:
    assert terminal("ask", "help").out.startswith("**Ask me about the documents.**")
    (asked,) = objects(terminal("ask", "help", "--json"))
    assert asked["question"] == "help"


def test_a_setting_that_is_wrong_is_one_sentence_that_says_what_to_write(terminal: Terminal) -> None:
    ran = terminal("ask", STAKE, PORT="many")

    assert_one_sentence(ran)
    assert "PORT is not a whole number. Please write one from 0 to 65535, in digits." in ran.err


def test_an_oversight_in_the_file_of_settings_is_said_and_is_no_failure(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_APIKEY=x\n", encoding="utf-8")
    ran = terminal("ask", STAKE)

    assert (ran.code, ran.err) == (0, "tencent-bot: .env:1: OPENAI_APIKEY is no setting. Did you mean OPENAI_API_KEY?\n")
    assert ".env:1: " in terminal("doctor").out


def test_a_port_that_somebody_else_has_is_one_sentence(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = terminal("playground", "--port", str(port))

    assert_one_sentence(ran)
    assert ran.err == f"tencent-bot: Port {port} cannot be used (Address already in use). Please choose another --port.\n"


def test_a_replay_with_a_model_that_cannot_be_asked_is_one_sentence(terminal: Terminal) -> None:
    ran = terminal("replay", "--model", "foo")

    assert_one_sentence(ran)
    assert "OPENAI_API_KEY" in ran.err


def test_the_manifest_is_json_for_the_command_that_is_set(terminal: Terminal) -> None:
    ran = terminal("manifest", SLACK_COMMAND="/ask-us")

    assert ran.code == 0
    made = json.loads(ran.out)
    assert made["features"]["slash_commands"][0]["command"] == "/ask-us"
    assert made["settings"]["socket_mode_enabled"] is True


def test_the_manifest_for_http_carries_the_address(terminal: Terminal) -> None:
    ran = terminal("manifest", "--request-url", "https://bot.example/slack/events")

    assert json.loads(ran.out)["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"


def test_the_manifest_says_where_browsers_come_back_to_only_where_workspaces_install_the_app(terminal: Terminal) -> None:
    back = "https://bot.example/slack/oauth_redirect"
    assert "redirect_urls" not in terminal("manifest", SLACK_REDIRECT_URL=back).out
    made = json.loads(terminal("manifest", SLACK_REDIRECT_URL=back, SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="s").out)
    assert made["oauth_config"]["redirect_urls"] == [back]
    assert made["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"


# --- what is missing or wrong

WRONG_SETTINGS = [
    {"SEEDS_DIR": "nowhere"},
    {"PROMPTS_DIR": "nowhere"},
    {"PROMPTS_DIR": "."},
    {"DATABASE_URL": "nonsense"},
    {"DATABASE_URL": "sqlite:////proc/nowhere/log.sqlite3"},
    {"PORT": "many"},
    {"SLACK_COMMAND": "no slash"},
    {"OPENAI_BASE_URL": "ftp://example"},
    {"OPENAI_BASE_URL": "http://host:99999/v1"},
    {"OPENAI_API_KEY": "sk secret"},
    {"CONTEXT_TOKENS": "-1"},
]


@pytest.mark.parametrize("wrong", WRONG_SETTINGS, ids=str)
def test_a_setting_that_is_wrong_is_one_sentence_naming_no_secret(terminal: Terminal, wrong: dict[str, str]) -> None:
    ran = terminal("ask", STAKE, **wrong)

    assert_one_sentence(ran)
    assert "sk secret" not in ran.err


def test_serving_without_tokens_is_one_sentence_that_names_them(terminal: Terminal) -> None:
    ran = terminal("serve")

    assert_one_sentence(ran)
    assert "SLACK_BOT_TOKEN" in ran.err


def test_settings_come_from_a_file_too(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_COMMAND=/from-file\n", encoding="utf-8")

    assert "/from-file" in terminal("manifest").out
    assert "/from-environment" in terminal("manifest", SLACK_COMMAND="/from-environment").out


def test_a_command_that_does_not_exist_is_exit_code_2_with_usage(terminal: Terminal) -> None:
    ran = terminal("frobnicate")

    assert ran.code == 2
    assert "Usage" in ran.err


# --- as a shell starts it


def installed(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("tencent-bot")
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}", "PATH": "/usr/bin:/bin"}
    return subprocess.run([program, *arguments], cwd=tmp_path, env=settings, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_installed_program_answers(tmp_path: Path) -> None:
    ran = installed(tmp_path, "ask", STAKE, "--json")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert_cited(json.loads(ran.stdout))


def test_the_installed_program_says_what_is_wrong(tmp_path: Path) -> None:
    ran = installed(tmp_path, "ask")

    assert_one_sentence(Ran(ran.returncode, ran.stdout, ran.stderr))
