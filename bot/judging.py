"""A second model that reads each sentence beside its quotes, and may only take it back to them.

In: a claim that every check let through. Out: why it is doubted, or None. Whatever the judge does but plainly agree is doubt, its failure
too: code has verified the claim already, so a quote in its place costs a reader nothing but smoothness (grounding.md, check 17).
"""

from pydantic import BaseModel

from bot.grounding import CitedClaim, Reason
from bot.llm import ChatModel, Usage
from bot.llm.replies import short_reply
from bot.prompts import Prompt, PromptLibrary

SECONDS = 15.0
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["supported"],
    "properties": {"supported": {"type": "boolean"}},
}


class _Ruling(BaseModel):
    supported: bool


class Judge:
    """Asks `model` about claims."""

    def __init__(self, model: ChatModel, prompts: PromptLibrary) -> None:
        self._model = model
        self._prompts = prompts

    async def doubt(self, claim: CitedClaim) -> tuple[Reason | None, Usage]:
        """Why `claim` shall be its quote, and the tokens the question took."""
        evidence = "\n".join(" ".join(citation.quote.split()) for citation in claim.citations)
        asking = self._prompts["judge"].fill(sentence=claim.text, evidence=evidence)
        prompt = Prompt(instructions="", evidence="", question=asking, digest=self._prompts.digest("judge"), schema=SCHEMA)
        ruling, usage = await short_reply(self._model, prompt, _Ruling, SECONDS)
        if ruling is None:
            return Reason("judge", "no ruling"), usage
        return (None if ruling.supported else Reason("judge", "not supported")), usage
