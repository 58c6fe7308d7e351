"""prompts/: every file is described, every word of it can be filled, and none is there for nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import placeholders
from bot.commands import SUBCOMMANDS
from bot.errors import PromptError
from bot.prompts import PromptLibrary, Template, names_in, parse_template

CHECKOUT = Path(__file__).resolve().parents[1]
LIBRARY = PromptLibrary.load(CHECKOUT / "prompts")
SOURCES = [path for path in sorted((CHECKOUT / "bot").rglob("*.py")) if "playground" not in path.parts]
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES]

# What the code that uses a file gives to its body.
BODIES = {name: set(filled.replace("!", "").split()) for name, filled in placeholders.BODIES.items()}

# What is given to whichever line says what is wrong with a setting.
WRONG = {"setting", "default", "choices", "least", "most", "held"}
# Labels that code chooses by a value, and what it gives to them; `x_button` are chosen by the name of the button.
CHOSEN: dict[str, set[str]] = {
    "empty": {"command", "limit"},
    "too_long": {"command", "limit"},
    "stopped": set(),
    **{f"{where}_{reason}": set[str]() for where in ("form", "message") for reason in ("empty", "too_long")},
    "untitled": set(),
    "publisher_unknown": set(),
    "undated": set(),
    "ambiguous": {"id"},
    "not_found": {"id"},
    "back": set(),
    "on": set(),
    "page_back": set(),
    "page_on": set(),
    "fact_title": {"value"},
    "fact_publisher": {"value"},
    "fact_author": {"value"},
    "fact_published": {"value"},
    "reason_wrong": set(),
    "reason_missing": set(),
    "reason_source": set(),
    "reason_unclear": set(),
    "reason_slow": set(),
    **{name: set[str]() for name in SUBCOMMANDS},
    "no_such_document": {"command", "limit", "names"},
    "same_document": {"command", "limit", "names"},
    **{name: set[str]() for name in ("considered", "made", "withheld", "nothing_withheld")},
    **{name: set[str]() for name in ("stranger", "user", "channel", "guest", "private", "public")},
    **{name: set[str]() for name in ("documents_heading", "examples_heading", "questions_heading", "kept_heading")},
    **{name: {"command"} for name in ("personal", "settings_by_command")},
    "forgotten": {"command", "count"},
    "nothing_kept": {"command"},
    "user": set(),
    "team": set(),
    "queue": set(),
    **{name: set[str]() for name in ("no_answer", "not_kept", "follow_up", "outdated")},
    "ahead": {"count"},
    "late": {"minutes"},
    "away": set(),
    **{name: set[str]() for name in ("busy", "unexpected", "refused")},
    **dict.fromkeys(("slack_redirect_url", "openai_base_url", "token_prices", "opensearch_url", "digest_channel"), WRONG),
    **dict.fromkeys(("not_whole", "not_a_number", "too_small", "too_large", "neither", "no_choice", "ids", "marred", "no_key"), WRONG),
    **dict.fromkeys(("slack_bot_token", "slack_app_token", "slack_api_url", "slack_command", "opensearch_index", "digest_at"), WRONG),
    **{name: set[str]() for name in ("held_bots", "held_apps", "held_persons", "held_another", "held_marred")},
}


def calls() -> Iterator[ast.Call]:
    return (node for tree in TREES for node in ast.walk(tree) if isinstance(node, ast.Call))


def constants() -> set[str]:
    return {n.value for tree in TREES for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def labels_asked_for() -> dict[str, list[set[str]]]:
    """Each label that the code asks for by name, and what each place gives to it."""
    asked: dict[str, list[set[str]]] = {}
    for call in calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "label" and call.args:
            choice_of = call.args[0]
            for choice in [choice_of.body, choice_of.orelse] if isinstance(choice_of, ast.IfExp) else [choice_of]:
                if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                    asked.setdefault(choice.value, []).append({keyword.arg or "" for keyword in call.keywords})
    return asked


ASKED = labels_asked_for()
# What is said in another language is held against its original in test_languages.py.
SAID = [name for name in LIBRARY.names() if not name.startswith("languages/")]
EVERY_LABEL = [(name, label) for name in SAID for label in LIBRARY[name].labels if label != "description"]


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_file_says_what_it_is_for(name: str) -> None:
    assert len(LIBRARY[name].labels.get("description", "")) > 10


@pytest.mark.parametrize("name", SAID)
def test_a_file_is_used(name: str) -> None:
    # By its name, or as one of a folder whose files are used whichever they are.
    folder = name.rpartition("/")[0] + "/"
    assert {name, name.removeprefix("replies/"), folder if folder.count("/") > 1 else name} & constants()


@pytest.mark.parametrize("name", [name for name in SAID if LIBRARY[name].body])
def test_a_body_asks_only_for_what_it_is_given(name: str) -> None:
    assert name in BODIES, "please add the file, and what the code gives to it, to bot/placeholders.py"
    assert names_in(LIBRARY[name].body) <= BODIES[name]
    assert LIBRARY[name].fill(**dict.fromkeys(BODIES[name], "words"))


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_code_fills_is_there(name: str) -> None:
    assert LIBRARY[name].body


@pytest.mark.parametrize(("name", "label"), EVERY_LABEL)
def test_a_label_is_used_and_asks_only_for_what_it_is_given(name: str, label: str) -> None:
    given = ASKED.get(label) or ([CHOSEN[label]] if label in CHOSEN else [])
    if label.endswith("_button"):
        assert label.removesuffix("_button") in constants()
        given = [set()]
    assert given, "no code asks for it"
    for values in given:
        assert names_in(LIBRARY[name].labels[label]) <= values | CHOSEN.get(label, set())


@pytest.mark.parametrize("label", sorted(set(ASKED) | set(CHOSEN)))
def test_a_label_that_code_asks_for_is_there(label: str) -> None:
    assert label in {label for _, label in EVERY_LABEL}


@pytest.mark.parametrize("label", CHOSEN)
def test_a_label_that_is_chosen_is_named_in_the_code(label: str) -> None:
    assert label in constants()


def test_nothing_is_said_in_two_files_under_one_name_with_different_values() -> None:
    for name, label in EVERY_LABEL:
        if label in ASKED and not any(names_in(LIBRARY[name].labels[label]) <= values for values in ASKED[label]):
            pytest.fail(f"{name}: {label}")


@pytest.mark.parametrize(("name", "label"), [(name, label) for name in placeholders.LABELS for label in placeholders.LABELS[name]])
def test_a_line_may_ask_for_what_the_code_gives_it_and_for_nothing_else(name: str, label: str) -> None:
    allowed = set(placeholders.LABELS[name][label].replace("!", "").split())
    given = [values | CHOSEN.get(label, set()) for values in ASKED.get(label, [CHOSEN.get(label, set())])]
    # Where several files have a line of that name, one of the places is this file's.
    assert any(allowed <= values for values in given)


# --- what is checked at a start


CHECKED = [name for name in LIBRARY.names() if "$" in LIBRARY[name].body]
NEEDED = [(name, needed) for name, filled in placeholders.BODIES.items() for needed in filled.split() if needed.endswith("!")]


def with_body(name: str, body: str) -> PromptLibrary:
    every = {each: LIBRARY[each] for each in LIBRARY.names()}
    every[name] = Template(name, LIBRARY[name].labels, body, f"/etc/prompts/{name}.md")
    return PromptLibrary(every, Path("/etc/prompts"))


def test_the_prompts_that_ship_pass() -> None:
    placeholders.check(LIBRARY)


@pytest.mark.parametrize(("name", "label"), [(name, label) for name, label in EVERY_LABEL if "$" in LIBRARY[name].labels[label]])
def test_a_line_that_is_filled_is_declared(name: str, label: str) -> None:
    assert label in placeholders.LABELS.get(name, {}), "please add it, and what the code gives to it, to bot/placeholders.py"


@pytest.mark.parametrize("name", CHECKED)
def test_a_mistyped_placeholder_is_named_with_its_file_and_what_is_allowed(name: str) -> None:
    body = LIBRARY[name].body
    mistyped = with_body(name, body.replace("$", "$un", 1))
    unknown = min(names_in(mistyped[name].body) - names_in(body))
    with pytest.raises(PromptError, match=re.escape(f"/etc/prompts/{name}.md asks for ${unknown}, which is not given to it. What is")):
        placeholders.check(mistyped)


@pytest.mark.parametrize(("name", "needed"), NEEDED)
def test_a_prompt_without_what_a_model_must_be_told_is_refused(name: str, needed: str) -> None:
    bare = with_body(name, re.sub(rf"\${needed.rstrip('!')}\b", "words", LIBRARY[name].body))
    with pytest.raises(PromptError, match=re.escape(f"/etc/prompts/{name}.md lacks ${needed.rstrip('!')}, without which")):
        placeholders.check(bare)


def test_a_file_or_a_line_that_is_missing_or_holds_a_lone_dollar_sign_is_named() -> None:
    every = {name: LIBRARY[name] for name in LIBRARY.names() if name != "answer"}
    every["replies/failed"] = Template("replies/failed", {}, "That cost 5 $.")
    labels = dict(LIBRARY["replies/answer"].labels)
    del labels["mark"]
    every["replies/answer"] = Template("replies/answer", labels | {"quote": "words"}, "")
    every["languages/de/answer"] = Template("languages/de/answer", {"correction": "$texte"}, "")
    with pytest.raises(PromptError) as refused:
        placeholders.check(PromptLibrary(every, Path("/etc/prompts")))
    for said in (
        "/etc/prompts/answer.md is missing", "prompts/replies/failed.md: a $ in it begins no name", "replies/answer.md has no line 'mark: …'",
        "replies/answer.md, 'quote: …', lacks $quote", "languages/de/answer.md, 'correction: …', asks for $texte",
    ):  # fmt: skip
        assert said in str(refused.value)


# --- the files' format


FILE = "---\ndescription: says: it\nmark: [$number]\n---\nWords of $name, $$5.\n"


@pytest.mark.parametrize(
    "text",
    [
        FILE,
        "\ufeff" + FILE,
        FILE.rstrip("\n"),
        FILE.replace("---\nWords", "---  \n\n\nWords"),
        FILE.replace("mark:", "\n  mark :"),
    ],
    ids=["plain", "byte order mark", "no last line end", "blanks after the fence", "blank line in the front"],
)
def test_front_matter_and_body_are_told_apart(text: str) -> None:
    template = parse_template("x", text)
    assert template == Template("x", {"description": "says: it", "mark": "[$number]"}, "Words of $name, $$5.")
    assert template.fill(name="Agnes") == "Words of Agnes, $5."
    assert template.label("mark", number=3) == "[3]"


@pytest.mark.parametrize("text", ["---\na: b\n---", "---\na: b\n---\n", "---\na: b\n---\n\n"])
def test_a_file_may_be_labels_alone_whatever_its_last_line_ends_with(text: str) -> None:
    assert parse_template("x", text) == Template("x", {"a": "b"}, "")


def test_a_file_may_be_a_body_alone() -> None:
    assert parse_template("x", "Words\n--- not a fence\n") == Template("x", {}, "Words\n--- not a fence")
    assert parse_template("x", "---\n---\nWords") == Template("x", {}, "Words")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\na: b\nWords\n", r"prompts/x\.md: its front matter is not closed"),
        ("---\na: b\nc\n---\n", r"prompts/x\.md:3: please write 'key: value', not 'c'"),
        ("---\n: b\n---\n", r"prompts/x\.md:2: please write 'key: value'"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(PromptError, match=message):
        parse_template("x", text)


def test_what_is_missing_or_cannot_be_filled_is_named() -> None:
    template = Template("x", {"price": "$5"}, "$name and ${other}")
    with pytest.raises(PromptError, match=r"prompts/x\.md asks for \$other"):
        template.fill(name="A")
    with pytest.raises(PromptError, match=r"prompts/x\.md: .*Write \$\$ for a dollar sign"):
        template.label("price")
    with pytest.raises(PromptError, match=r"prompts/x\.md has no line 'mark: …'"):
        template.label("mark")
    with pytest.raises(PromptError, match=r"prompts/y\.md is missing"):
        PromptLibrary({"x": template})["y"]
    with pytest.raises(PromptError, match=r"prompts/replies/y\.md is missing"):
        PromptLibrary({"x": template}).reply("y")


def test_values_are_never_read_as_templates() -> None:
    assert Template("x", {}, "$a $b").fill(a="$b", b="${c} $$") == "$b ${c} $$"


def test_a_folder_that_is_not_there_or_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="Set PROMPTS_DIR"):
        PromptLibrary.load(tmp_path / "nowhere")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.md").write_bytes("Caf\xe9".encode("latin-1"))
    with pytest.raises(PromptError, match=re.escape(f"{tmp_path}/sub/a.md cannot be read")):
        PromptLibrary.load(tmp_path)


def test_files_are_named_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "b.md").write_bytes(b"---\r\nk: v\r\n---\r\nB\r\n")
    (tmp_path / "a.md").write_text("A", encoding="utf-8")
    library = PromptLibrary.load(tmp_path)
    assert library.names() == ("a", "replies/b")
    assert (library.reply("b").body, library.reply("b").label("k")) == ("B", "v")


# --- the digest


def digest(*templates: Template) -> str:
    return PromptLibrary({t.name: t for t in templates}).digest(*(t.name for t in templates))


def test_the_digest_changes_with_every_word_that_a_model_reads() -> None:
    first, second = Template("a", {"k": "v"}, "One word."), Template("b", {}, "Two.")
    digests = [
        digest(first, second),
        digest(Template("a", {"k": "v"}, "One Word."), second),
        digest(Template("a", {"k": "w"}, "One word."), second),
        digest(Template("a", {"j": "v"}, "One word."), second),
        digest(Template("a", {}, "One word."), second),
        digest(first, Template("b", {}, "Two!")),
        digest(first),
        digest(Template("a", {"k": "v"}, "One word.Two."), Template("b", {}, "")),
    ]
    assert len(set(digests)) == len(digests)
    assert all(re.fullmatch(r"[0-9a-f]{16}", d) for d in digests)


def test_the_digest_does_not_change_with_the_order_of_labels_or_with_other_files() -> None:
    one, other = Template("a", {"k": "v", "l": "w"}, "A"), Template("a", {"l": "w", "k": "v"}, "A")
    assert digest(one) == digest(other)
    assert PromptLibrary({"a": one, "z": Template("z", {}, "Z")}).digest("a") == digest(one)


@pytest.mark.parametrize("name", ["answer", "evidence", "passage", "question"])
def test_one_word_more_in_a_shipped_prompt_is_another_digest(name: str) -> None:
    names = ("answer", "evidence", "passage", "question")
    changed = {n: LIBRARY[n] for n in names}
    changed[name] = Template(name, LIBRARY[name].labels, LIBRARY[name].body + " more")
    assert PromptLibrary(changed).digest(*names) != LIBRARY.digest(*names)


def test_what_a_model_is_told_names_the_keys_that_are_read() -> None:
    from bot.drafts import REPLY_SCHEMA, Mode  # noqa: PLC0415  # only here

    told = LIBRARY["answer"].fill()
    for word in (*REPLY_SCHEMA["properties"], *(mode.value for mode in Mode), "quotes", "passage", "text", "kind", "corrects_question"):
        assert f'"{word}"' in told
