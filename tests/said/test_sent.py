"""What the running bot sends while people use every surface: calls, acknowledgements and response URLs, as Slack gets them."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ModelUnavailable
from bot.llm import Usage
from bot.llm.scripted import ScriptedModel, Step
from bot.playground.conversations import User
from bot.playground.faults import Refused
from bot.prompts import Prompt
from tests.said.golden import hold
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import Scene, scene
from tests.scenarios.test_contract import METHODS, problems

QUESTION = "What stake does Tencent hold in JD?"
HELD = (
    "chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete", "views.open", "views.push", "views.update", "views.publish",
    "assistant.threads.setSuggestedPrompts", "assistant.threads.setTitle",
)  # fmt: skip
PASSING = {"token", "team_id", "trigger_id", "view_id", "hash", "unfurl_links", "unfurl_media"}


class Models:
    """A model that says something else to each question, by a word of it."""

    name = "scripted"

    def __init__(self, **scripts: Sequence[Step]) -> None:
        self._scripts = scripts

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The script of the question."""
        script = next((script for word, script in self._scripts.items() if word in prompt.question), quoting(STAKE))
        if not script:
            raise ZeroDivisionError("a fault of the program")
        async for step in ScriptedModel(script).stream(prompt):
            yield step


@dataclass
class Camera:
    """Holds what was sent since it last looked."""

    scene: Scene
    seen: list[int] = field(default_factory=lambda: [0, 0, 0])

    def shoot(self, name: str) -> None:
        """Hold what is new under a name."""
        sent = self.take()
        assert sent, f"nothing was sent for {name}"
        hold(f"sent-{name}", sent)

    def take(self) -> list[dict[str, Any]]:
        """What is new, in an order that does not hang on who was faster."""
        records = self.scene.slack.workspace.records
        first_call, first_delivery, first_response = self.seen
        calls, deliveries = records.calls[first_call:], records.deliveries[first_delivery:]
        responses = records.responses[first_response:]
        self.seen = [len(records.calls), len(records.deliveries), len(records.responses)]
        assert [call.response for call in calls if call.method in HELD and not call.ok] == []
        assert not METHODS.is_dir() or [problem for call in calls for problem in problems(call)] == []
        sent = [{"call": call.method, **_lasting(call.arguments)} for call in calls if call.method in HELD]
        sent += [{"acknowledged": delivery.kind, **delivery.response} for delivery in deliveries if delivery.response]
        sent += [{"response_url": "", **_lasting(response.body)} for response in responses]
        return sorted(sent, key=lambda one: json.dumps(one, sort_keys=True))


def _lasting(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name not in PASSING}


def play(database: Path, act: Callable[[Scene, Camera], Coroutine[Any, Any, None]], model: Any = None, **settings: object) -> None:
    async def conversation() -> None:
        async with scene(database, model or Models(), **settings) as s:
            # Whether an answer is streamed hangs on how fast it comes: here none is, and `live` is where one is.
            for _ in range(50):
                s.slack.faults.next("chat.startStream", Refused("user_not_found"))
            await act(s, Camera(s))

    asyncio.run(conversation())


def colleague(s: Scene) -> str:
    return next(user.id for user in s.slack.workspace.people if user.id != s.you)


async def mention(s: Scene, text: str) -> tuple[str, str]:
    """A mention in #general, answered; the ts of both."""
    ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {text}")
    reply = await s.reply(s.general, ts)
    await quiet(s)
    return ts, reply.ts


async def quiet(s: Scene) -> None:
    await s.until(lambda: not {row["status"] for row in s.bot.store.rows()} & {"queued", "running"})
    await s.slack.workspace.delivered()


async def command(s: Scene, text: str) -> None:
    await s.slack.workspace.command(s.you, s.general, "/tencent", text)
    await quiet(s)


async def shut(s: Scene) -> None:
    for view in reversed(s.slack.workspace.open_views(s.you)):
        await s.slack.workspace.close(s.you, view.id)


