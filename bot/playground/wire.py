"""What passed between Slack and the app, as one list: the workspace's records in, an `Exchange` a call or delivery out, newest first.

An exchange has an id ("call-3", "delivery-0", "response-1") by which its payloads are asked for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.records import ApiCall, Delivery, Newest, Records, ResponseUrlUse

SHOWN = 200
"""How many of the newest exchanges the list holds."""

SAYING = ("text", "markdown_text", "status", "title", "name")
"""The arguments of which one says best what a call is about."""

Direction = Literal["to_app", "from_app"]


@dataclass(frozen=True)
class Exchange:
    """One call or delivery.

    `detail` names people and channels by id. `took` is in milliseconds, None where nothing came back; `trouble` says what went wrong.
    """

    id: str
    direction: Direction
    name: str
    detail: str
    at: float
    took: int | None
    trouble: str | None
    sent: Any
    answered: Any


def exchanges(records: Records) -> list[Exchange]:
    """The newest exchanges, newest first."""
    return sorted(_newest(records), key=lambda each: each.at, reverse=True)[:SHOWN]


def exchange(records: Records, exchange_id: str) -> Exchange | None:
    """The exchange of that id."""
    kind, _, number = exchange_id.partition("-")
    rows: dict[str, Newest[Any]] = {"call": records.calls, "delivery": records.deliveries, "response": records.responses}
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1
    if kind not in rows or not 0 <= index - rows[kind].gone < len(rows[kind]):
        return None
    return MAKERS[kind](index, rows[kind][index - rows[kind].gone])


def _newest(records: Records) -> Iterator[Exchange]:
    for kind, rows in (("call", records.calls), ("delivery", records.deliveries), ("response", records.responses)):
        first = max(0, len(rows) - SHOWN)
        yield from (MAKERS[kind](index, row) for index, row in enumerate(rows[first:], start=rows.gone + first))


def _of_call(index: int, call: ApiCall) -> Exchange:
    # The socket's address holds a ticket: it would let a reader take the app's place.
    answered = {name: value for name, value in call.response.items() if call.method != "apps.connections.open" or name != "url"}
    arguments = call.arguments
    where = arguments.get("channel") or arguments.get("channel_id") or arguments.get("user_id") or arguments.get("user")
    said = next((arguments[name] for name in SAYING if isinstance(arguments.get(name), str)), None)
    detail = _joined(where, said)
    trouble = call.error or (f"HTTP {call.status}" if call.status >= 400 else None)  # HTTP's own limit of success
    if call.fault is not None:
        trouble = f"{trouble or 'ok'} ({call.fault})"
    return Exchange(
        f"call-{index}", "from_app", call.method, detail, call.at, round(call.seconds * 1000), trouble, call.arguments, answered
    )


def _of_delivery(index: int, delivery: Delivery) -> Exchange:
    took = None if delivery.ack_after is None else round(delivery.ack_after * 1000)
    name, detail = _delivered(delivery)
    trouble = delivery.failure
    if delivery.attempt:
        detail = f"{detail} · retry {delivery.attempt}".lstrip(" ·")
    answered = {"acknowledged": delivery.acked, "payload": delivery.response}
    return Exchange(f"delivery-{index}", "to_app", name, detail, delivery.at, took, trouble, delivery.payload, answered)


def _delivered(delivery: Delivery) -> tuple[str, str]:
    """What it is called, and what tells it from others of that name."""
    payload = delivery.payload
    if delivery.kind == "event":
        event = payload["event"]
        return str(event["type"]), _joined(event.get("channel"), event.get("subtype") or event.get("tab") or event.get("text"))
    if delivery.kind == "command":
        return str(payload["command"]), _joined(payload["channel_id"], payload["text"])
    if delivery.kind == "interaction":
        actions = payload.get("actions") or [{}]
        view = payload.get("view") or {}
        return str(payload["type"]), str(actions[0].get("action_id") or payload.get("callback_id") or view.get("callback_id") or "")
    return delivery.kind, ""


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _of_response(index: int, use: ResponseUrlUse) -> Exchange:
    trouble = use.answer if use.status >= 400 else None  # as above
    name = "response_url"
    detail = "replace_original" if use.body.get("replace_original") else str(use.body.get("response_type") or "")
    return Exchange(f"response-{index}", "from_app", name, detail, use.at, None, trouble, use.body, use.answer)


MAKERS: dict[str, Callable[[int, Any], Exchange]] = {"call": _of_call, "delivery": _of_delivery, "response": _of_response}
