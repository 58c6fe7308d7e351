"""Any OpenAI-compatible `/v1/embeddings` as an Embedder (bot.retrieval.vectors)."""

import weakref
from collections.abc import Sequence

import openai
from openai import OpenAI

from bot.errors import ModelUnavailable
from bot.retrieval.vectors import Vector

_DEADLINE = 5.0  # seconds; a question waits for it, and has its passages by their words without it


class OpenAIEmbedder:
    """`model` at `base_url` (OpenAI's own where None)."""

    def __init__(self, *, model: str, api_key: str | None, base_url: str | None) -> None:
        self.name = model
        # An endpoint of one's own may need no key, but the client insists on one.
        self._client = OpenAI(api_key=api_key or "none", base_url=base_url, max_retries=0, timeout=_DEADLINE)
        # Connections are kept for the next question, and end with whatever holds this.
        weakref.finalize(self, self._client.close)

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in order. Raises ModelUnavailable for whatever keeps the endpoint from giving them."""
        try:
            given = self._client.embeddings.create(model=self.name, input=list(texts), encoding_format="float").data
            in_order = [one.embedding for one in sorted(given, key=lambda one: one.index)]
        except openai.OpenAIError as error:
            raise ModelUnavailable(f"the embeddings: {type(error).__name__}") from error
        except (TypeError, ValueError, AttributeError) as error:  # an endpoint that answers something else: the client checks nothing
            raise ModelUnavailable(f"the embeddings are not readable: {type(error).__name__}") from error
        if len(in_order) != len(texts) or len({len(vector) for vector in in_order}) > 1:
            raise ModelUnavailable("the embeddings are not one for each text")
        return list(in_order)
