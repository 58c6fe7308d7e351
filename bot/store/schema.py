"""The tables, and the steps that make them. One row of `interactions` is a question's place in the queue and its entry in the log."""

from typing import Any

import sqlalchemy as sa


class _Words(sa.TypeDecorator[str]):
    """Text that somebody wrote. Halves of a surrogate pair and NUL, which JSON can carry and not every database takes, are replaced."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """What is stored of `value`."""
        if value is None:
            return None
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


metadata = sa.MetaData()

interactions = sa.Table(
    "interactions",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("surface", sa.Text, nullable=False),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("thread_ts", sa.Text, nullable=False),
    sa.Column("message_ts", sa.Text, nullable=False),
    sa.Column("response_url", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("asker", _Words, nullable=False),
    sa.Column("question", _Words, nullable=False),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("until", sa.Text),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("run_after", sa.Float, nullable=False),
    sa.Column("finished_at", sa.Float),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text),
    sa.Column("engine", sa.Text),
    sa.Column("model", sa.Text),
    sa.Column("corpus_digest", sa.Text),
    sa.Column("prompt_digest", sa.Text),
    sa.Column("evidence", sa.JSON),
    sa.Column("draft", _Words),
    sa.Column("answer", sa.JSON),
    sa.Column("text", _Words),
    sa.Column("model_error", _Words),
    sa.Column("tokens", sa.JSON),
    sa.Column("seconds", sa.JSON),
    sa.Column("reply_ts", sa.Text),
    sa.Column("error", _Words),
)
OPEN = sa.text("status IN ('queued', 'running')")
sa.Index("interactions_open", interactions.c.seq, sqlite_where=OPEN, postgresql_where=OPEN)
sa.Index("interactions_conversation", interactions.c.conversation, interactions.c.seq)
# All that the dashboard counts, so that it need not read the long columns of every row.
_FIGURES = sa.Index(
    "interactions_figures", interactions.c.received_at, interactions.c.verdict, interactions.c.status, interactions.c.engine,
    interactions.c.channel, interactions.c.finished_at,
)  # fmt: skip

dedupe_keys = sa.Table(
    "dedupe_keys",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("interaction_id", sa.Text, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("interaction_id", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("is_good", sa.Boolean, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("comment", _Words, nullable=False),
    sa.Column("rated_at", sa.Float, nullable=False),
)

channel_choices = sa.Table(
    "channel_choices",
    metadata,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("is_public", sa.Boolean, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
)

# When somebody last said something in a conversation that was not for the bot.
talk = sa.Table(
    "talk",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, nullable=False),
)

schema_version = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))


def _first(connection: sa.Connection) -> None:
    metadata.create_all(connection, tables=[interactions, dedupe_keys])


def _wanted_and_until(connection: sa.Connection) -> None:
    """What is wanted of a question, for databases from before that was asked."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(interactions.name)}
    if "wanted" not in there:
        connection.execute(sa.text("ALTER TABLE interactions ADD COLUMN wanted TEXT NOT NULL DEFAULT 'answer'"))
        connection.execute(sa.text("ALTER TABLE interactions ADD COLUMN until TEXT"))


def _ratings(connection: sa.Connection) -> None:
    ratings.create(connection, checkfirst=True)


def _channel_choices(connection: sa.Connection) -> None:
    channel_choices.create(connection, checkfirst=True)


def _figures(connection: sa.Connection) -> None:
    _FIGURES.create(connection, checkfirst=True)


def _talk(connection: sa.Connection) -> None:
    talk.create(connection, checkfirst=True)


# Append only: a step that was released never changes.
STEPS = (_first, _wanted_and_until, _ratings, _channel_choices, _figures, _talk)
