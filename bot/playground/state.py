"""What a Slack workspace is made of, and what becomes of it when a message is posted, changed or removed: changes to follow, events to the app.

In: messages and events, from what people do (`workspace`) and from what the app does (`web_api`). Out: the state to read, a feed of changes, and
records of every call and delivery. No HTTP here.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any, TypeVar

from bot.playground import payloads
from bot.playground.beside import Beside
from bot.playground.changes import Change, ChangeFeed, ChangeKind, Subscription
from bot.playground.conversations import DIRECT, TOMBSTONE, Channel, Conversations, Message, User
from bot.playground.deliveries import Dispatcher
from bot.playground.engines import Engines
from bot.playground.faults import Faults
from bot.playground.inhabitants import SLACKBOT, channels_of, people_of
from bot.playground.installation import Installation
from bot.playground.notices import Notice
from bot.playground.records import Records
from bot.playground.response_urls import ResponseUrls
from bot.playground.streams import Streams
from bot.playground.threads import Session, Status, SuggestedPrompts, Threads
from bot.playground.timings import Timings
from bot.playground.triggers import Triggers
from bot.playground.views import View, Views

T = TypeVar("T")


class State:
    """One workspace with one app installed. Everything runs in one event loop; nothing here is thread-safe."""

    def __init__(
        self,
        manifest: Mapping[str, Any] | None = None,
        *,
        timings: Timings | None = None,
        clock: Callable[[], float] = time.time,
        installation: Installation | None = None,
    ) -> None:
        """Take in the app's manifest (None: an app granted and subscribed to everything the playground knows).

        Args:
            manifest: the app manifest as a dict, as Slack's manifest schema v1 has it.
            timings: how long Slack waits for what, in seconds; default Slack's own.
            clock: the time now, seconds since the epoch; for tests that travel in time.
            installation: instead of a manifest, the app as another workspace has it.
        """
        self.timings = timings or Timings()
        self.clock = clock
        self.installation = installation or Installation.from_manifest(manifest)
        inhabitants = people_of(self.installation), channels_of(self.installation)
        self.conversations = Conversations(*inhabitants, clock, first=1 if installation is None else 5_000_001)
        self.views = Views()
        self.threads = Threads(clock, self.timings.status_lifetime)
        self.streams = Streams(clock, self.timings.stream_lifetime)
        self.triggers = Triggers(clock, self.timings.trigger_lifetime)
        self.response_urls = ResponseUrls(clock, self.timings.response_url_lifetime, self.installation.team_id)
        self.changes = ChangeFeed()
        self.records = Records()
        self.faults = Faults()
        self.dispatcher = Dispatcher(self.timings, self.faults, self.records, self.changes)
        self.engines: Engines | None = None  # set by the program that runs the app, for the page to choose from
        self.beside: Beside | None = None  # set likewise, for the page to lead to
        self._notices: list[Notice] = []
        self._timers: list[asyncio.TimerHandle] = []

    # --- who and where ------------------------------------------------------------------------------------------------

    @property
    def you(self) -> User:
        """The person at the page."""
        return self.conversations.users[f"U0{self.installation.code}YOU1"]

    @property
    def bot_user(self) -> User:
        """The app's bot user."""
        return self.conversations.users[self.installation.bot_user_id]

    @property
    def people(self) -> list[User]:
        """Everybody who is not a bot, the person at the page first."""
        return [user for user in self.conversations.users.values() if not user.is_bot]

    def user(self, user_id: str) -> User | None:
        """The user of that id."""
        return self.conversations.users.get(user_id)

    def is_ours(self, user_id: str) -> bool:
        """Whether that user is of this workspace; of another organisation (Slack Connect) otherwise."""
        return self.conversations.users[user_id].team_id == self.installation.team_id

    def channel(self, name_or_id: str) -> Channel:
        """The channel of that id or name; KeyError if there is none."""
        if channel := self.conversations.channel(name_or_id):
            return channel
        raise KeyError(name_or_id)

    def im(self, user: str) -> Channel:
        """The direct messages of that person with the app (its Messages tab)."""
        return self.conversations.im(user, self.installation.bot_user_id)

    def group(self, *users: str) -> Channel:
        """The group direct messages of these people with the app."""
        return self.conversations.group({*users, self.installation.bot_user_id})

    def add_user(self, user: User) -> User:
        """Bring a person in; one whose team_id is not ours is from another organisation (Slack Connect)."""
        self.conversations.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        """Open a channel."""
        self.conversations.channels[channel.id] = channel
        return channel

    # --- reading ------------------------------------------------------------------------------------------------------

    def channels_for(self, user: str) -> list[Channel]:
        """The channels that person is in, their direct messages last; a stranger has none with the app."""
        if self.is_ours(user):
            self.im(user)
        mine = [each for each in self.conversations.channels.values() if user in each.members]
        return sorted(mine, key=lambda each: ("mpim", "im").index(each.kind) if each.kind in DIRECT else -1)

    def messages(self, channel: str, *, viewer: str) -> list[Message]:
        """What the viewer sees in the channel, oldest first: roots, broadcast replies and their own ephemerals."""
        return self.conversations.roots(channel, viewer=viewer)

    def thread(self, channel: str, thread_ts: str, *, viewer: str) -> list[Message]:
        """The thread as the viewer sees it: root first, replies, their own ephemerals in it."""
        return self.conversations.thread(channel, thread_ts, viewer=viewer)

    def message(self, channel: str, ts: str) -> Message | None:
        """The message at that ts, whoever sees it."""
        return self.conversations.message(channel, ts) or self.conversations.ephemeral(channel, ts)

    def open_views(self, user: str) -> list[View]:
        """The person's modals, the one on top last."""
        return self.views.stack(user)

    def home(self, user: str) -> View | None:
        """What the app published to that person's Home."""
        return self.views.home(user)

    def status(self, channel: str, thread_ts: str) -> Status | None:
        """The status line under the thread."""
        return self.threads.status((channel, thread_ts))

    def session(self, channel: str, thread_ts: str) -> Session | None:
        """The agent's session in the thread."""
        return self.threads.sessions.get((channel, thread_ts))

    def stoppable(self, channel: str, thread_ts: str) -> bool:
        """Whether Slack shows its Stop button: a session at work, of an app that listens for the stop."""
        session = self.session(channel, thread_ts)
        return bool(session and session.status == "processing" and self.installation.hears("agent_session_stopped"))

    def title(self, channel: str, thread_ts: str) -> str | None:
        """The thread's title, as the app set it."""
        return self.threads.titles.get((channel, thread_ts))

    def suggested_prompts(self, channel: str, thread_ts: str | None = None) -> SuggestedPrompts | None:
        """The prompts the app suggests in the DM or thread; at first those of its manifest."""
        return self.threads.prompts(channel, thread_ts) or self.installation.opening_prompts

    def notices(self, user: str) -> list[Notice]:
        """What Slack itself told that person, oldest first."""
        return [notice for notice in self._notices if notice.user == user]

    # --- changes ------------------------------------------------------------------------------------------------------

    def subscribe(self) -> AbstractContextManager[Subscription]:
        """`with workspace.subscribe() as changes: async for change in changes: …`; ends when the workspace closes."""
        return self.changes.subscribe()

    async def until(self, condition: Callable[[], T | None], timeout: float = 5.0) -> T:  # noqa: ASYNC109  # a test's patience
        """Wait until `condition()` is truthy, and return what it gave; TimeoutError after `timeout` seconds.

        It is asked again at every change, and every 50 ms for what an app keeps to itself.
        """
        with self.subscribe() as changes:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(anext(changes), 0.05)
        return value

    async def delivered(self) -> None:
        """Wait until every event sent so far was acknowledged or given up."""
        await self.dispatcher.idle()

    # --- for whatever happens: what people do, and what the app does -----------------------------------------------------

    def publish(self, kind: ChangeKind, message: Message) -> None:
        """Tell the subscribers that this message moved."""
        self.changes.publish(Change(kind, message.channel, message.ts, message.thread_ts, user=message.ephemeral_for))

    def post(self, message: Message) -> None:
        """Put a message up, tell the subscribers, and send the app its events."""
        self.conversations.add(message)
        if message.ephemeral_for is not None:
            self.publish("ephemeral_posted", message)
            return
        if message.user == self.installation.bot_user_id:
            self._app_spoke(message)
        self.publish("message_posted", message)
        for event in payloads.posted_events(self, message):
            self.send_event(message.channel, event, message)

    def changed(self, message: Message, previous: Message) -> None:
        """Tell everyone that a posted message is not what it was."""
        if message.ephemeral_for is not None:
            self.publish("ephemeral_changed", message)
            return
        self.publish("message_changed", message)
        self.send_event(message.channel, payloads.changed_event(self, message, previous), message)

    def remove(self, message: Message) -> None:
        """Take a message down and tell everyone. One with replies leaves a tombstone until the last of them is gone (slack-edge #10)."""
        if message.reply_count and message.subtype != TOMBSTONE:
            previous = self.conversations.snapshot(message)
            message.entomb(SLACKBOT)
            self.changed(message, previous)
            return
        self.conversations.remove(message)
        if message.ephemeral_for is not None:
            self.publish("ephemeral_deleted", message)
            return
        self.publish("message_deleted", message)
        self.send_event(message.channel, payloads.deleted_event(self, message), message)
        root = self.conversations.message(message.channel, message.root_ts)
        if root is not None and root.subtype == TOMBSTONE and not root.reply_count:
            self.remove(root)

    def send_event(self, channel: str | None, event: dict[str, Any], about: Message | None = None) -> None:
        """Send an event if the app is subscribed to it and may see the channel."""
        if payloads.app_hears(self, channel, event):
            self.dispatcher.send_event(payloads.event_callback(self, channel, event, about))

    def notify(self, notice: Notice) -> None:
        """Show a person a notice of Slack's own."""
        self._notices.append(notice)
        self.changes.publish(Change("notice_shown", notice.channel, notice.ts, user=notice.user, view_id=notice.view_id))

    def slackbot_says(self, user: str, channel: str, text: str) -> None:
        """Show a person an ephemeral message from Slackbot."""
        ts = self.conversations.timestamps.next()
        self.post(Message(channel, ts, SLACKBOT, text, ephemeral_for=user))

    def after(self, seconds: float, call: Callable[[], None]) -> None:
        """Do something later, unless the workspace closes first."""
        self._timers.append(asyncio.get_running_loop().call_later(seconds, call))

    async def shut_down(self) -> None:
        """Stop deliveries and timers, and end every subscription."""
        for timer in self._timers:
            timer.cancel()
        await self.dispatcher.close()
        self.changes.close()

    def _app_spoke(self, message: Message) -> None:
        key = (message.channel, message.root_ts)
        if self.threads.clear_status(key):
            self.changes.publish(Change("status_changed", message.channel, thread_ts=message.root_ts))
