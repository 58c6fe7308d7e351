"""Everything that can go wrong, as one tree.

    BotError                    the message says what to do about it; it is safe to show to whoever runs the bot
    ├── ConfigError             a setting is missing or wrong
    │   ├── SettingsError       which settings are, and how: said in the words of prompts/settings.md
    │   └── SealBroken          no key opens what was sealed
    ├── CorpusError             a document or an entry of corpus.toml cannot be used; knows its file and line
    ├── PromptError             a file in prompts/ is missing or cannot be filled
    ├── StoreError              the database cannot be opened, or is newer than this program
    │   ├── StoreUnavailable    it cannot be asked now; it may be later
    │   └── LeaseLost           another worker has taken a question over: stop, and say nothing
    ├── DeliveryError           Slack did not take an answer now; it may later
    ├── NotInstalled            a workspace took the app away, or never had it: nothing can be said there
    ├── SearchError             a search index cannot be used; another takes its place, and nobody who asks is told
    │   ├── IndexBroken         its folder is damaged, or of another version
    │   ├── IndexBusy           another process has been writing it for too long
    │   └── EngineAway          its server does not answer as it should
    ├── PlaygroundError         the playground cannot start, for example because its port is taken
    └── ModelError              the model gave no usable reply
        ├── ModelUnavailable    no connection, a time-out, 429 or 5xx: it may work later
        ├── ModelRejected       401, 403, 404 or a request it does not take: it will not work until someone changes a setting
        ├── ModelRefused        the model declined to answer
        └── DraftUnreadable     a reply that is cut off, too long or not the JSON that was asked for

Nothing of an exception's text is ever posted in Slack: what people read there lives in prompts/replies/.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BotError(Exception):
    """The root of the tree: a sentence for whoever runs the bot."""


class ConfigError(BotError):
    """A setting is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the value of `setting`: `kind` is a line of prompts/settings.md, `values` what it may name. Never the value itself."""

    setting: str
    kind: str
    values: Mapping[str, object]


class SettingsError(ConfigError):
    """Settings that cannot be used; `prompts_dir` is where the words for that are."""

    def __init__(self, mistakes: tuple[Mistake, ...], prompts_dir: Path) -> None:
        self.mistakes = mistakes
        self.prompts_dir = prompts_dir
        super().__init__(f"Please correct in .env or the environment: {', '.join(mistake.setting for mistake in mistakes)}.")


class SealBroken(ConfigError):
    """No key opens what was sealed, or it was sealed for another."""


class CorpusError(BotError):
    """A document, or an entry of corpus.toml, cannot be used.

    `path` is the file, `line` the line in it (from 1), or None where no line is to blame.
    """

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        place = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {reason}")


class PromptError(BotError):
    """A file in prompts/ is missing, malformed, or was not given every value it asks for."""


class StoreError(BotError):
    """The database cannot be opened, or was written by a newer version of this program."""


class StoreUnavailable(StoreError):
    """The database cannot be asked now; it may be later."""


class LeaseLost(StoreError):
    """Another worker has taken the question over: whoever gets this stops and says nothing more."""


class DeliveryError(BotError):
    """The surface did not take an answer now; it may later."""


class NotInstalled(BotError):
    """A workspace took the app away, or never had it: nothing can be said there, and no other attempt will help."""


class SearchError(BotError):
    """A search index cannot be used; it can always be made again from the documents."""


class IndexBroken(SearchError):
    """The folder holds no index that can be used."""


class IndexBusy(SearchError):
    """Another process has been writing for as long as there was patience."""


class EngineAway(SearchError):
    """The search server does not answer, or not as it should."""


class PlaygroundError(BotError):
    """The playground cannot start."""


class ModelError(BotError):
    """The model gave no usable reply."""


class ModelUnavailable(ModelError):
    """No connection, a time-out, 429 or 5xx: the same request may work later."""


class ModelRejected(ModelError):
    """The provider will not take this request until a setting changes: a wrong key, an unknown model."""


class ModelRefused(ModelError):
    """The model declined to answer."""


class DraftUnreadable(ModelError):
    """A reply that is cut off, too long, or not the JSON that was asked for."""
