"""Which language somebody is spoken to in where no answer tells: that of most of their last questions.

In: a person's rows of the log, or who they are. Out: a language's code, or "" where nothing tells.
"""

import asyncio
from collections.abc import Sequence

from bot.errors import StoreUnavailable
from bot.languages import Languages
from bot.prompts import PromptLibrary
from bot.store import Row, Store, question_of

MOST_QUESTIONS = 5
PATIENCE = 1.0  # seconds; Slack waits three for what is then said (docs.slack.dev, "Slash commands")


class Askers:
    """People by what they asked; `patience` in seconds."""

    def __init__(self, store: Store, prompts: PromptLibrary, patience: float = PATIENCE) -> None:
        self._store = store
        self._patience = patience
        self._languages = Languages(prompts)

    def language(self, rows: Sequence[Row]) -> str:
        """That of most of these questions: the examples, which people press too, are in the language of the documents."""
        return next(iter(self._languages.of_most(question_of(row).text for row in rows)), "")

    def language_in(self, text: str) -> str:
        """That of what somebody wrote."""
        return self._languages.of(text)

    async def language_of(self, user: str, team: str) -> str:
        """That of a person of a workspace; a database that is slow or away is not waited for."""
        try:
            async with asyncio.timeout(self._patience):
                return self.language(await asyncio.to_thread(self._store.of, user, MOST_QUESTIONS, team=team))
        except (TimeoutError, StoreUnavailable):
            return ""
