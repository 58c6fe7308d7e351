"""Vectors from an OpenAI-compatible endpoint, and everything else it may give instead."""

from collections.abc import Iterator

import pytest

from bot.errors import ModelUnavailable
from bot.llm.embeddings import OpenAIEmbedder
from tests.fakes.openai_server import OpenAIServer, Reply, embeddings, error, openai_server


@pytest.fixture(scope="module")
def running() -> Iterator[OpenAIServer]:
    with openai_server() as server:
        yield server


def embedder(server: OpenAIServer) -> OpenAIEmbedder:
    return OpenAIEmbedder(model="small", api_key="secret-key", base_url=server.base_url)


def test_each_text_gets_its_own_vector_whatever_order_they_come_in(running: OpenAIServer) -> None:
    running.play(embeddings([1.0, 0.0], [0.0, 1.0]))
    assert embedder(running).vectors(["a", "b"]) == [[1.0, 0.0], [0.0, 1.0]]
    assert running.requests[0].body == {"model": "small", "input": ["a", "b"], "encoding_format": "float"}


@pytest.mark.parametrize(
    "reply",
    [
        error(401, "wrong key"),
        error(404, "no such model"),
        error(429, "too many"),
        error(500, "oh no"),
        embeddings([1.0]),
        embeddings([1.0], [1.0, 2.0]),
        embeddings(),
        Reply((b"{}",), content_type="application/json"),
        Reply((b"not json",), content_type="application/json"),
        Reply((b"<html>",), content_type="text/html"),
    ],
)
def test_whatever_is_not_a_vector_for_each_text_is_no_vectors_at_all(running: OpenAIServer, reply: Reply) -> None:
    running.play(reply)
    with pytest.raises(ModelUnavailable) as raised:
        embedder(running).vectors(["a", "b"])
    assert "secret-key" not in str(raised.value)


def test_no_endpoint_at_all_is_unavailable() -> None:
    with pytest.raises(ModelUnavailable):
        OpenAIEmbedder(model="small", api_key=None, base_url="http://127.0.0.1:9/v1").vectors(["a"])
