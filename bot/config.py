"""Settings: what the environment and `.env` say, checked once; the only reader of either.

In: the process's environment and a `.env` file (the environment wins). Out: one frozen `Settings`.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Annotated, Literal, get_args

from annotated_types import Ge, Le
from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.errors import ConfigError, Mistake, SettingsError
from bot.setting_kinds import LONGEST_SECONDS, MOST, Channels, Count, Key, Names, Prices, Url, of_kind

CHECKOUT = Path(__file__).resolve().parents[1]
ENV_FILE = Path(".env")
LIKE_ENOUGH = 0.8  # of difflib's ratio: a letter or a word that was left out, not another name

SLACKS_API = "https://slack.com/api/"
TOKENS = {"slack_bot_token": "xoxb", "slack_app_token": "xapp"}  # what each begins with
# Of pydantic's errors (docs.pydantic.dev, "Validation Errors"), and our own: labels of prompts/settings.md.
KINDS = {
    "int_parsing": "not_whole", "int_from_float": "not_whole", "float_parsing": "not_a_number", "finite_number": "not_a_number",
    "greater_than_equal": "too_small", "less_than_equal": "too_large", "int_parsing_size": "too_large", "bool_parsing": "neither",
    "literal_error": "no_choice", "marred": "marred", "no_key": "no_key", "ids": "ids",
}  # fmt: skip


class Settings(BaseModel):
    """Every setting, under its name in the environment in lower case. An empty value counts as not set, and blanks around one as not there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    slack_api_url: Annotated[str, StringConstraints(pattern=r"^https?://[^/\s]+/(\S+/)?$")] = SLACKS_API
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: Key | None = None
    slack_client_id: str | None = None
    slack_client_secret: Key | None = None
    slack_redirect_url: (
        Annotated[str, StringConstraints(pattern=r"^(https://[^/\s]+|http://(127\.0\.0\.1|localhost)(:\d+)?)/slack/oauth_redirect$")] | None
    ) = None
    slack_token_key: SecretStr | None = None
    slack_command: Annotated[str, StringConstraints(pattern=r"^/[a-z0-9_-]{1,31}$")] = "/tencent"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    operations_port: int = Field(default=0, ge=0, le=65535)

    allowed_channels: Names = frozenset()
    allowed_users: Names = frozenset()
    allowed_teams: Names = frozenset()
    allowed_installations: Names = frozenset()
    allow_guests: bool = True
    admin_users: Names = frozenset()

    openai_api_key: Key | None = None
    openai_base_url: Annotated[str, StringConstraints(pattern=r"^https?://.+")] | None = None
    openai_model: str = "gpt-4.1-mini"
    model_deadline_seconds: float = Field(default=60, ge=0.1, le=LONGEST_SECONDS, allow_inf_nan=False)
    daily_tokens: Count = 0
    token_prices: Prices = (0.0, 0.0, 0.0)
    repair_claims: bool = True
    judge_model: str | None = None

    seeds_dir: Path = CHECKOUT / "seeds"
    prompts_dir: Path = CHECKOUT / "prompts"
    cache_dir: Path = CHECKOUT / ".data" / "cache"
    context_tokens: int = Field(default=32_000, ge=500, le=MOST)
    index_dir: Path = CHECKOUT / ".data" / "index"
    opensearch_url: Url | None = None
    opensearch_index: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$")] = "passages"
    embedding_model: str | None = None

    database_url: str = f"sqlite:///{CHECKOUT / '.data' / 'interactions.sqlite3'}"
    concurrency: int = Field(default=32, ge=1, le=1000)
    total_concurrency: Count = 0
    user_concurrency: Count = 3
    user_questions_per_hour: Count = 120
    team_questions_per_hour: Count = 0
    most_waiting: Count = 500
    log_questions: Literal["full", "hashed", "none"] = "full"
    correct_past_answers: Count = 0
    most_corrections: int = Field(default=20, ge=1, le=MOST)
    corrections_after_seconds: float = Field(default=60, ge=0, le=LONGEST_SECONDS, allow_inf_nan=False)
    retention_days: Count = 0
    digest_channel: Channels = frozenset()
    digest_at: Annotated[str, StringConstraints(pattern=r"^(mon|tue|wed|thu|fri|sat|sun) (1?[0-9]|2[0-3])$")] = "mon 9"
    history_turns: int = Field(default=6, ge=0, le=50)
    thread_follow_ups: bool = True
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_of_its_kind(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        """An emulator's tokens may begin as they like, only not as those of another kind."""
        return token and of_kind(token, TOKENS[str(info.field_name)], is_slacks=info.data.get("slack_api_url") == SLACKS_API)

    @property
    def has_model(self) -> bool:
        """Whether a model can be asked: a key, or an endpoint of one's own that may need none."""
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def uses_oauth(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return self.slack_client_id is not None or self.slack_client_secret is not None

    @property
    def has_slack(self) -> bool:
        """Whether there is a Slack workspace to serve, or there may be some."""
        return self.slack_bot_token is not None or self.uses_oauth


def setting_names() -> tuple[str, ...]:
    """Every setting's name in the environment."""
    return tuple(name.upper() for name in Settings.model_fields)


def load_settings(environ: Mapping[str, str] = os.environ, env_file: Path | None = ENV_FILE) -> Settings:
    """Read the settings, the environment before the file.

    Raises SettingsError naming each setting that is wrong, without its value: it may be a secret; ConfigError for lines that are no setting.
    """
    found = _read(env_file) if env_file and env_file.is_file() else {}
    found.update(environ)
    given = {name.lower(): value for name in setting_names() if (value := (found.get(name) or "").strip())}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        wrong = {mistake.setting: mistake for mistake in map(_mistake, error.errors(include_input=False))}
        raise SettingsError(tuple(wrong.values()), Path(given.get("prompts_dir", Settings().prompts_dir))) from None


def _mistake(error: ErrorDetails) -> Mistake:
    """What pydantic found, as the label of prompts/settings.md that says so: one for each kind of value, or the setting's own."""
    name = str(error["loc"][0])
    kind = KINDS.get(error["type"], name) if len(error["loc"]) == 1 else name
    return Mistake(name.upper(), kind, {"setting": name.upper(), **_allowed(Settings.model_fields[name]), **error.get("ctx", {})})


def _allowed(field: FieldInfo) -> dict[str, object]:
    return {
        "default": field.default,
        "choices": ", ".join(map(str, get_args(field.annotation))),
        "least": next((each.ge for each in field.metadata if isinstance(each, Ge)), None),
        "most": next((each.le for each in field.metadata if isinstance(each, Le)), None),
    }


def oversights(env_file: Path = ENV_FILE) -> tuple[str, ...]:
    """What somebody may have meant to set and did not: sentences for them. A name that is like no setting's is somebody else's business."""
    if env_file.is_dir():
        return (f"{env_file} is a folder, so no setting is read from it.",)
    if not env_file.is_file():
        return ()
    names = set(setting_names())
    strange = [line for line in _bindings(_text_of(env_file)) if line.key and line.key not in names]
    meant = [(line, get_close_matches(str(line.key).upper(), names, 1, LIKE_ENOUGH)) for line in strange]
    return tuple(
        f"{env_file}:{_line(line)}: {line.key} is no setting. Did you mean {near[0]}?"
        for line, near in meant
        if near and near[0] != line.key
    )


def _read(env_file: Path) -> dict[str, str | None]:
    text = _text_of(env_file)
    if wrong := [str(_line(line)) for line in _bindings(text) if _is_wrong(line)]:
        lines = f"line {wrong[0]}" if len(wrong) == 1 else f"lines {', '.join(wrong)}"
        raise ConfigError(f"{env_file}, {lines}: please write NAME=value, with a value that ends in the quotation mark it begins with.")
    return dict(dotenv_values(stream=StringIO(text)))


def _text_of(env_file: Path) -> str:
    try:
        return env_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{env_file} cannot be read ({type(error).__name__}). Please save it as UTF-8.") from None


def _bindings(text: str) -> list[Binding]:
    return list(parse_stream(StringIO(text)))


def _is_wrong(line: Binding) -> bool:
    """What dotenv cannot read, and a setting's name alone; other names may be exported so to other programs."""
    return line.error or (line.key in setting_names() and line.value is None)


def _line(line: Binding) -> int:
    """The line, from 1, on which it begins: blank ones before it are counted with it."""
    before = line.original.string[: len(line.original.string) - len(line.original.string.lstrip())]
    return line.original.line + before.count("\n")
