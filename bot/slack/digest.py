"""The weekly digest in a channel, posted once a week by whichever process comes first.

In: the store, the workspaces, the hour. Out: messages, each of one workspace's questions, which no other one may read. Questions are anybody's
words: they stand in text elements, which mention and link nothing.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.corpus import Corpus
from bot.errors import BotError, ConfigError, DeliveryError, NotInstalled, StoreError
from bot.insights.digest import Digest, digest_of
from bot.prompts import PromptLibrary, Template
from bot.slack.elements import Block, Rendered, bullets, context, fallback, rich_text, section, shortened, words
from bot.slack.mrkdwn import escape
from bot.slack.refusals import NETWORK, code, may_pass
from bot.slack.tenants import tenants
from bot.slack.workspaces import Workspaces, patient_session
from bot.store import Store

logger = logging.getLogger(__name__)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_SECONDS = 60
LATEST_SECONDS = 86_400  # after its hour: what nobody was there to post by then is left out
LONGEST_QUESTION = 200
METADATA_TYPE = "weekly_digest"


@dataclass(frozen=True, slots=True)
class DigestWords:
    """Renders digests: `template` is prompts/replies/digest.md."""

    template: Template
    corpus: Callable[[], Corpus]

    def message(self, digest: Digest) -> Rendered:
        """As Slack shows it."""
        parts = [section(words(self.template.label("digest_title", since=_day(digest.since), until=_day(digest.until)), bold=True))]
        parts += [section(words(line)) for line in self._counts(digest)]
        if digest.gaps or digest.further:
            parts.append(section(words(self.template.label("digest_gaps"), bold=True)))
            parts.append(bullets(section(*gap) for gap in self._gaps(digest)))
        if cited := list(self._cited(digest)):
            parts.append(section(words(self.template.label("digest_cited"), bold=True)))
            parts.append(bullets(section(words(line)) for line in cited))
        blocks = [rich_text(*_on_lines_of_their_own(parts)), context([self.template.label("digest_more")])]
        return Rendered(fallback(escape(self.text(digest))), blocks)

    def text(self, digest: Digest) -> str:
        """As plain words."""
        lines = [self.template.label("digest_title", since=_day(digest.since), until=_day(digest.until)), *self._counts(digest)]
        if digest.gaps or digest.further:
            lines += [self.template.label("digest_gaps"), *("- " + "".join(piece["text"] for piece in gap) for gap in self._gaps(digest))]
        if cited := list(self._cited(digest)):
            lines += [self.template.label("digest_cited"), *(f"- {line}" for line in cited)]
        return "\n".join(lines)

    def _counts(self, digest: Digest) -> Iterator[str]:
        if not digest.asked:
            yield self.template.label("digest_nothing")
            return
        yield self.template.label("digest_asked", count=digest.asked, askers=digest.askers, percent=digest.percent)
        if digest.voted_down:
            yield self.template.label("digest_voted_down", count=digest.voted_down)

    def _gaps(self, digest: Digest) -> Iterator[list[Block]]:
        for gap in digest.gaps:
            yield [
                words(shortened(gap.examples[0], LONGEST_QUESTION), italic=True),
                words(" " + self.template.label("digest_times", count=gap.asked)),
            ]
        if digest.further:
            yield [words(self.template.label("digest_further", count=digest.further))]

    def _cited(self, digest: Digest) -> Iterator[str]:
        for id_, count in (digest.cited or {}).items():
            document = self.corpus().document(id_)
            yield self.template.label("digest_document", title=document.label if document else id_, count=count)


class WeeklyDigest:
    """Posts the digest of `team`, one of the `workspaces`, into `channel` every week at `at`, "mon 9" (UTC)."""

    def __init__(  # what it is made of, where it goes, and when
        self,
        *,
        store: Store,
        workspaces: Workspaces,
        shown: DigestWords,
        team: str,
        channel: str,
        at: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._workspaces = workspaces
        self._shown = shown
        self._team = team
        self._channel = channel
        self._at = at
        self._clock = clock

    async def run(self) -> None:
        """Look every minute, until cancelled."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                logger.warning("The digest waits for the database: %s", error)
            except DeliveryError as error:
                logger.warning("The digest could not be posted (%s); it is tried again", error)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> bool:
        """Post the digest that is due and that nobody posted; whether there was one."""
        due = due_before(self._clock(), self._at)
        if self._clock() - due > LATEST_SECONDS:
            return False
        claims = await asyncio.to_thread(self._store.claim_digest, self._team, self._channel, due)
        if claims is None:
            return False
        try:
            with may_pass():
                client = (await self._workspaces.of(self._team)).client
                if not claims or not await self._stands(client, due):
                    await self._post(client, due)
        except (SlackApiError, NotInstalled) as error:
            logger.warning(
                "The digest cannot be posted to %s of %s (%s). Please correct DIGEST_CHANNEL, or invite the bot.",
                self._channel, self._team, code(error),
            )  # fmt: skip
        await asyncio.to_thread(self._store.close_digest, self._team, self._channel, due)
        return True

    async def _post(self, client: AsyncWebClient, due: int) -> None:
        digest = await asyncio.to_thread(digest_of, self._store, self._team, float(due))
        await post(client, self._channel, self._shown.message(digest), due)

    async def _stands(self, client: AsyncWebClient, due: int) -> bool:
        """Whether whoever claimed it before came as far as posting it."""
        history = await client.conversations_history(channel=self._channel, oldest=str(due), include_all_metadata=True, limit=200)
        found = (message.get("metadata") or {} for message in history.get("messages") or [])
        return any(each.get("event_type") == METADATA_TYPE and each.get("event_payload", {}).get("due") == due for each in found)


