"""The door to the provider, against a scripted server: each way to answer ends in a reply or in the right ModelError."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from bot.errors import ConfigError, DraftUnreadable, ModelError, ModelRefused, ModelRejected, ModelUnavailable
from bot.llm import Usage
from bot.llm.openai import OpenAIModel
from bot.prompts import Prompt
from tests.fakes.openai_server import (
    DONE,
    Ending,
    OpenAIServer,
    Reply,
    chunk,
    completion,
    cut_off,
    error,
    event,
    in_pieces,
    openai_server,
    usage_chunk,
)

T = TypeVar("T")

KEY = "sk-entirely-secret"
PROMPT = Prompt("INSTRUCTIONS", "EVIDENCE", "a private question", "digest")
TEXT = '{"mode": "answer", "claims": [], "unanswered": ["größer “than”"]}'
COUNTED = Usage(4321, 4096, 98)


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with openai_server() as running:
        yield running


def model_at(base_url: str, *, deadline: float = 20.0, key: str | None = KEY) -> OpenAIModel:
    return OpenAIModel(model="some-model", api_key=key, base_url=base_url, deadline=deadline)


async def collect(model: OpenAIModel, prompt: Prompt = PROMPT) -> tuple[str, list[Usage]]:
    pieces, usages = [], []
    async for piece in model.stream(prompt):
        if isinstance(piece, Usage):
            usages.append(piece)
        else:
            assert not usages, "text after the usage"
            pieces.append(piece)
    return "".join(pieces), usages


async def with_model_at(base_url: str, deadline: float, use: Callable[[OpenAIModel], Awaitable[T]]) -> T:
    model = model_at(base_url, deadline=deadline)
    try:
        return await use(model)
    finally:
        await model.close()


def reply(server: OpenAIServer, *replies: Reply) -> tuple[str, list[Usage]]:
    """What the model makes of the server's replies."""
    server.play(*replies)
    return asyncio.run(with_model_at(server.base_url, 20.0, collect))


def failure(server: OpenAIServer, *replies: Reply, deadline: float = 20.0) -> tuple[ModelError, str]:
    """The error, and the text that came before it."""
    server.play(*replies)
    return asyncio.run(with_model_at(server.base_url, deadline, failing))


async def failing(model: OpenAIModel) -> tuple[ModelError, str]:
    pieces: list[str] = []
    with pytest.raises(ModelError) as caught:
        async for piece in model.stream(PROMPT):
            pieces.append(str(piece))  # noqa: PERF401  # the pieces before the error are wanted
    return caught.value, "".join(pieces)
