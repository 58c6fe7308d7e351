"""Questions as messages: edited, deleted, and asked among people who also talk to each other.

A message that is edited is a further row, a deleted one too: the log forgets nothing that was asked, and the queue keeps their order.
"""

import sqlalchemy as sa

from bot.questions import Question, Wanted
from bot.store.corrections import corrections_of
from bot.store.database import Database
from bot.store.schema import dedupe_keys, interactions, talk


class Threads(Database):
    """What is known of messages and the threads they stand in."""

    def asked_in(self, channel: str, ts: str) -> sa.RowMapping | None:
        """The newest version of the question that this message is; None where it was none, or longer ago than deliveries are remembered."""
        known = sa.select(dedupe_keys.c.interaction_id).where(dedupe_keys.c.key == message_key(channel, ts))
        with self._reading() as connection:
            first = connection.execute(sa.select(interactions).where(interactions.c.id == known.scalar_subquery())).mappings().first()
            if first is None:
                return None
            versions = sa.select(interactions).where(_same_message(first["conversation"], first["message_ts"]))
            return connection.execute(versions.order_by(interactions.c.seq.desc()).limit(1)).mappings().first()

    def earlier(self, question: Question) -> tuple[bool, str]:
        """Whether there are earlier versions of a question, and the messages that stand of the reply to them and of what corrects it."""
        if not question.place.conversation or not question.place.message_ts:
            return False, ""
        which = {"of_conversation": question.place.conversation, "of_ts": question.place.message_ts, "of_id": question.id}
        with self._reading() as connection:
            versions = connection.execute(_EARLIER, which).all()
            corrections = corrections_of(connection, [version.id for version in versions])
        replies = (next((version.reply_ts for version in versions if version.reply_ts), ""), *(row["reply_ts"] for row in corrections))
        return bool(versions), " ".join(filter(None, replies))

    def supersede(self, question: Question) -> None:
        """The earlier versions of a question no longer count; nor, where it was taken back, does it itself."""
        status = "withdrawn" if question.wanted is Wanted.WITHDRAWAL else "replaced"
        before = _before(question)
        with self._writing() as connection:
            versions = connection.execute(sa.select(interactions.c.id).where(before)).scalars().all()
            ids = [*versions, *(row["id"] for row in corrections_of(connection, versions))]
            self._unlog(connection, sa.and_(interactions.c.id.in_(ids), interactions.c.status == "queued"))
            closed = sa.update(interactions).where(interactions.c.id.in_(ids), interactions.c.status != "running")
            connection.execute(closed.values(status=status))
            if question.wanted is Wanted.WITHDRAWAL:
                self._unlog(connection, interactions.c.id == question.id)
                own = sa.update(interactions).where(interactions.c.id == question.id)
                connection.execute(own.values(status=status, finished_at=self._clock()))

    def last_asked(self, conversation: str) -> sa.RowMapping | None:
        """The newest question of a conversation that somebody asked."""
        asked = (interactions.c.conversation == conversation, interactions.c.corrects == "")
        chosen = sa.select(interactions).where(*asked).order_by(interactions.c.seq.desc()).limit(1)
        with self._reading() as connection:
            return connection.execute(chosen).mappings().first()

    def heard(self, conversation: str, ts: str) -> None:
        """Somebody said something in the conversation that was not for the bot."""
        with self._writing() as connection:
            fresh = self._insert_new(talk).returning(talk.c.conversation)
            if not connection.execute(fresh, {"conversation": conversation, "ts": ts}).first():
                connection.execute(sa.update(talk).where(talk.c.conversation == conversation, talk.c.ts < ts).values(ts=ts))

    def last_heard(self, conversation: str) -> str:
        """When that was, as Slack's ts; "" if never."""
        with self._reading() as connection:
            return connection.execute(sa.select(talk.c.ts).where(talk.c.conversation == conversation)).scalar() or ""


def message_key(channel: str, ts: str) -> str:
    """The dedupe key that every delivery of a message shares."""
    return f"message:{channel}:{ts}"


def _same_message(conversation: object, ts: object) -> sa.ColumnElement[bool]:
    return sa.and_(interactions.c.conversation == conversation, interactions.c.message_ts == ts)


def _before(question: Question) -> sa.ColumnElement[bool]:
    own = sa.select(interactions.c.seq).where(interactions.c.id == question.id).scalar_subquery()
    return sa.and_(_same_message(question.place.conversation, question.place.message_ts), interactions.c.seq < own)


# Made once, as every question asks it.
_EARLIER = (
    sa.select(interactions.c.id, interactions.c.reply_ts)
    .where(_same_message(sa.bindparam("of_conversation"), sa.bindparam("of_ts")))
    .where(interactions.c.seq < sa.select(interactions.c.seq).where(interactions.c.id == sa.bindparam("of_id")).scalar_subquery())
    .order_by(interactions.c.seq.desc())
)