async def post_now(settings: Settings, store: Store, prompts: PromptLibrary, shown: DigestWords, until: float) -> None:
    """Post the seven days before `until` of each workspace to its channel. Raises BotError where that cannot be done."""
    if not settings.digest_channel:
        raise BotError("There is no DIGEST_CHANNEL. Please set it in .env.")
    async with patient_session() as session, tenants(settings, store, prompts, session) as served:
        for team, channel in destinations(settings, served.workspaces.team):
            try:
                client = (await served.workspaces.of(team)).client
                digest = await asyncio.to_thread(digest_of, store, team, until)
                await post(client, channel, shown.message(digest), int(until))
            except (SlackApiError, NotInstalled, DeliveryError, *NETWORK) as error:
                raise BotError(f"The digest could not be posted to {channel} of {team} ({code(error)}).") from None


def destinations(settings: Settings, only: str | None) -> list[tuple[str, str]]:
    """The workspace and the channel of each digest; `only` is the workspace that is served, None for those that installed the app.

    Raises ConfigError for a channel of which nobody knows the workspace, or that is another one's.
    """
    named = [each.rpartition(":")[::2] for each in sorted(settings.digest_channel)]
    if only is None and not all(team for team, _ in named):
        raise ConfigError(
            "Where workspaces install the app by themselves, DIGEST_CHANNEL must name them too: TEAM:CHANNEL, both by their ids."
        )
    if only is not None and any(team not in {"", only} for team, _ in named):
        raise ConfigError(f"DIGEST_CHANNEL names another workspace than {only}, to which SLACK_BOT_TOKEN belongs.")
    return [(team or only or "", channel) for team, channel in named]


async def post(client: AsyncWebClient, channel: str, message: Rendered, due: int) -> None:
    """Post a digest, marked with when it was due."""
    await client.chat_postMessage(
        channel=channel, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False,
        metadata={"event_type": METADATA_TYPE, "event_payload": {"due": due}},
    )  # fmt: skip


def due_before(now: float, at: str) -> int:
    """The last time, seconds since the epoch, at which it was `at`, "mon 9" (UTC), that weekday and full hour."""
    weekday, hour = at.split()
    today = datetime.fromtimestamp(now, UTC).replace(minute=0, second=0, microsecond=0)
    due = today.replace(hour=int(hour)) - timedelta(days=(today.weekday() - WEEKDAYS.index(weekday)) % 7)
    return int((due if due.timestamp() <= now else due - timedelta(days=7)).timestamp())


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _on_lines_of_their_own(parts: list[Block]) -> Iterator[Block]:
    """Slack sets two paragraphs of a rich text on one line unless the first ends with a line break."""
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        is_before_another = following is not None and part["type"] == following["type"] == "rich_text_section"
        yield {**part, "elements": [*part["elements"], words("\n")]} if is_before_another else part
