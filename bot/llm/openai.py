"""Any OpenAI-compatible endpoint as a ChatModel; the only importer of openai.

Streams `chat.completions` with a JSON schema. Endpoints differ in what they take, so a request that is refused for one of its options is
asked again without it, and what was learnt is kept (grounding.md, section 2: "capability ladder").
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

import openai
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletionChunk

from bot.errors import ConfigError, DraftUnreadable, ModelRefused, ModelRejected, ModelUnavailable
from bot.llm.model import Usage
from bot.prompts import Prompt

SILENT_SECONDS = 30.0  # without a byte of a reply
CONNECT_SECONDS = 5.0  # for each of two attempts: a host that is there takes a connection in far less


@dataclass(frozen=True, slots=True)
class _Said:
    """What one chunk of a stream says."""

    text: str
    refusal: str
    finished: str | None
    usage: Usage | None


class OpenAIModel:
    """`model` at `base_url` (OpenAI's own where None). `deadline` in seconds bounds a whole reply, whatever drips in.

    Raises ConfigError for a key or an address that no request could be made with.
    """

    # What to give up, in order, when an endpoint refuses a request; each is one rung.
    _LADDER: ClassVar[tuple[tuple[str, str], ...]] = (
        ("temperature", "temperature"),
        ("stream_options", "stream_options"),
        ("json_schema", "response_format"),
        ("json_object", "response_format"),
    )

    def __init__(self, *, model: str, api_key: str | None, base_url: str | None, deadline: float) -> None:
        _insist_on_usable(api_key, base_url)
        self.name = f"openai:{model}"
        self._model = model
        self._deadline = deadline
        self._refused: set[str] = set()
        # An endpoint of one's own may need no key, but the client insists on one.
        timeout = openai.Timeout(min(deadline, SILENT_SECONDS), connect=min(deadline, CONNECT_SECONDS))
        self._client = AsyncOpenAI(api_key=api_key or "none", base_url=base_url, max_retries=1, timeout=timeout)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The reply to `prompt`. Raises ModelError as the protocol says."""
        deadline = asyncio.get_running_loop().time() + self._deadline
        with _as_model_errors():
            async with asyncio.timeout_at(deadline):
                chunks = await self._open(prompt)
        usage, finished, refusal = Usage(), None, ""
        try:
            while (said := await self._next(chunks, deadline)) is not None:
                usage, finished = said.usage or usage, said.finished or finished
                refusal += said.refusal
                if said.text:
                    yield said.text
        finally:
            await chunks.close()
        yield usage  # also of a reply that is no use: it was paid for
        _insist_on_completion(finished, refusal)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @staticmethod
    async def _next(chunks: AsyncStream[ChatCompletionChunk], deadline: float) -> _Said | None:
        with _as_model_errors():
            async with asyncio.timeout_at(deadline):
                try:
                    return _read(await anext(chunks))
                except StopAsyncIteration:
                    return None

    async def _open(self, prompt: Prompt) -> AsyncStream[ChatCompletionChunk]:
        while True:
            # What this request does without: another one may learn more before this one's refusal comes.
            given_up = frozenset(self._refused)
            try:
                stream: AsyncStream[ChatCompletionChunk] = await self._client.chat.completions.create(**self._request(prompt, given_up))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._step_down(error, given_up):
                    raise
            else:
                return stream

    def _request(self, prompt: Prompt, given_up: AbstractSet[str]) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model,
            "stream": True,
            "messages": _messages(prompt),
        }
        if "temperature" not in given_up:
            request["temperature"] = 0
        if "stream_options" not in given_up:
            request["stream_options"] = {"include_usage": True}
        if "json_schema" not in given_up:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reply", "strict": True, "schema": dict(prompt.schema)},
            }
        elif "json_object" not in given_up:
            request["response_format"] = {"type": "json_object"}
        return request

    def _step_down(self, error: openai.APIStatusError, given_up: AbstractSet[str]) -> bool:
        """Give up what the refusal names; False where it names nothing that the request still had."""
        said = f"{error.param or ''} {error.message}".lower()
        for rung, word in self._LADDER:
            if rung not in given_up and (word in said or rung in said):
                self._refused.add(rung)
                return True
        return False


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    told = "\n\n".join(filter(None, (prompt.instructions, prompt.evidence)))
    asked = {"role": "user", "content": prompt.question}
    return [{"role": "system", "content": told}, asked] if told else [asked]


@contextmanager
def _as_model_errors() -> Iterator[None]:
    """Every error of the client as one of ours. The texts are for the log: none holds the key or the question."""
    try:
        yield
    except TimeoutError:
        raise ModelUnavailable("the model did not finish within MODEL_DEADLINE_SECONDS") from None
    except openai.APIConnectionError as error:
        raise ModelUnavailable(f"no connection to the model's provider ({type(error).__name__})") from None
    except openai.APIStatusError as error:
        raise _status_error(error) from None
    except openai.APIError as error:
        raise ModelUnavailable(f"the model's provider broke off its reply ({type(error).__name__})") from None
    except Exception as error:  # noqa: BLE001  # what is not a stream of completions fails in as many ways as there are servers
        raise DraftUnreadable(f"the model's provider sent something that is not a stream ({type(error).__name__})") from None


def _status_error(error: openai.APIStatusError) -> ModelUnavailable | ModelRejected:
    status = error.status_code
    if status in {408, 409, 429} or status >= 500:
        return ModelUnavailable(f"the model's provider answered {status}")
    advice = {401: "OPENAI_API_KEY", 403: "OPENAI_API_KEY", 404: "OPENAI_MODEL and OPENAI_BASE_URL"}.get(status, "the settings OPENAI_*")
    return ModelRejected(f"the model's provider answered {status}: please check {advice}")


def _insist_on_completion(finished: str | None, refusal: str) -> None:
    if refusal or finished == "content_filter":
        raise ModelRefused("the model declined to answer")
    if finished != "stop":
        raise DraftUnreadable(f"the reply ended without being complete (finish_reason {finished})")


def _read(chunk: ChatCompletionChunk) -> _Said:
    """The first choice of a chunk. The client checks no types, and some servers send null where OpenAI sends a list or an object."""
    choice = chunk.choices[0] if chunk.choices else None
    delta = choice.delta if choice else None
    return _Said(
        text=_well_formed(delta.content or "") if delta else "",
        refusal=_well_formed(delta.refusal or "") if delta else "",
        finished=choice.finish_reason if choice else None,
        usage=_usage(chunk),
    )


def _well_formed(text: str) -> str:
    """`text` without halves of surrogate pairs, which JSON may carry and no database or terminal takes."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _usage(chunk: ChatCompletionChunk) -> Usage | None:
    if chunk.usage is None:
        return None
    details = chunk.usage.prompt_tokens_details
    cached = details.cached_tokens if details else None
    return Usage(chunk.usage.prompt_tokens or 0, cached or 0, chunk.usage.completion_tokens or 0)


def _insist_on_usable(api_key: str | None, base_url: str | None) -> None:
    if api_key and not re.fullmatch(r"[!-~]+", api_key):  # what a header may carry
        raise ConfigError("OPENAI_API_KEY holds a space or a character that no key has. Please copy it again.")
    try:
        parts = urlsplit(base_url or "https://host")
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError("OPENAI_BASE_URL is not an address. Please write it as http://HOST:PORT/v1.")
