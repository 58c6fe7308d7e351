"""One addressed message, one visible reply: over deliveries, retries, edits, deletions, threads and what Slack may do wrong."""

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.llm.scripted import ScriptedModel
from bot.playground import faults
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import Scene, scene

LONGEST_SECONDS = 60.0  # until whatever went wrong must have been mended

API_FAULTS = st.tuples(
    st.sampled_from(["chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update", "chat.delete"]),
    st.sampled_from(
        [faults.dropped_before_acting(), faults.dropped_after_acting(), faults.server_error(), faults.ratelimited(0), faults.ratelimited(1)]
    ),
)
DELIVERY_FAULTS = st.tuples(
    st.sampled_from(["app_mention", "message"]),
    st.sampled_from([faults.delivered_twice(), faults.ack_lost(), faults.socket_refreshed()]),
)


@dataclass(frozen=True)
class Said:
    """A message: where, what becomes of it, and how long after it was said."""

    where: str
    fate: str
    after: float


SAID = st.builds(
    Said,
    st.sampled_from(["channel", "direct", "follow-up", "talk"]),
    st.sampled_from(["kept", "kept", "edited", "deleted"]),
    st.sampled_from([0.0, 0.3, 1.5]),
)
REPLIES = st.sampled_from([quoting(STAKE), slowly(*AREAS[:3], pause=0.6), [0.5, *quoting(*AREAS[:2])]])


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SAID, min_size=1, max_size=4), st.lists(API_FAULTS | DELIVERY_FAULTS, max_size=3), REPLIES)
@example([Said("follow-up", "deleted", 0.0), Said("direct", "deleted", 0.0)], [], quoting(STAKE))  # a deletion beside its question
def test_every_addressed_message_has_exactly_one_reply_and_no_other_has_any(
    said: list[Said], troubles: list[tuple[str, faults.Fault]], reply: list[str | float]
) -> None:
    async def conversation() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with scene(Path(folder) / "log.sqlite3", ScriptedModel(reply)) as s:
                for point, fault in troubles:
                    s.slack.faults.next(point, fault)
                expected, asked = await _play(s, said)
                await s.slack.workspace.delivered()
                await s.until(lambda: _is_settled(s), patience=LONGEST_SECONDS)
                assert _replies(s, asked) == expected

    asyncio.run(conversation())


async def _play(s: Scene, said: list[Said]) -> tuple[Counter[str], set[tuple[str, str]]]:
    """Say it all; how many replies each message is to have in the end, where that is any, and every thread there could be some in."""
    workspace, expected = s.slack.workspace, Counter[str]()
    im = workspace.im(s.you).id
    colleague = next(user.id for user in workspace.people if user.id != s.you)
    root = await workspace.say(s.you, s.general, f"{s.mention} What stake is it?")
    await s.reply(s.general, root)
    expected[root] = 1
    threads = {(s.general, root)}
    for number, each in enumerate(said):
        channel = im if each.where == "direct" else s.general
        thread = root if each.where in {"follow-up", "talk"} else None
        speaker = colleague if each.where == "talk" else s.you
        mention = f"{s.mention} " if each.where in {"channel", "follow-up"} else ""
        ts = await workspace.say(speaker, channel, f"{mention}What is number {number}?", thread)
        threads.add((channel, thread or ts))
        await asyncio.sleep(each.after)
        if each.fate == "edited":
            await workspace.edit_message(speaker, channel, ts, f"{mention}What was number {number}?")
        elif each.fate == "deleted":
            await workspace.delete_message(speaker, channel, ts)
        if each.where != "talk" and each.fate != "deleted":
            expected[ts] = 1
    return expected, threads


def _is_settled(s: Scene) -> bool:
    return not {"queued", "running"} & {row["status"] for row in s.bot.store.rows()}


def _replies(s: Scene, threads: set[tuple[str, str]]) -> Counter[str]:
    """The bot's messages, by the message each says that it answers; a stream that was left open says none, and is counted under its own ts."""
    found = Counter[str]()
    for channel, thread in threads:
        for message in s.replies(channel, thread):
            payload = (message.metadata or {}).get("event_payload", {})
            found[str(payload.get("message_ts", message.ts))] += 1
    return found
