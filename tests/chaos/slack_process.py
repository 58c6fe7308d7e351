"""The emulated Slack in a process of its own: it asks, and it alone counts what was answered. Its one loop is not slowed by the bot's.

In: commands over a pipe, each a method's name and its arguments. Out: their results.
"""

import asyncio
import random
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bot.config import CHECKOUT
from bot.playground.faults import (
    AckLost,
    ApiFault,
    DeliveredTwice,
    DeliveryFault,
    DroppedAfterActing,
    RateLimited,
    ServerError,
    SocketDropped,
)
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.timings import Timings
from bot.prompts import PromptLibrary
from bot.slack.manifest import manifest
from tests.chaos.forking import FORKS

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
# As Slack's, but over a minute and a half instead of six: whoever is away for longer has lost the event on Slack's side.
TIMINGS = Timings(retry_delays=(1.0, 6.0, 60.0), connection_wait=30.0)
# A call and how often it fails in which way, per question.
CALL_FAULTS: tuple[tuple[str, ApiFault, float], ...] = (
    ("chat.postMessage", DroppedAfterActing(), 0.02), ("chat.postMessage", ServerError(500), 0.01), ("chat.postMessage", RateLimited(1), 0.005),
    ("chat.startStream", DroppedAfterActing(), 0.02), ("chat.startStream", ServerError(500), 0.01), ("chat.update", ServerError(503), 0.01),
    ("chat.stopStream", DroppedAfterActing(), 0.02), ("conversations.replies", ServerError(500), 0.01),
)  # fmt: skip
DELIVERY_FAULTS: tuple[tuple[DeliveryFault, float], ...] = ((AckLost(), 0.1), (DeliveredTwice(), 0.1), (SocketDropped(), 0.005))


@dataclass(frozen=True)
class Count:
    """What came of the questions, by the workspace's own records.

    `lost` were acknowledged and have no reply; `unanswered` have none at all; `doubled` have more than one; `apologised` have an apology.
    Seconds from the question to its reply, and milliseconds to an acknowledgement.
    """

    questions: int
    lost: int
    doubled: int
    unanswered: int
    apologised: int
    total_p50: float
    ack_p50_ms: float
    ack_p99_ms: float
    acks_over_3_s: int
    examples: tuple[str, ...] = ()