def test_answers_their_dialogs_and_what_becomes_of_them(database: Path) -> None:
    false = '{"quotes": [{"passage": "001-7", "text": "no such words anywhere"}], "text": "Tencent owns the moon.", "kind": "fact"}'
    scripts: dict[str, Sequence[Step]] = {
        "moon": [*quoting(STAKE)[:-1], f", {false}", '], "unanswered": []}', Usage(12_000, 10_000, 300)],
        "away": [ModelUnavailable("the provider is away")],
        "crash": [],
    }

    async def act(s: Scene, camera: Camera) -> None:
        workspace = s.slack.workspace
        ts, reply = await mention(s, f"{QUESTION} And the moon?")
        camera.shoot("mention")
        await workspace.press(s.you, channel=s.general, ts=reply, action_id="sources")
        camera.shoot("sources-opened")
        await workspace.press_in_view(s.you, view_id=workspace.open_views(s.you)[-1].id, action_id="read")
        camera.shoot("sources-read")
        await shut(s)
        await workspace.press(s.you, channel=s.general, ts=reply, action_id="why")
        camera.shoot("receipt-opened")
        await shut(s)
        await workspace.press(s.you, channel=s.general, ts=reply, action_id="feedback", value=f"bad:{_newest(s)}:en")
        camera.shoot("feedback-opened")
        await shut(s)
        await workspace.edit_message(s.you, s.general, ts, f"{s.mention} {QUESTION}")
        await s.until(lambda: len(list(s.bot.store.rows())) == 2)
        await quiet(s)
        camera.shoot("edited")
        await workspace.delete_message(s.you, s.general, ts)
        await s.until(lambda: workspace.message(s.general, reply) is None)
        await quiet(s)
        camera.shoot("withdrawn")
        await mention(s, f"{QUESTION} Are you away?")
        camera.shoot("fell-back")
        await mention(s, f"{QUESTION} Do you crash?")
        camera.shoot("apology")

    play(database, act, Models(**scripts), repair_claims=False)


def _newest(s: Scene) -> str:
    return str(next(iter(s.bot.store.rows()))["id"])


def test_commands(database: Path) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        workspace = s.slack.workspace
        await command(s, QUESTION)
        camera.shoot("command")
        await workspace.press(s.you, channel=s.general, ts=s.private()[-1].ts, action_id="share")
        await s.until(lambda: len(workspace.records.responses) == 3)
        camera.shoot("shared")
        await command(s, f"show {_newest(s)[:8]}")
        camera.shoot("show")
        for text in (
            "help",
            "sources",
            "my-data",
            "show 0123",
            "show abc",
            "timeline",
            "sumarize the letter",
            "summarize nothing",
            "as-of 2017 What is WeChat?",
        ):
            await command(s, text)
            camera.shoot(_named(text))
        for text in (
            "search industrial internet",
            "timeline retail",
            "summarize Pony Ma sets out",
            "compare Pony Ma sets out with Dowson Tong",
        ):
            await command(s, text)
            hold(f"sent-{_named(text)}", [_frame(one) for one in camera.take()])
        await command(s, "settings")
        camera.shoot("command-settings")
        (view,) = workspace.open_views(s.you)
        chosen = {"selected_option": view.blocks[0]["element"]["options"][1]}
        await workspace.submit(s.you, view.id, {"answers": {"answers": chosen}})
        await command(s, QUESTION)
        camera.shoot("public-command")
        await command(s, "forget-me")
        camera.shoot("forget-me")
        await workspace.press(s.you, channel=s.general, ts=s.private()[-1].ts, action_id="forget_me")
        await s.until(lambda: not list(s.bot.store.rows()))
        await workspace.delivered()
        camera.shoot("forgotten")
        await command(s, "my-data")
        camera.shoot("nothing-kept")
        shared = next(m for m in workspace.messages(s.general, viewer=s.you) if m.ephemeral_for is None and m.blocks)
        for action in ("why", "sources"):
            await workspace.press(s.you, channel=s.general, ts=shared.ts, action_id=action)
            camera.shoot(f"{action}-of-what-is-forgotten")
            await shut(s)

    play(database, act)


def _named(text: str) -> str:
    return "command-" + "-".join(text.lower().rstrip("?").split()[:2])


def _frame(sent: dict[str, Any]) -> dict[str, Any]:
    """What stands round the quotes of an overview: which those are is for others to hold."""
    blocks = [{"type": block["type"]} if block["type"] == "rich_text" else block for block in sent["blocks"]]
    return sent | {"blocks": blocks, "text": sent["text"].partition("\n\n")[2].partition("\n\nSources")[0]}


def test_conversations_and_small_talk(database: Path) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        workspace, im = s.slack.workspace, s.slack.workspace.im(s.you).id
        for text in (QUESTION, "hello", "thanks", "bye", "who are you", "settings", "x" * 3001):
            ts = await workspace.say(s.you, im, text)
            await s.reply(im, ts)
            await quiet(s)
            camera.shoot(f"direct-{text[:12].strip().lower().replace(' ', '-')}")
        await mention(s, "my-data")
        camera.shoot("personal-in-public")
        await mention(s, "")
        camera.shoot("mention-of-nothing")

    play(database, act)


