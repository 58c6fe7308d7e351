"""What a person does in the page: a JSON object from the page's script goes in, a call of the workspace is made of it.

Each deed is a model named after it; what the page has to be told comes back as a JSON object.
"""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bot.playground.changes import Change
from bot.playground.page_faults import ordered
from bot.playground.page_messages import names_typed, typed
from bot.playground.workspace import NotAllowed, User, Workspace

Answer = dict[str, Any]

_MAX_TEXT = 40_000


class Deed(BaseModel):
    """Something a person does; subclasses say what and in which words the page asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: ClassVar[str]

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Do it; returns what the page is told. Raises `NotAllowed` where Slack would refuse."""
        raise NotImplementedError


class Say(Deed):
    """Send a message."""

    name = "say"
    channel: str
    text: str = Field(min_length=1, max_length=_MAX_TEXT)
    thread: str | None = None

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Send it; returns its `ts`."""
        text = typed(self.text, names_typed(workspace))
        return {"ts": await workspace.say(me.id, self.channel, text, self.thread)}


class Edit(Deed):
    """Change one's own message."""

    name = "edit"
    channel: str
    ts: str
    text: str = Field(min_length=1, max_length=_MAX_TEXT)

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Change it."""
        await workspace.edit_message(me.id, self.channel, self.ts, typed(self.text, names_typed(workspace)))
        return {}


class Delete(Deed):
    """Delete one's own message."""

    name = "delete"
    channel: str
    ts: str

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Delete it."""
        await workspace.delete_message(me.id, self.channel, self.ts)
        return {}


class Dismiss(Deed):
    """Put away an ephemeral message."""

    name = "dismiss"
    channel: str
    ts: str

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Put it away, if it is this person's."""
        message = workspace.conversations.ephemeral(self.channel, self.ts)
        if message is not None and message.ephemeral_for == me.id:
            workspace.remove(message)
        return {}


class React(Deed):
    """Add a reaction to a message, or take one's own away; `emoji` is its name without colons."""

    name = "react"
    channel: str
    ts: str
    emoji: str = Field(pattern=r"^[a-z0-9_+-]{1,60}$")

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Do whichever of the two it is."""
        await workspace.react(me.id, self.channel, self.ts, self.emoji)
        return {}


class Command(Deed):
    """Use a slash command; `text` is what follows it, as typed."""

    name = "command"
    channel: str
    command: str
    text: str = Field(default="", max_length=_MAX_TEXT)

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Send it and wait for the app's acknowledgement."""
        await workspace.command(me.id, self.channel, self.command, self.text)
        return {}


class Press(Deed):
    """Use an element of a message, or with `view` of a modal or Home; the other fields are `Workspace.press`'s."""

    name = "press"
    channel: str | None = None
    ts: str | None = None
    view: str | None = None
    action: str
    block: str | None = None
    value: str | None = None
    chosen: dict[str, Any] = {}
    values: dict[str, Any] = {}

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Use it and wait for the app's acknowledgement."""
        used: dict[str, Any] = {
            "action_id": self.action,
            "block_id": self.block or None,
            "value": self.value,
            "chosen": self.chosen,
            "values": self.values,
        }
        if self.view is not None:
            await workspace.press_in_view(me.id, view_id=self.view, **used)
        else:
            await workspace.press(me.id, channel=self.channel or "", ts=self.ts or "", **used)
        return {}


class Submit(Deed):
    """Submit a modal with {block_id: {action_id: {"type", "value" or "selected_…"}}}."""

    name = "submit"
    view: str
    values: dict[str, dict[str, dict[str, Any]]]

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Submit it; returns `errors` by block or `trouble`, or nothing when the app took it."""
        return {**(await workspace.submit(me.id, self.view, self.values) or {})}


class Close(Deed):
    """Close a modal."""

    name = "close"
    view: str

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Close it."""
        await workspace.close(me.id, self.view)
        return {}


class OpenHome(Deed):
    """Open one of the app's tabs; `viewing` is the channel one comes from."""

    name = "open_home"
    tab: str
    viewing: str | None = None

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Tell the app."""
        await workspace.open_home(me.id, self.tab, self.viewing)
        return {}


class Shortcut(Deed):
    """Use a global shortcut in the channel one is in, or with `ts` a message shortcut on that message."""

    name = "shortcut"
    callback_id: str
    channel: str | None = None
    ts: str | None = None

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Use it and wait for the app's acknowledgement."""
        if self.ts is None:
            await workspace.shortcut(me.id, self.callback_id, self.channel)
        else:
            await workspace.message_shortcut(me.id, self.callback_id, channel=self.channel or "", ts=self.ts)
        return {}


class Stop(Deed):
    """Press Slack's Stop button under a thread the app is working in."""

    name = "stop"
    channel: str
    thread: str

    async def perform(self, workspace: Workspace, me: User) -> Answer:
        """Tell the app to stop."""
        await workspace.stop_session(me.id, self.channel, self.thread)
        return {}


class OrderFault(Deed):
    """Let the next `times` calls or deliveries at a point fail so: names as in `page_faults`."""

    name = "order_fault"
    fault: str
    point: str
    times: int = Field(default=1, ge=1, le=100)

    async def perform(self, workspace: Workspace, me: User) -> Answer:  # noqa: ARG002  # whoever orders it, it is everybody's
        """Order it."""
        workspace.faults.next(self.point, ordered(self.fault, self.point), times=self.times)
        workspace.changes.publish(Change("faults_changed"))
        return {}


class ClearFaults(Deed):
    """Call off every fault that waits."""

    name = "clear_faults"

    async def perform(self, workspace: Workspace, me: User) -> Answer:  # noqa: ARG002  # whoever orders it, it is everybody's
        """Call them off."""
        workspace.faults.clear()
        workspace.changes.publish(Change("faults_changed"))
        return {}


class ChooseEngine(Deed):
    """Let another engine answer."""

    name = "choose_engine"
    engine: str

    async def perform(self, workspace: Workspace, me: User) -> Answer:  # noqa: ARG002  # whoever orders it, it is everybody's
        """Choose it; returns once it answers."""
        if workspace.engines is None:
            raise NotAllowed("there is no choice of engines here")
        try:
            await workspace.engines.choose(self.engine)
        except KeyError:
            raise NotAllowed(f"there is no engine {self.engine}") from None
        workspace.changes.publish(Change("engine_changed"))
        return {}


DEEDS: dict[str, type[Deed]] = {deed.name: deed for deed in Deed.__subclasses__()}
"""Every deed by the name the page's script calls it."""
