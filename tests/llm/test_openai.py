"""The door to the provider, against a scripted server: each way to answer ends in a reply or in the right ModelError."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from bot.drafts import REPLY_SCHEMA
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
PROMPT = Prompt("INSTRUCTIONS", "EVIDENCE", "a private question", "digest", REPLY_SCHEMA)
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
    with pytest.raises(ModelError) as caught:  # noqa: PT012  # the pieces before the error are wanted
        async for piece in model.stream(PROMPT):
            pieces += [piece] if isinstance(piece, str) else []
    # No error may repeat what is private, whatever the server says: errors are logged.
    assert str(caught.value)
    for private in (KEY, PROMPT.question, PROMPT.evidence):
        assert private not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}"
    return caught.value, "".join(pieces)


# --- good replies


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40, 1000])
def test_a_reply_arrives_whole_however_it_is_cut(server: OpenAIServer, size: int) -> None:
    assert reply(server, completion(TEXT, size=size)) == (TEXT, [COUNTED])


def test_a_reply_arrives_whole_when_the_network_cuts_its_events_within_letters(server: OpenAIServer) -> None:
    body = b"".join(completion(TEXT).body)

    assert reply(server, Reply(tuple(body[at : at + 5] for at in range(0, len(body), 5)))) == (TEXT, [COUNTED])


def test_the_request_is_a_stream_of_the_prompt_with_its_static_part_first(server: OpenAIServer) -> None:
    reply(server, completion(TEXT))

    (seen,) = server.requests
    assert seen.body["stream"] is True
    assert seen.body["model"] == "some-model"
    assert seen.body["temperature"] == 0
    assert seen.body["stream_options"] == {"include_usage": True}
    assert seen.body["response_format"]["json_schema"]["strict"] is True
    assert [message["content"] for message in seen.body["messages"]] == ["INSTRUCTIONS\n\nEVIDENCE", "a private question"]
    assert seen.headers["authorization"] == f"Bearer {KEY}"


def said(*chunks: dict[str, Any] | str, done: bool = True) -> Reply:
    """TEXT, with other chunks around it."""
    return Reply((*map(event, chunks), *([DONE] if done else [])))


CHUNKS = [chunk(piece) for piece in in_pieces(TEXT, 20)]
STOP = chunk(finish="stop")
ODD_BUT_GOOD = {
    "thoughts before the reply": said(
        chunk(reasoning_content="TEXT? Hm."), chunk(reasoning_content="I see."), *CHUNKS, STOP, usage_chunk()
    ),
    "an object without a name": said(*({**c, "object": ""} for c in [*CHUNKS, STOP, usage_chunk()])),
    "a chunk after the usage": said(*CHUNKS, STOP, usage_chunk(), {**chunk(), "choices": []}),
    "usage in the last chunk": said(*CHUNKS, {**STOP, "usage": usage_chunk()["usage"]}),
    "usage with choices of null": said(*CHUNKS, STOP, {**usage_chunk(), "choices": None}),
    "a first chunk without choices": said({"prompt_filter_results": []}, *CHUNKS, STOP, usage_chunk()),
    "a last delta of null": said(*CHUNKS, {**STOP, "choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]}, usage_chunk()),
    "contents of null": said(chunk(), *CHUNKS, STOP, usage_chunk()),
    "no [DONE]": said(*CHUNKS, STOP, usage_chunk(), done=False),
    "comments that keep the connection alive": Reply((b": ping\n\n", *completion(TEXT).body)),
}


@pytest.mark.parametrize("odd", ODD_BUT_GOOD.values(), ids=ODD_BUT_GOOD.keys())
def test_what_servers_add_or_leave_out_does_no_harm(server: OpenAIServer, odd: Reply) -> None:
    assert reply(server, odd) == (TEXT, [COUNTED])


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None, "completion_tokens": None, "prompt_tokens_details": {}}])
def test_usage_that_was_not_counted_is_zero(server: OpenAIServer, usage: object) -> None:
    assert reply(server, said(*CHUNKS, STOP, usage_chunk(usage))) == (TEXT, [Usage(0, 0, 0)])


def test_half_a_surrogate_pair_is_replaced_because_no_database_would_take_it(server: OpenAIServer) -> None:
    half = r'{"choices": [{"index": 0, "delta": {"content": "a\ud83d"}, "finish_reason": "stop"}]}'

    assert reply(server, said(half))[0] == "a\ufffd"


@pytest.mark.parametrize("text", ["Certainly! Here is the answer.", "```json\n" + TEXT + "\n```", '{"answer": 42}', "x" * 300_000])
def test_whatever_a_server_says_that_ignores_the_schema_is_passed_on_for_the_reader_to_judge(server: OpenAIServer, text: str) -> None:
    assert reply(server, completion(text, size=10_000))[0] == text


def test_one_model_answers_many_questions_at_once(server: OpenAIServer) -> None:
    async def several(model: OpenAIModel) -> list[tuple[str, list[Usage]]]:
        return await asyncio.gather(*(collect(model) for _ in range(10)))

    server.play(completion(TEXT))

    assert asyncio.run(with_model_at(server.base_url, 20.0, several)) == [(TEXT, [COUNTED])] * 10


# --- what an endpoint does not take


def without(*names: str) -> Callable[[dict[str, Any]], Awaitable[Reply]]:
    """A server that refuses requests with these options, one after another."""

    async def respond(body: dict[str, Any]) -> Reply:
        for name in names:
            kind = body.get("response_format", {}).get("type")
            if name in body or name == kind:
                param = "response_format" if name == kind else name
                return error(400, f"Unsupported parameter: '{param}' is not supported with this model.", param=param)
        return completion(TEXT)

    return respond


def asked_twice(server: OpenAIServer, responder: Callable[[dict[str, Any]], Awaitable[Reply]]) -> None:
    async def twice(model: OpenAIModel) -> None:
        assert (await collect(model))[0] == TEXT
        before = len(server.requests)
        assert (await collect(model))[0] == TEXT
        assert len(server.requests) == before + 1, "what was learnt is kept"

    server.answer_with(responder)
    asyncio.run(with_model_at(server.base_url, 20.0, twice))


@pytest.mark.parametrize("option", ["temperature", "stream_options", "response_format"])
def test_an_option_that_is_refused_is_given_up_for_good_and_no_other(server: OpenAIServer, option: str) -> None:
    asked_twice(server, without(option))

    assert option not in server.requests[-1].body
    assert {"temperature", "stream_options", "response_format"} - {option} <= server.requests[-1].body.keys()


def test_a_schema_that_is_refused_leaves_plain_json(server: OpenAIServer) -> None:
    asked_twice(server, without("json_schema"))

    assert server.requests[-1].body["response_format"] == {"type": "json_object"}


def test_an_endpoint_that_takes_no_options_at_all_still_answers(server: OpenAIServer) -> None:
    asked_twice(server, without("temperature", "response_format", "stream_options"))

    assert server.requests[-1].body.keys() == {"model", "stream", "messages"}


def test_422_steps_down_like_400(server: OpenAIServer) -> None:
    async def respond(body: dict[str, Any]) -> Reply:
        if "response_format" in body:
            return error(422, "response_format: extra inputs are not permitted")
        return completion(TEXT)

    asked_twice(server, respond)


def test_questions_that_are_refused_at_the_same_time_all_step_down(server: OpenAIServer) -> None:
    both = asyncio.Barrier(2)

    async def respond(body: dict[str, Any]) -> Reply:
        if "temperature" in body:
            await both.wait()
            return error(400, "temperature is not supported", param="temperature")
        return await without("json_schema")(body)

    async def pair(model: OpenAIModel) -> list[tuple[str, list[Usage]]]:
        return list(await asyncio.gather(collect(model), collect(model)))

    server.answer_with(respond)

    assert [text for text, _ in asyncio.run(with_model_at(server.base_url, 20.0, pair))] == [TEXT, TEXT]
    assert server.requests[-1].body["response_format"] == {"type": "json_object"}


def test_a_refusal_that_names_no_option_ends_the_asking(server: OpenAIServer) -> None:
    problem, _ = failure(server, error(400, "This model's maximum context length is 8192 tokens."))

    assert isinstance(problem, ModelRejected)
    assert len(server.requests) == 1


def test_a_server_that_refuses_everything_is_not_asked_for_ever(server: OpenAIServer) -> None:
    problem, _ = failure(server, error(400, "temperature, stream_options, response_format: all wrong"))

    assert isinstance(problem, ModelRejected)
    assert len(server.requests) == 5


# --- errors

STATUSES = [(400, ModelRejected), (401, ModelRejected), (402, ModelRejected), (403, ModelRejected), (404, ModelRejected)] + [
    (status, ModelUnavailable) for status in (408, 409, 429, 500, 502, 503, 529)
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_is_the_error_that_says_whether_to_try_again_and_repeats_nothing_private(
    server: OpenAIServer, status: int, kind: type[ModelError]
) -> None:
    problem, text = failure(server, error(status, f"Incorrect API key provided: {KEY}. You asked: {PROMPT.question}"))

    assert type(problem) is kind
    assert str(status) in str(problem)
    assert text == ""


@pytest.mark.parametrize(("status", "setting"), [(401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (404, "OPENAI_MODEL")])
def test_a_rejection_names_the_setting_to_look_at(server: OpenAIServer, status: int, setting: str) -> None:
    assert setting in str(failure(server, error(status, "no"))[0])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_once_more(server: OpenAIServer, status: int) -> None:
    assert reply(server, error(status, "later"), completion(TEXT))[0] == TEXT


def test_a_server_that_asks_to_wait_longer_than_the_deadline_is_not_waited_for(server: OpenAIServer) -> None:
    busy = error(429, "slow down", headers={"retry-after-ms": "100000", "retry-after": "100"})

    problem, _ = failure(server, busy, completion(TEXT), deadline=0.3)

    assert type(problem) is ModelUnavailable


BROKEN: dict[str, tuple[Reply, type[ModelError]]] = {
    "a page of HTML": (Reply((b"<html><body>Welcome</body></html>",), content_type="text/html"), DraftUnreadable),
    "a body of JSON": (
        Reply(
            (json.dumps({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]}).encode(),), content_type="application/json"
        ),
        DraftUnreadable,
    ),
    "nothing at all": (Reply((b"",)), DraftUnreadable),
    "no content": (Reply((), 204), DraftUnreadable),
    "an event that is not JSON": (said("certainly"), DraftUnreadable),
    "an event that is a list": (said("[]"), DraftUnreadable),
    "an event that is a number": (said("5"), DraftUnreadable),
    "an event that is text": (said('"hello"'), DraftUnreadable),
    "an event nested without end": (said("[" * 100_000), DraftUnreadable),
    "choices that are text": (said({**chunk(), "choices": "abc"}), DraftUnreadable),
    "choices that are an object": (said({**chunk(), "choices": {"a": 1}}), DraftUnreadable),
    "content that is a number": (said(chunk(5)), DraftUnreadable),  # type: ignore[arg-type]  # that is the point
    "content that is a list": (said(chunk([{"type": "text", "text": "x"}])), DraftUnreadable),  # type: ignore[arg-type]  # as above
    "a refusal that is a number": (said(chunk(refusal=5)), DraftUnreadable),
    "bytes that are not UTF-8": (Reply((b'data: {"\xff\n\n',)), DraftUnreadable),
    "an event of type error": (Reply((b'event: error\ndata: {"message": "overloaded"}\n\n',)), DraftUnreadable),
    "a length that is not that of the encoding": (Reply((b"not gzip",), headers={"content-encoding": "gzip"}), ModelUnavailable),
    "an error event": (said({"error": {"message": f"{KEY} {PROMPT.question}"}}), ModelUnavailable),
    "an error event of text": (said({"error": f"{KEY} {PROMPT.question}"}), ModelUnavailable),
}


@pytest.mark.parametrize(("broken", "kind"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_not_a_stream_of_completions_is_an_error_of_ours(server: OpenAIServer, broken: Reply, kind: type[ModelError]) -> None:
    assert type(failure(server, broken)[0]) is kind


ENDS_EARLY: dict[str, tuple[Reply, type[ModelError]]] = {
    "it stops without a reason": (cut_off(TEXT), DraftUnreadable),
    "it is done without a reason": (said(*CHUNKS), DraftUnreadable),
    "it is too long": (completion(TEXT, finish="length"), DraftUnreadable),
    "it calls a tool": (completion(TEXT, finish="tool_calls"), DraftUnreadable),
    "it is filtered": (completion(TEXT, finish="content_filter"), ModelRefused),
    "it refuses after all": (said(*CHUNKS, chunk(refusal="I would"), chunk(refusal=" rather not."), STOP), ModelRefused),
    "the socket is dropped": (cut_off(TEXT, Ending.DROPPED), ModelUnavailable),
    "the server reports an error": (said(*CHUNKS, {"error": {"message": "overloaded"}}), ModelUnavailable),
}


@pytest.mark.parametrize(("early", "kind"), ENDS_EARLY.values(), ids=ENDS_EARLY.keys())
def test_a_reply_that_is_not_complete_gives_its_text_and_then_the_error(server: OpenAIServer, early: Reply, kind: type[ModelError]) -> None:
    problem, text = failure(server, early)

    assert type(problem) is kind
    assert text == TEXT


def test_a_refusal_alone_gives_no_text(server: OpenAIServer) -> None:
    problem, text = failure(server, said(chunk(refusal="I cannot help with that."), STOP))

    assert type(problem) is ModelRefused
    assert text == ""


@pytest.mark.parametrize("ending", [Ending.DRIPPING, Ending.HANGING])
def test_the_deadline_bounds_a_reply_that_never_ends(server: OpenAIServer, ending: Ending) -> None:
    problem, text = failure(server, cut_off("x", ending), deadline=0.3)

    assert type(problem) is ModelUnavailable
    assert text.startswith("x")


def test_the_deadline_bounds_a_server_that_thinks_for_ever(server: OpenAIServer) -> None:
    thinking = Reply((event(chunk(reasoning_content="hm")),), ending=Ending.DRIPPING)

    assert type(failure(server, thinking, deadline=0.3)[0]) is ModelUnavailable


def test_the_deadline_bounds_a_server_that_never_says_a_byte(server: OpenAIServer) -> None:
    assert type(failure(server, Reply(ending=Ending.HANGING), deadline=0.3)[0]) is ModelUnavailable


def test_where_nothing_listens_the_model_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    problem, _ = asyncio.run(with_model_at(f"http://127.0.0.1:{port}/v1", 20.0, failing))

    assert type(problem) is ModelUnavailable


def test_a_reader_that_has_enough_ends_the_request(server: OpenAIServer) -> None:
    async def first_piece(model: OpenAIModel) -> str | Usage:
        stream = model.stream(PROMPT)
        try:
            return await anext(stream)
        finally:
            await stream.aclose()

    server.play(cut_off("x", Ending.HANGING))

    assert asyncio.run(with_model_at(server.base_url, 20.0, first_piece)) == "x"


# --- settings


@pytest.mark.parametrize("key", ["schlüssel", "two words", "sk-x\n", "\u200bsk-x"])
def test_a_key_that_no_header_can_carry_is_said_to_be_wrong_before_anything_is_asked(key: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        model_at("http://127.0.0.1:1/v1", key=key)

    assert key not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:99999/v1", "http://", "http://[/v1", "http://host:port/v1"])
def test_an_address_that_is_none_is_said_to_be_wrong_before_anything_is_asked(address: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL"):
        model_at(address)


def test_an_endpoint_of_ones_own_needs_no_key(server: OpenAIServer) -> None:
    async def without_key() -> str:
        model = model_at(server.base_url, key=None)
        try:
            return (await collect(model))[0]
        finally:
            await model.close()

    server.play(completion(TEXT))

    assert asyncio.run(without_key()) == TEXT
