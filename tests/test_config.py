"""Settings: read once, checked, and the same in the code, in .env.example and in the README."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import CHECKOUT, Settings, load_settings, oversights, setting_names
from bot.errors import ConfigError, SettingsError
from bot.settings_words import said_of

EXAMPLE = CHECKOUT / ".env.example"
README = CHECKOUT / "README.md"
# Not ours, but of the libraries underneath: they may be named beside our settings.
OTHERS = {"TIKTOKEN_CACHE_DIR"}


def examples() -> dict[str, str]:
    """Each `NAME=default` of .env.example, commented out or not."""
    found = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == len(dict(found)), "a name stands there twice"
    return dict(found)


@pytest.mark.skipif(not EXAMPLE.is_file(), reason=".env.example is not written yet")
def test_every_setting_is_in_the_example_file_and_nothing_else_is() -> None:
    assert set(examples()) - OTHERS == set(setting_names())


@pytest.mark.skipif(not EXAMPLE.is_file(), reason=".env.example is not written yet")
@pytest.mark.parametrize("name", setting_names())
def test_the_default_in_the_example_file_is_the_default_in_the_code(name: str) -> None:
    example = examples()[name].split("  #")[0].strip()
    default = Settings.model_fields[name.lower()].default
    if not example:
        return
    if default is None:  # an example of what it looks like
        assert load_settings({name: example}, None)
    elif str(CHECKOUT) in str(default):  # a path in the checkout, written as seen from it
        assert str(default).replace(f"{CHECKOUT}/", "") == example
    else:
        assert load_settings({name: example}, None) == Settings()


@pytest.mark.skipif(EXAMPLE.is_file() is False, reason="the README is written together with .env.example")
@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}" in README.read_text(encoding="utf-8")


@pytest.mark.skipif(not EXAMPLE.is_file(), reason=".env.example is not written yet")
def test_the_example_file_as_it_is_changes_nothing() -> None:
    assert load_settings({}, EXAMPLE) == Settings()


@pytest.mark.parametrize("name", setting_names())
def test_only_the_settings_module_reads_the_environment(name: str) -> None:
    readers = [
        p.name for p in sorted((CHECKOUT / "bot").rglob("*.py")) if re.search(rf"environ.*{name}|getenv", p.read_text(encoding="utf-8"))
    ]
    assert readers == []


def test_nothing_has_to_be_set() -> None:
    settings = load_settings({}, None)
    assert settings == Settings()
    assert not settings.has_model
    assert not settings.has_slack
    assert settings.seeds_dir.is_dir()
    assert settings.prompts_dir.is_dir()
    assert settings.host == "127.0.0.1"


def test_the_environment_wins_over_the_file_and_an_empty_value_is_not_set(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text('# words\nPORT=4000\nexport HOST="0.0.0.0"\nSLACK_COMMAND=\nOPENAI_MODEL=m\nUNKNOWN=1\n', encoding="utf-8")
    settings = load_settings({"PORT": "5000", "OPENAI_MODEL": "", "PATH": "/bin", "port": "1"}, env)
    assert (settings.port, settings.host, settings.slack_command, settings.openai_model) == (
        5000,
        "0.0.0.0",
        "/tencent",
        Settings().openai_model,
    )


def test_a_byte_order_mark_before_the_first_name_does_no_harm(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(b"\xef\xbb\xbfPORT=4000\r\nHOST=::1\r\n")
    assert (load_settings({}, env).port, load_settings({}, env).host) == (4000, "::1")


def test_a_file_that_is_not_utf_8_is_an_error_that_names_it(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes("# Caf\xe9".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        load_settings({}, env)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PORT=1\n\nOPENAI_API_KEY sk-secret\n", r"\.env, line 3: "),
        ('# words\nHOST="secret\nPORT=1\n', r"\.env, line 2: "),
        ("PORT=1\nOPENAI_API_KEY\n", r"\.env, line 2: "),
        ("a b\nPORT=1\nc d", r"\.env, lines 1, 3: "),
    ],
)
def test_a_line_that_is_no_setting_is_an_error_that_names_it_and_not_what_it_says(tmp_path: Path, text: str, place: str) -> None:
    env = tmp_path / ".env"
    env.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=place) as refusal:
        load_settings({}, env)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("OPENAI_APIKEY", "OPENAI_API_KEY"), ("SEED_DIR", "SEEDS_DIR"), ("port", "PORT"), ("SLACK_BOT_TOKN", "SLACK_BOT_TOKEN")],
)
def test_a_name_that_is_nearly_a_setting_s_is_told_with_its_line(tmp_path: Path, written: str, meant: str) -> None:
    env = tmp_path / ".env"
    env.write_text(f"# words\n\n{written}=secret\n", encoding="utf-8")
    assert oversights(env) == (f"{env}:3: {written} is no setting. Did you mean {meant}?",)
    assert load_settings({}, env) == Settings()


def test_names_of_others_a_whole_setting_and_no_file_at_all_are_no_oversight(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    assert oversights(env) == ()
    env.write_text(
        "PORT=1\nPOSTGRES_PASSWORD=x\nEDITOR=vi\nexport TIKTOKEN_CACHE_DIR\nAWS_REGION=y\nHOSTNAME=z\nUNKNOWN=1\n", encoding="utf-8"
    )
    assert oversights(env) == ()
    assert oversights(EXAMPLE) == ()


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert "is a folder" in oversights(tmp_path / ".env")[0]
    assert load_settings({}, tmp_path / ".env") == Settings()


def test_a_file_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env") == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "secret"), ("PORT", "-1"), ("PORT", "65536"), ("SLACK_API_URL", "slack.com/secret/"), ("SLACK_API_URL", "https://slack.com/secret"),
        ("SLACK_COMMAND", "secret"), ("SLACK_COMMAND", "/Secret"), ("SLACK_COMMAND", "/" + "secret" * 6), ("OPENAI_BASE_URL", "secret"),
        ("MODEL_DEADLINE_SECONDS", "0"), ("MODEL_DEADLINE_SECONDS", "nan"), ("CONTEXT_TOKENS", "499"), ("CONCURRENCY", "0"),
        ("HISTORY_TURNS", "-1"), ("LOG_LEVEL", "secret"), ("DIGEST_CHANNEL", "C1,secret"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_never_shown(name: str, value: str) -> None:
    said = refused({name: value})
    assert f"{name} " in said
    assert "secret" not in said.lower()


def refused(given: dict[str, str]) -> str:
    """What is said to who starts the bot with these settings."""
    with pytest.raises(SettingsError) as refusal:
        load_settings(given, None)
    assert refusal.value.__cause__ is None
    return said_of(refusal.value)


GARBAGE = ("banana", "-1", "99999999999999999999", "1e999", "nan", "0x1F", "#general", "a b", '"quoted"', "…")
NO_NUMBER = "MODEL_DEADLINE_SECONDS is not a number that can be used. Please write one from 0.1 to 86400, in digits."
# What any words may be the name of; what it is good for is found out by using it.
ANY_WORDS = {
    "SLACK_CLIENT_ID", "SLACK_TOKEN_KEY", "HOST", "OPENAI_MODEL", "JUDGE_MODEL", "SEEDS_DIR", "PROMPTS_DIR", "CACHE_DIR", "INDEX_DIR",
    "EMBEDDING_MODEL", "DATABASE_URL",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in setting_names() if name not in ANY_WORDS])
def test_whatever_is_written_there_the_setting_is_taken_or_it_is_said_what_to_write_instead(name: str) -> None:
    refusals = []
    for value in GARBAGE:
        try:
            load_settings({name: value}, None)
        except SettingsError as refusal:
            refusals.append(said_of(refusal))
    assert refusals
    for said in refusals:
        assert re.fullmatch(rf"Please correct \.env or the environment\. {name} (is|holds) .+\. Please (write|paste|copy|leave) .+", said)
        assert not re.search(r"Input should|String should|valid|None|[$]", said), "words of a library"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"PORT": "65536"}, "PORT is too large. Please write a number from 0 to 65535."),
        ({"PORT": "many"}, "PORT is not a whole number. Please write one from 0 to 65535, in digits."),
        *[({"MODEL_DEADLINE_SECONDS": value}, NO_NUMBER) for value in ("nan", "-inf", "1e999", "soon")],
        ({"MODEL_DEADLINE_SECONDS": "-0"}, "MODEL_DEADLINE_SECONDS is too small. Please write a number from 0.1 to 86400."),
        ({"CONCURRENCY": "0"}, "CONCURRENCY is too small. Please write a number from 1 to 1000."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is none of the words it can be. Please write one of them: text, json."),
        ({"SLACK_COMMAND": "ask"}, f"for example {Settings().slack_command}"),
        ({"ALLOWED_CHANNELS": "#general"}, "names do not work."),
        ({"SLACK_SIGNING_SECRET": "xoxb-1-2"}, "SLACK_SIGNING_SECRET holds a token of Slack’s, which belongs in SLACK_BOT_TOKEN"),
        ({"OPENAI_API_KEY": "'sk-1'"}, "OPENAI_API_KEY holds a space, a quotation mark or"),
        ({"OPENAI_API_KEY": "sk-1\nsk-2"}, "OPENAI_API_KEY holds a space, a quotation mark or"),
        ({"PORT": "x", "CONCURRENCY": "0", "TOKEN_PRICES": "a,b"}, "TOKEN_PRICES is not three prices."),
    ],
)
def test_it_is_said_what_is_wrong_and_what_to_write_instead(given: dict[str, str], expected: str) -> None:
    said = refused(given)
    assert expected in said
    assert all(said.count(name) == 1 for name in given)
    assert said.count("\n") == (len(given) if len(given) > 1 else 0)
    assert all(line == line.strip() for line in said.split("\n"))


BOT, APP = "xoxb-secret", "xapp-1-secret"
INTO_BOT, INTO_APP = (
    "Please paste the “Bot User OAuth Token” there, xoxb-…",
    "Please paste an “App-Level Token” with connections:write there, xapp-…",
)


@pytest.mark.parametrize(
    ("name", "value", "held", "instead"),
    [
        ("SLACK_BOT_TOKEN", APP, "an app-level token, which belongs in SLACK_APP_TOKEN", INTO_BOT),
        ("SLACK_APP_TOKEN", BOT, "a bot’s token, which belongs in SLACK_BOT_TOKEN", INTO_APP),
        ("SLACK_BOT_TOKEN", "xoxp-secret", "a person’s token", INTO_BOT),
        ("SLACK_APP_TOKEN", "xoxe.xoxp-secret", "a person’s token", INTO_APP),
        ("SLACK_BOT_TOKEN", "xoxr-secret", "no such token", INTO_BOT),
        ("SLACK_BOT_TOKEN", "secret", "no such token", INTO_BOT),
        ("SLACK_BOT_TOKEN", f"'{BOT}'", "a quotation mark", INTO_BOT),
        ("SLACK_BOT_TOKEN", f"{BOT} {BOT}", "a space", INTO_BOT),
        ("SLACK_BOT_TOKEN", f"{BOT}\u200b", "another character", INTO_BOT),
        ("SLACK_APP_TOKEN", "xapp-…", "another character", INTO_APP),
        ("SLACK_APP_TOKEN", f'"{BOT}"', "a bot’s token", INTO_APP),
    ],
)
def test_what_is_pasted_in_the_place_of_a_token_is_told_and_what_to_paste_instead(name: str, value: str, held: str, instead: str) -> None:
    said = refused({name: value})
    assert held in said
    assert instead in said
    assert "secret" not in said


@pytest.mark.parametrize("token", [BOT, "xoxe.xoxb-1-secret"])
def test_a_token_of_its_kind_is_taken_and_of_an_emulator_s_any_that_is_no_other_kind(token: str) -> None:
    assert load_settings({"SLACK_BOT_TOKEN": token, "SLACK_APP_TOKEN": APP}, None).has_slack
    emulated = {"SLACK_API_URL": "http://127.0.0.1:1/api/", "SLACK_BOT_TOKEN": "any"}
    assert load_settings(emulated, None).has_slack
    assert "an app-level token" in refused(emulated | {"SLACK_BOT_TOKEN": APP})


def test_where_the_words_are_not_to_be_found_the_settings_are_named_all_the_same(tmp_path: Path) -> None:
    said = refused({"PORT": "x", "PROMPTS_DIR": str(tmp_path / "none")})
    assert said.startswith("Please correct in .env or the environment: PORT. There is no folder of prompts at ")


@pytest.mark.parametrize(("name", "secret"), [("OPENAI_API_KEY", "sk-1"), ("SLACK_SIGNING_SECRET", "s-1"), ("SLACK_BOT_TOKEN", BOT)])
def test_blanks_and_line_ends_around_a_secret_are_no_part_of_it(name: str, secret: str) -> None:
    assert load_settings({name: f"\t{secret} \r\n"}, None) == load_settings({name: secret}, None)


@pytest.mark.parametrize("name", setting_names())
def test_blanks_alone_are_not_set(name: str) -> None:
    assert load_settings({name: " \t"}, None) == Settings()


def test_secrets_are_not_printed() -> None:
    secrets = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": "secret-1", "OPENAI_API_KEY": "secret-2"}
    settings = load_settings(secrets, None)
    assert settings.slack_bot_token == SecretStr(BOT)
    assert "secret-" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    ("given", "has_model", "has_slack"),
    [
        ({"OPENAI_API_KEY": "k"}, True, False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, True, False),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, False, True),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "s"}, False, False),
    ],
)
def test_what_is_given_says_what_can_be_done(given: dict[str, str], has_model: bool, has_slack: bool) -> None:
    settings = load_settings(given, None)
    assert (settings.has_model, settings.has_slack) == (has_model, has_slack)
