"""A Slack workspace in memory: its state, and what people do in it.

In: people's deeds (`say`, `command`, `press`…), from the page or a test, and the app's, from `web_api`. Out: as `state` says.

People and channels are named by id; `workspace.channel("general")` finds an id by name.
"""

from collections.abc import Mapping
from typing import Any

from bot.playground import interactions, modals, people
from bot.playground.changes import Change
from bot.playground.conversations import Channel, Message, User
from bot.playground.elements import Pressed
from bot.playground.modals import SubmitResult
from bot.playground.notices import Notice
from bot.playground.records import ApiCall, Delivery
from bot.playground.refusal import NotAllowed
from bot.playground.state import State
from bot.playground.threads import Session, Status, SuggestedPrompts
from bot.playground.timings import Timings
from bot.playground.views import View

__all__ = [
    "ApiCall",
    "Change",
    "Channel",
    "Delivery",
    "Message",
    "NotAllowed",
    "Notice",
    "Session",
    "Status",
    "SubmitResult",
    "SuggestedPrompts",
    "Timings",
    "User",
    "View",
    "Workspace",
]


class Workspace(State):
    """A workspace that people are in: each method is something one of them does."""

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message as a person; its ts. Events follow in the background.

        `text` is as Slack keeps it: a mention is `<@U…>`, and other `&`, `<`, `>` are `&amp;`, `&lt;`, `&gt;`.

        Raises:
            NotAllowed: the person is not in the channel, or there is no such thread.
        """
        return people.say(self, user, channel, text, thread_ts)

    async def edit_message(self, user: str, channel: str, ts: str, text: str) -> None:
        """Edit one's own message. NotAllowed if it is another's."""
        people.edit(self, user, channel, ts, text)

    async def delete_message(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message. NotAllowed if it is another's."""
        people.delete(self, user, channel, ts)

    async def command(self, user: str, channel: str, command: str, text: str = "") -> None:
        """Send a slash command and wait for the app's acknowledgement; trouble is told by an ephemeral from Slackbot.

        There is no thread argument: Slack runs no app's command in a thread (slack.md 1.4).

        Raises:
            NotAllowed: the app has no such command, or the person is not in the channel.
        """
        await interactions.command(self, user, channel, command, text)

    async def press(  # noqa: PLR0913  # all but the person by name, as Slack's payload names them
        self,
        user: str,
        *,
        channel: str,
        ts: str,
        action_id: str,
        block_id: str | None = None,
        value: str | None = None,
        chosen: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Use an interactive element of a message (also of an ephemeral one) and wait for the acknowledgement.

        Args:
            user: who does it.
            channel: the message's channel.
            ts: the message's ts.
            action_id: the element's.
            block_id: needed only where two blocks have the same action_id.
            value: which of two feedback buttons; for other elements their own value is sent.
            chosen: what the element now holds, e.g. {"selected_option": {…}}, {"selected_date": "2026-01-31"}.
            values: what the message's other inputs hold, {block_id: {action_id: {…}}}.

        Raises:
            NotAllowed: there is no such message or element.
        """
        pressed = Pressed(action_id, block_id, value, dict(chosen or {}), dict(values or {}))
        await interactions.press(self, user, channel, ts, pressed)

    async def press_in_view(
        self,
        user: str,
        *,
        view_id: str,
        action_id: str,
        block_id: str | None = None,
        value: str | None = None,
        chosen: Mapping[str, Any] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Use an interactive element of a modal or a Home; `values` is what its inputs hold. As `press` otherwise."""
        pressed = Pressed(action_id, block_id, value, dict(chosen or {}), dict(values or {}))
        await interactions.press_in_view(self, user, view_id, pressed)

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> SubmitResult | None:
        """Submit a modal with {block_id: {action_id: {"type"?, "value" | "selected_…"}}} and wait for the answer.

        Returns:
            None when the app took it (the modal closed, or was updated: see `open_views`); {"errors": {block_id: text}}
            to be shown at the fields; {"trouble": text} when the app did not acknowledge, the modal staying open.
        """
        return await modals.submit(self, user, view_id, values)

    async def close(self, user: str, view_id: str) -> None:
        """Close a modal; the app hears of it if the view has `notify_on_close`."""
        await modals.close_view(self, user, view_id)

    async def open_home(self, user: str, tab: str = "home", viewing: str | None = None) -> None:
        """Open the app's `home` or `messages` tab, coming from the channel `viewing`: app_home_opened. NotAllowed if it has no Home."""
        people.open_home(self, user, tab, viewing)

    async def change_context(self, user: str, channel: str | None, ts: str | None = None) -> None:
        """Look at another channel, or a message of it, or at neither, while the app is open beside it: app_context_changed."""
        people.change_context(self, user, channel, ts)

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add the emoji of that name to a message, or take one's own away: reaction_added, reaction_removed."""
        people.react(self, user, channel, ts, name)

    async def shortcut(self, user: str, callback_id: str, channel: str | None = None) -> None:
        """Use a global shortcut, looking at `channel`, and wait for the acknowledgement. NotAllowed if the app has none of that name."""
        await interactions.global_shortcut(self, user, callback_id, channel)

    async def message_shortcut(self, user: str, callback_id: str, *, channel: str, ts: str) -> None:
        """Use a message shortcut ("More actions") on a message and wait for the acknowledgement."""
        await interactions.message_shortcut(self, user, callback_id, channel, ts)

    async def stop_session(self, user: str, channel: str, thread_ts: str) -> None:
        """Press Slack's own Stop button: agent_session_stopped; further appends answer stopped_by_user."""
        people.stop_session(self, user, channel, thread_ts)

    async def uninstall(self) -> None:
        """Take the app away: its tokens are no good any more, and it hears of that, with `tokens_revoked` first."""
        installation, ts = self.installation, self.conversations.timestamps.next()
        installation.revoked |= {installation.bot_token, *installation.granted}
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [installation.bot_user_id]}, "event_ts": ts}
        self.send_event(None, revoked)
        self.send_event(None, {"type": "app_uninstalled", "event_ts": ts})
        installation.is_installed = False
