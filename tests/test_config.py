"""Settings: read once, checked, and the same in the code, in .env.example and in the README."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import CHECKOUT, Settings, load_settings, oversights, setting_names
from bot.errors import ConfigError

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
    with pytest.raises(ConfigError) as refusal:
        load_settings({name: value}, None)
    assert f"{name}: " in str(refusal.value)
    assert "secret" not in str(refusal.value).lower()
    assert refusal.value.__cause__ is None


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"PORT: .*; CONCURRENCY: "):
        load_settings({"PORT": "x", "CONCURRENCY": "0"}, None)


def test_secrets_are_not_printed() -> None:
    secrets = {name: f"hidden-{name}" for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY")}
    settings = load_settings(secrets, None)
    assert settings.slack_bot_token == SecretStr("hidden-SLACK_BOT_TOKEN")
    assert "hidden" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    ("given", "has_model", "has_slack"),
    [
        ({"OPENAI_API_KEY": "k"}, True, False),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, True, False),
        ({"SLACK_BOT_TOKEN": "t"}, False, True),
        ({"SLACK_APP_TOKEN": "t", "SLACK_SIGNING_SECRET": "s"}, False, False),
    ],
)
def test_what_is_given_says_what_can_be_done(given: dict[str, str], has_model: bool, has_slack: bool) -> None:
    settings = load_settings(given, None)
    assert (settings.has_model, settings.has_slack) == (has_model, has_slack)
