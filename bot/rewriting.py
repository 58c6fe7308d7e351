"""A question as it is searched for: standing alone, and in a language of the documents.

In: the question's words and the turns before it. Out: the same question, with what it takes for granted from the conversation written out, by
the model where there is one and it is needed, else by rule (`followups`). It is searched for and compared with quotes, never shown and never
evidence.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from bot.errors import PromptError
from bot.followups import depends_on, standalone
from bot.languages import Languages
from bot.llm import ChatModel, Usage
from bot.llm.replies import short_reply
from bot.prompts import Prompt, PromptLibrary
from bot.questions import Turn, plain

logger = logging.getLogger(__name__)

SECONDS = 8.0  # an answer that waits longer for its question is better looked for by rule


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`text` is what is searched for; `crosses` whether it is in another language than the documents, because no model could write it out."""

    text: str
    crosses: bool = False
    usage: Usage = field(default_factory=Usage)


class _Reply(BaseModel):
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400, pattern=r"^[^\n{}<>]+$")]


class Rewriter:
    """Writes questions out."""

    def __init__(self, prompts: PromptLibrary, languages: Languages, model: ChatModel | None) -> None:
        self._prompts = prompts
        self._languages = languages
        self._model = model

    async def rewrite(self, words: str, history: Sequence[Turn], spoken: Sequence[str]) -> Rewritten:
        """`words` as they are searched for in documents in the languages `spoken`, the most common first."""
        language = self._languages.of(words)
        is_foreign = bool(spoken and language) and language != spoken[0]
        by_rule = standalone(words, history)
        usage = Usage()
        if self._model is not None and (is_foreign or (history and (by_rule != words or depends_on(words)))):
            written, usage = await self._by_model(self._model, words, history, spoken[0] if spoken else "en")
            if written is not None:
                # Where some documents are in the question's own language, its own words find those.
                return Rewritten(f"{written} {words}" if is_foreign and language in spoken else written, usage=usage)
        return Rewritten(by_rule, crosses=is_foreign and language not in spoken, usage=usage)

    async def _by_model(self, model: ChatModel, words: str, history: Sequence[Turn], language: str) -> tuple[str | None, Usage]:
        try:
            asking = self._asking(words, history, language)
        except PromptError as error:
            logger.warning("The question is not written anew by the model: %s", error)
            return None, Usage()
        prompt = Prompt(instructions="", evidence="", question=asking, digest=self._prompts.digest("rewrite"), schema=SCHEMA)
        reply, usage = await short_reply(model, prompt, _Reply, SECONDS)
        if reply is None or not _keeps_figures(words, reply.question):
            return None, usage
        return plain(reply.question) or None, usage

    def _asking(self, words: str, history: Sequence[Turn], language: str) -> str:
        template = self._prompts["rewrite"]
        turns = "\n".join(template.label("turn", question=turn.question, answer=turn.answer) for turn in history)
        return template.fill(language=language, history=turns or template.label("no_history"), question=words)


def _keeps_figures(words: str, written: str) -> bool:
    """Whether every number of the question is still in it: one that is gone makes it another question."""
    return set(re.findall(r"\d+", words)) <= set(re.findall(r"\d+", written))


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["question"],
    "properties": {"question": {"type": "string"}},
}
