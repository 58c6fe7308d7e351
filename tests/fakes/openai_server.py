"""An OpenAI-compatible server on loopback that plays a script.

In: a Reply for each request, or a function that makes one of a request. Out: an address to give as OPENAI_BASE_URL, and the requests that came.
It runs on a thread of its own, so that tests in asyncio and subprocesses can talk to it alike.
"""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

DRIP_SECONDS = 0.01
USAGE = {"prompt_tokens": 4321, "completion_tokens": 98, "total_tokens": 4419, "prompt_tokens_details": {"cached_tokens": 4096}}


class Ending(Enum):
    """What the server does after the last piece of a body."""

    COMPLETE = "it ends the response as HTTP wants it"
    DROPPED = "it closes the socket in the middle of the response"
    HANGING = "it sends nothing more until the client goes"
    DRIPPING = "it repeats the last piece until the client goes"


@dataclass(frozen=True, slots=True)
class Reply:
    """One response, its body in the pieces it is sent in."""

    body: tuple[bytes, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/event-stream"
    ending: Ending = Ending.COMPLETE


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came: its JSON body, and its headers in lower case."""

    body: dict[str, Any]
    headers: Mapping[str, str]


Responder = Callable[[dict[str, Any]], Awaitable[Reply]]


class OpenAIServer:
    """The script, and what was asked. Every reply is played once, in order, the last one for ever."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.requests: list[Seen] = []
        self._responder: Responder = _playing([Reply()])

    def play(self, *replies: Reply) -> None:
        """Answer with `replies` from now on, and forget what was asked before."""
        self.answer_with(_playing(replies))

    def answer_with(self, responder: Responder) -> None:
        """Answer each request with what `responder` makes of its body, and forget what was asked before."""
        self._responder = responder
        self.requests.clear()

    async def reply_to(self, request: Request) -> Reply:
        """What the script has for `request`."""
        body = await request.json()
        self.requests.append(Seen(body, dict(request.headers)))
        return await self._responder(body)


def _playing(replies: Sequence[Reply]) -> Responder:
    left = list(replies)

    async def respond(_: dict[str, Any]) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    return respond


class _Scripted:
    """Every route. A class, for Starlette hands it the connection itself: only so can a response be left unfinished."""

    script: OpenAIServer

    def __init__(self, script: OpenAIServer) -> None:
        self.script = script

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await self.script.reply_to(Request(scope, receive))
        if reply.status == 200 and not reply.body and reply.ending is Ending.HANGING:
            await _client_gone(receive)
            return
        headers = {"content-type": reply.content_type, **reply.headers}
        raw_headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw_headers})
        for piece in reply.body:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await _end(reply, receive, send)


async def _end(reply: Reply, receive: Receive, send: Send) -> None:
    match reply.ending:
        case Ending.COMPLETE:
            await send({"type": "http.response.body"})
        case Ending.HANGING:
            await _client_gone(receive)
        case Ending.DRIPPING:
            await _drip(reply.body[-1], receive, send)
        case Ending.DROPPED:
            pass  # uvicorn closes the connection of an application that returns without having finished


async def _client_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drip(piece: bytes, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_client_gone(receive))
    while not gone.done():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.wait([gone], timeout=DRIP_SECONDS)


@contextmanager
def openai_server() -> Iterator[OpenAIServer]:
    """A running server; what it should say is told it with `play`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:  # listens at once, so nobody has to wait for the thread
        script = OpenAIServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        routes = [Route(f"/v1/{path}", _Scripted(script), methods=["POST"]) for path in ("chat/completions", "embeddings")]
        app = Starlette(routes=routes)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="openai-server")
        thread.start()
        try:
            yield script
        finally:
            server.should_exit = True
            thread.join()


# --- replies


def event(data: object) -> bytes:
    """One server-sent event; text as it is, anything else as JSON."""
    return f"data: {data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}\n\n".encode()


DONE = event("[DONE]")


def chunk(content: str | None = None, *, finish: str | None = None, **delta: object) -> dict[str, Any]:
    """A chunk of a streamed completion, as OpenAI's reference gives it."""
    said = {"content": content} if content is not None else {}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_800_000_000,
        "model": "scripted",
        "choices": [{"index": 0, "delta": {**said, **delta}, "finish_reason": finish}],
    }


def usage_chunk(usage: object = USAGE) -> dict[str, Any]:
    """The chunk that `stream_options` asks for: usage, and no choice."""
    return {**chunk(), "choices": [], "usage": usage}


def in_pieces(text: str, size: int) -> list[str]:
    """`text`, cut every `size` characters."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def completion(text: str, *, size: int = 40, finish: str | None = "stop") -> Reply:
    """A good stream that says `text`, with usage and [DONE]."""
    chunks = [chunk(role="assistant"), *map(chunk, in_pieces(text, size)), chunk(finish=finish), usage_chunk()]
    return Reply((*map(event, chunks), DONE))


def cut_off(text: str, ending: Ending = Ending.COMPLETE) -> Reply:
    """A stream that says `text` and then ends as `ending` says, without a finish_reason or [DONE]."""
    return Reply(tuple(event(chunk(piece)) for piece in in_pieces(text, 40)), ending=ending)


def embeddings(*vectors: Sequence[float]) -> Reply:
    """The vectors of a request's inputs, as OpenAI's reference gives them; each says by its index which input it is of."""
    data = [{"object": "embedding", "index": index, "embedding": list(vector)} for index, vector in enumerate(vectors)]
    body = {"object": "list", "data": data[::-1], "model": "scripted", "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    return Reply((json.dumps(body).encode(),), content_type="application/json")


def error(status: int, message: str, *, param: str | None = None, headers: Mapping[str, str] | None = None) -> Reply:
    """An error as OpenAI words it. The header keeps the client's own retry from waiting."""
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}})
    return Reply((body.encode(),), status, {"retry-after-ms": "1", **(headers or {})}, "application/json")
