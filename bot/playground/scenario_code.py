"""What happened in the playground, as a test that makes it happen again: one exchange of the wire in, Python out.

The Python uses `scene` of tests/scenarios/stage.py. What it expects is what was seen, word for word: loosen it where words may vary.
Known: messages with their thread, edited and deleted questions, slash commands, buttons, shortcuts, an opened tab. Anything else gives None.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.playground.conversations import TOMBSTONE, Message
from bot.playground.wire import Exchange

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

Payload = dict[str, Any]

HEAD = """import asyncio
from pathlib import Path

from tests.scenarios.stage import scene


def test_what_happened_in_the_playground(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            workspace = s.slack.workspace
"""
INDENT = " " * 12
TAIL = "\n    asyncio.run(conversation())\n"


def scenario_code(workspace: "Workspace", exchange: Exchange) -> str | None:
    """The test, or None for an exchange that is nothing a person did."""
    if exchange.direction != "to_app" or not isinstance(exchange.sent, dict):
        return None
    payload: Payload = exchange.sent
    kind = str(payload.get("event", payload).get("type") or ("command" if "command" in payload else ""))
    write = WRITERS.get(kind)
    script = _Script(workspace, exchange.at)
    if write is None or not write(script, payload):
        return None
    return HEAD + "".join(f"{INDENT}{line}\n" for line in script.lines) + TAIL


@dataclass
class _Script:
    """The lines so far, and the variable that holds each message's ts."""

    workspace: "Workspace"
    at: float
    lines: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def thread(self, channel: str, root: str) -> bool:
        """The thread as it is: what people said, and after each of it what the app answered. False where it is gone."""
        messages = self.workspace.conversations.thread(channel, root)
        if not messages:
            return False
        self.lines.append(f"channel = {self.channel(channel)}")
        answers = 0
        for number, message in enumerate(messages, start=1):
            if message.bot_id:
                answers += 1
                self._expected(message, answers, number)
            else:
                self._said(message, number, is_root=message.ts == root)
        return True

    def _said(self, message: Message, number: int, *, is_root: bool) -> None:
        name = self.names[message.ts] = "root" if is_root else f"said_{number}"
        under = "" if is_root else ", root"
        self.lines.append(f"{name} = await workspace.say({self.person(message.user)}, channel, {self.text(message.text)}{under})")

    def _expected(self, message: Message, count: int, number: int) -> None:
        name = f"reply_{number}"
        self.names[message.ts] = f"{name}.ts"
        self.lines += [f"{name} = await s.reply(channel, root, count={count})", f"assert {name}.text == {self.text(message.text)}"]

    def called(self, *marks: str) -> None:
        """Every method that the app called because of it: those whose arguments hold one of the marks, a trigger_id or a person."""
        calls = [call for call in self.workspace.records.calls if call.at >= self.at]
        methods = dict.fromkeys(call.method for call in calls if any(mark in call.arguments.values() for mark in marks))
        self.lines += [f"await s.until(lambda: workspace.records.calls_of({method!r}))" for method in methods]

    def channel(self, channel: str) -> str:
        """How a test names it."""
        found = self.workspace.conversations.channels[channel]
        if found.kind == "im":
            return f"workspace.im({self.person(next(iter(found.members - {self.workspace.bot_user.id})))}).id"
        return f"workspace.channel({found.id if found.kind == 'mpim' else found.name!r}).id"

    def person(self, user: str) -> str:
        """How a test names them."""
        return "s.you" if user == self.workspace.you.id else repr(user)

    def text(self, text: str) -> str:
        """A string literal, a mention of the app as `s.mention`."""
        mention = f"<@{self.workspace.bot_user.id}>"
        if mention not in text:
            return repr(text)
        return "f" + repr(text.replace("{", "{{").replace("}", "}}")).replace(mention, "{s.mention}")


def _message(script: _Script, payload: Payload) -> bool:
    event = payload["event"]
    if event.get("subtype") == "message_changed":
        return _changed(script, event)
    return not event.get("subtype") and not event.get("bot_id") and script.thread(event["channel"], event.get("thread_ts") or event["ts"])


def _changed(script: _Script, event: Payload) -> bool:
    """A person's question edited, or deleted while there were replies: asked as it was, answered, then changed."""
    was, now = event["previous_message"], event["message"]
    if was.get("bot_id") or was.get("thread_ts", was["ts"]) != was["ts"]:
        return False
    person, done = script.person(was["user"]), now.get("subtype") == TOMBSTONE
    change = "delete_message" if done else "edit_message"
    new = "" if done else f", {script.text(now['text'])}"
    script.lines += [
        f"channel = {script.channel(event['channel'])}",
        f"root = await workspace.say({person}, channel, {script.text(was['text'])})",
        "await s.reply(channel, root)",
        f"await workspace.{change}({person}, channel, root{new})",
    ]
    script.lines.append("await workspace.delivered()")
    return True


def _command(script: _Script, payload: Payload) -> bool:
    user, channel = payload["user_id"], payload["channel_id"]
    script.lines += [
        f"channel = {script.channel(channel)}",
        f"await workspace.command({script.person(user)}, channel, {payload['command']!r}, {script.text(payload['text'])})",
    ]
    answer = _private_answer(script, user, channel)
    if answer is not None:
        script.names[answer.ts] = "answer.ts"
        seen = f"[m for m in workspace.messages(channel, viewer={script.person(user)}) if m.text == {script.text(answer.text)}]"
        script.lines += [f"await s.until(lambda: {seen})", f"answer = {seen}[-1]"]
    return True


def _private_answer(script: _Script, user: str, channel: str) -> Message | None:
    """The first message that the app showed to the person alone after the command."""
    shown = script.workspace.messages(channel, viewer=user)
    return next((each for each in shown if each.ephemeral_for == user and float(each.ts) >= script.at), None)


def _pressed(script: _Script, payload: Payload) -> bool:
    container, action, user = payload["container"], payload["actions"][0], payload["user"]["id"]
    if container["type"] != "message":
        return False
    if not _recreated(script, container["channel_id"], container["message_ts"], container.get("is_ephemeral", False)):
        return False
    if container["message_ts"] not in script.names:
        return False
    chosen = {name: value for name, value in action.items() if name.startswith("selected_")}
    more = "".join(f", {name}={value!r}" for name, value in (("value", action.get("value")), ("chosen", chosen)) if value)
    ts = script.names[container["message_ts"]]
    script.lines.append(f"await workspace.press({script.person(user)}, channel=channel, ts={ts}, action_id={action['action_id']!r}{more})")
    script.called(payload["trigger_id"])
    return True


def _recreated(script: _Script, channel: str, ts: str, is_ephemeral: bool) -> bool:  # Slack's own field
    """What led to the message that was used."""
    if not is_ephemeral:
        message = script.workspace.conversations.message(channel, ts)
        return message is not None and script.thread(channel, message.root_ts)
    commands = [
        each
        for each in script.workspace.records.deliveries
        if each.kind == "command" and each.payload["channel_id"] == channel and each.at <= float(ts)
    ]
    if not commands:
        return False
    led = _Script(script.workspace, commands[-1].at)
    _command(led, commands[-1].payload)
    script.lines, script.names = led.lines, led.names
    return True


def _message_shortcut(script: _Script, payload: Payload) -> bool:
    channel, ts, user = payload["channel"]["id"], payload["message_ts"], payload["user"]["id"]
    if not _recreated(script, channel, ts, False) or ts not in script.names:
        return False
    where = f"channel=channel, ts={script.names[ts]}"
    script.lines.append(f"await workspace.message_shortcut({script.person(user)}, {payload['callback_id']!r}, {where})")
    script.called(payload["trigger_id"])
    return True


def _shortcut(script: _Script, payload: Payload) -> bool:
    script.lines.append(f"await workspace.shortcut({script.person(payload['user']['id'])}, {payload['callback_id']!r})")
    script.called(payload["trigger_id"])
    return True


def _opened(script: _Script, payload: Payload) -> bool:
    event = payload["event"]
    script.lines.append(f"await workspace.open_home({script.person(event['user'])}, {event['tab']!r})")
    script.called(event["user"])
    return True


WRITERS: dict[str, Callable[[_Script, Payload], bool]] = {
    "message": _message,
    "app_mention": _message,
    "command": _command,
    "block_actions": _pressed,
    "message_action": _message_shortcut,
    "shortcut": _shortcut,
    "app_home_opened": _opened,
}