class Stage:
    """What can be asked of the process."""

    def __init__(self, slack: EmulatedSlack) -> None:
        self._slack = slack
        slack.workspace.records.keep(1_000_000)  # every one is counted
        self._asked: list[tuple[str, str]] = []

    async def address(self) -> dict[str, str]:
        """How a bot reaches it."""
        slack = self._slack
        return {
            "slack_api_url": slack.api_url, "slack_bot_token": slack.bot_token, "slack_app_token": slack.app_token,
            "slack_signing_secret": slack.signing_secret,
        }  # fmt: skip

    async def deliver_to(self, url: str) -> None:
        """Send signed requests there, instead of over Socket Mode."""
        self._slack.deliver_to(url)

    async def ask(self, text: str, *, faulty: float = 0.0, seed: int = 0) -> None:
        """Ask a question by a mention; with `faulty`, times the usual rate, things go wrong around it. One in four goes on in a thread."""
        chance = random.Random(seed)
        for point, fault, rate in CALL_FAULTS:
            if chance.random() < rate * faulty:
                self._slack.faults.next(point, fault)
        for delivery_fault, rate in DELIVERY_FAULTS:
            if chance.random() < rate * faulty:
                self._slack.faults.next("app_mention", delivery_fault)
        workspace = self._slack.workspace
        general, asker = (
            workspace.channel("general").id,
            chance.choice([p for p in workspace.people if p.id in workspace.channel("general").members]).id,
        )
        thread = chance.choice(self._asked[-8:])[0] if self._asked and chance.random() < 0.25 else None
        ts = await workspace.say(asker, general, f"<@{workspace.bot_user.id}> {text}", thread)
        self._asked.append((thread or ts, ts))

    async def open(self) -> int:
        """How many questions have no reply yet."""
        return sum(not found for found in self._replies().values())

    async def count(self) -> Count:
        """What came of everything that was asked."""
        replies, records = self._replies(), self._slack.workspace.records
        acked = self._acked()
        silent = [ts for _, ts in self._asked if not replies[ts]]
        doubled = [ts for _, ts in self._asked if len(replies[ts]) > 1]
        sorry = PROMPTS.reply("failed").body[:20]
        seconds = sorted(float(found[0][0]) - float(ts) for ts, found in replies.items() if found)
        acks = sorted(d.ack_after for d in records.deliveries if d.event_type == "app_mention" and d.ack_after is not None)
        return Count(
            len(self._asked), sum(ts in acked for ts in silent), len(doubled), len(silent),
            sum(any(text.startswith(sorry) for _, text in found) for found in replies.values()),
            _at(seconds, 0.5), 1000 * _at(acks, 0.5), 1000 * _at(acks, 0.99), sum(ack > 3 for ack in acks),
            tuple(f"silent {ts}: {self._attempts(ts)}" for ts in silent[:5]) + tuple(f"doubled {ts}: {replies[ts]}" for ts in doubled[:5]),
        )  # fmt: skip

    def _acked(self) -> set[str]:
        """The questions that the bot told Slack it has received."""
        deliveries = self._slack.workspace.records.deliveries_of("app_mention")
        return {delivery.payload["event"]["ts"] for delivery in deliveries if delivery.acked}

    def _attempts(self, ts: str) -> str:
        """How each delivery of a question went."""
        deliveries = [d for d in self._slack.workspace.records.deliveries_of("app_mention") if d.payload["event"]["ts"] == ts]
        return ", ".join("acknowledged" if d.acked else d.failure or "under way" for d in deliveries) or "never sent"

    def _replies(self) -> dict[str, list[tuple[str, str]]]:
        """The bot's messages that answer each question: by the question they name, as several may share a thread."""
        workspace = self._slack.workspace
        you, general = workspace.you.id, workspace.channel("general").id
        found: dict[str, list[tuple[str, str]]] = {ts: [] for _, ts in self._asked}
        by_thread: dict[str, list[str]] = {}
        for thread, ts in self._asked:
            by_thread.setdefault(thread, []).append(ts)
        acked = self._acked()
        for thread, asked in by_thread.items():
            # Which question of a thread a reply is to cannot be seen from outside: what was acknowledged counts as answered first.
            questions = sorted(asked, key=lambda ts: ts not in acked)
            said = [m for m in workspace.thread(general, thread, viewer=you) if m.user == workspace.bot_user.id and not m.ephemeral_for]
            named: dict[object, list[tuple[str, str]]] = {}
            for message in said:
                payload = (message.metadata or {}).get("event_payload") or {}
                named.setdefault(payload.get("id") or message.ts, []).append((message.ts, message.text))
            # One interaction for one question, in the order they were asked; one too many is counted where it shows most.
            groups = sorted(named.values())
            found |= dict(zip(questions, groups, strict=False))
            for group in groups[len(questions) :]:
                found[questions[-1]] = found[questions[-1]] + group
        return found


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def _play(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent"), timings=TIMINGS) as slack:
        stage = Stage(slack)
        while True:
            name, arguments, options = await asyncio.to_thread(pipe.recv)
            if name == "end":
                return
            pipe.send(await getattr(stage, name)(*arguments, **options))


class SlackProcess:
    """The emulated Slack, from outside."""

    def __init__(self) -> None:
        self._pipe, other = FORKS.Pipe()
        self._process = FORKS.Process(target=_play, args=(other,))
        self._process.start()
        other.close()

    def __call__(self, name: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of Stage."""
        self._pipe.send((name, arguments, options))
        return self._pipe.recv()

    def end(self) -> None:
        """End the process."""
        self._pipe.send(("end", (), {}))
        self._process.join(5)
        self._process.kill()
        self._process.join()
        self._pipe.close()