def test_home_where_there_are_no_documents(database: Path, tmp_path: Path) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        await s.slack.workspace.open_home(s.you)
        await quiet(s)
        camera.shoot("home-without-documents")
        await s.slack.workspace.command(s.you, s.general, "/tencent", "sources")
        camera.shoot("sources-without-documents")

    (tmp_path / "empty").mkdir()
    play(database, act, seeds_dir=tmp_path / "empty")


def test_home_and_shortcuts(database: Path) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        workspace = s.slack.workspace
        await workspace.open_home(s.you)
        await quiet(s)
        camera.shoot("home")
        await workspace.open_home(s.you, "messages")
        await quiet(s)
        camera.shoot("messages-tab")
        home = workspace.home(s.you)
        assert home is not None
        await workspace.press_in_view(s.you, view_id=home.id, action_id="example:0")
        (root,) = workspace.messages(workspace.im(s.you).id, viewer=s.you)
        await s.reply(workspace.im(s.you).id, root.ts, count=2)
        await quiet(s)
        camera.shoot("example")
        await shut(s)
        await workspace.open_home(s.you)
        await quiet(s)
        camera.shoot("home-after-a-question")
        ts = await workspace.say(colleague(s), s.general, QUESTION)
        await workspace.message_shortcut(s.you, "ask_about_message", channel=s.general, ts=ts)
        await s.reply(s.general, ts, count=2)
        await quiet(s)
        camera.shoot("ask-about-message")
        for name, text in (("nothing", "👍"), ("too-much", "x " * 2000)):
            ts = await workspace.say(colleague(s), s.general, text)
            await workspace.message_shortcut(s.you, "ask_about_message", channel=s.general, ts=ts)
            await quiet(s)
            camera.shoot(f"ask-about-{name}")
        await workspace.shortcut(s.you, "ask_form")
        camera.shoot("form")
        (view,) = workspace.open_views(s.you)
        for name, text in (("nothing", " "), ("too-much", "x" * 3001), ("something", QUESTION)):
            filled = {"question": {"question": {"value": text}}, "where": {"where": {"selected_conversation": s.general}}}
            await workspace.submit(s.you, view.id, filled)
            await quiet(s)
            camera.shoot(f"form-{name}")

    play(database, act)


def test_refusals(database: Path) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        workspace = s.slack.workspace
        own = workspace.installation.team_id
        people = {"stranger": ("T0ELSEWHERE", False), "user": (own, False), "guest": (own, True)}
        for name, (team, is_guest) in people.items():
            user = workspace.add_user(User(f"U0{name.upper()}", name, name, team, is_restricted=is_guest))
            workspace.channel("general").members.add(user.id)
            await workspace.say(user.id, s.general, f"{s.mention} {QUESTION}")
            await workspace.delivered()
            camera.shoot(f"refused-{name}")
        await workspace.command(s.you, workspace.channel("random").id, "/tencent", QUESTION)
        camera.shoot("refused-channel")

    play(database, act, allowed_users="U0PLAYYOU1,U0GUEST", allowed_channels="C0PLAYGEN1", allow_guests=False)


def test_live(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, ScriptedModel(slowly(*AREAS[:3], pause=0.9))) as s:
            ts, _ = await mention(s, "What are the seven areas?")
            records = s.slack.workspace.records
            status = records.calls_of("assistant.threads.setStatus")[0].arguments
            chunks = [chunk for call in records.calls if call.method.endswith("Stream") for chunk in call.arguments.get("chunks", ())]
            ending = records.calls_of("chat.stopStream")[0].arguments["blocks"]
            tasks = [chunk for chunk in chunks if chunk["type"] == "task_update"]
            text = "".join(chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
            hold("sent-live", {"status": _lasting(status), "tasks": tasks, "text": text, "blocks": ending})
            assert len(s.replies(s.general, ts)) == 1

    asyncio.run(conversation())


@pytest.mark.parametrize("label", ["user", "team"])
def test_limits(database: Path, label: str) -> None:
    async def act(s: Scene, camera: Camera) -> None:
        await command(s, QUESTION)
        camera.take()
        await command(s, QUESTION)
        camera.shoot(f"limit-{label}")

    play(database, act, **{f"{label}_questions_per_hour": 1})
