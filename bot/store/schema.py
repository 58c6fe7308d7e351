"""The tables, and the steps that make them. One row of `interactions` is a question's place in the queue and its entry in the log."""

from collections import Counter
from collections.abc import Mapping
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
    sa.Column("retries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("started_at", sa.Float),
    sa.Column("worker", sa.Text),
    sa.Column("lease_token", sa.Text),
    sa.Column("lease_until", sa.Float),
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
    sa.Column("interrupted", sa.Text),
    sa.Column("corrects", sa.Text, nullable=False, server_default=""),
    sa.Column("history", sa.JSON(none_as_null=True)),
    sa.Column("input_tokens", sa.Integer),
    sa.Column("cached_tokens", sa.Integer),
    sa.Column("output_tokens", sa.Integer),
)
# Literals, not parameters: a partial index serves only a query that shows its condition.
OPEN = sa.text("status IN ('queued', 'running')")
RUNNING = sa.text("status = 'running'")
sa.Index("interactions_open", interactions.c.seq, sqlite_where=OPEN, postgresql_where=OPEN)
sa.Index("interactions_conversation", interactions.c.conversation, interactions.c.seq)
# All that the dashboard counts, so that it need not read the long columns of every row.
_FIGURES = sa.Index(
    "interactions_figures", interactions.c.received_at, interactions.c.verdict, interactions.c.status, interactions.c.engine,
    interactions.c.channel, interactions.c.finished_at, interactions.c.input_tokens, interactions.c.cached_tokens,
    interactions.c.output_tokens, interactions.c.seq,
)  # fmt: skip
CORRECTING = sa.text("corrects <> ''")
_CORRECTIONS = sa.Index("interactions_corrects", interactions.c.corrects, sqlite_where=CORRECTING, postgresql_where=CORRECTING)
IN_CONVERSATION = sa.text("status = 'running' AND conversation <> ''")
LATER_INDEXES = (
    # The safety net below the claims: whatever goes wrong above it, a conversation is answered one question at a time.
    sa.Index(
        "interactions_one_at_a_time",
        interactions.c.conversation,
        unique=True,
        sqlite_where=IN_CONVERSATION,
        postgresql_where=IN_CONVERSATION,
    ),
    sa.Index("interactions_running", interactions.c.asker, sqlite_where=RUNNING, postgresql_where=RUNNING),
    sa.Index("interactions_asker", interactions.c.asker, interactions.c.received_at),
)

# What answers are made of, to be counted by the thousands without reading them: `kind` "cited" with a document's id for `name`, or
# "withheld" with a rule's. `citations` says in which state of a document, and is asked for one document at a time.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
_CONTENTS_OF = sa.Index("contents_of", contents.c.seq)

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

# Which documents an answer cites, and in which state each was when the answer's quotes were last known to stand in it ("": not known). It finds
# the answers that a changed document concerns without reading the others. `handled` is the state whose difference was dealt with by a correction.
citations = sa.Table(
    "citations",
    metadata,
    sa.Column("interaction_id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("handled", sa.Text, nullable=False, server_default=""),
    sa.Index("citations_documents", "document", "digest"),
)

# Approved answers. None of them names who asked.
pins = sa.Table(
    "pins",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("key", _Words, nullable=False),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("question", _Words, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),
    sa.Column("pinned_by", sa.Text, nullable=False),
    sa.Column("pinned_at", sa.Float, nullable=False),
    sa.Column("changed", sa.Text, nullable=False),
    sa.Column("changed_at", sa.Float),
    sa.Index("pins_key", "key"),
)

# When somebody last said something in a conversation that was not for the bot.
talk = sa.Table(
    "talk",
    metadata,
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("ts", sa.Text, nullable=False),
)

# Which digest was claimed, and which is done with; `due` in seconds since the epoch.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("due", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("claims", sa.Integer, nullable=False),
    sa.Column("claimed_until", sa.Float, nullable=False),
    sa.Column("is_closed", sa.Boolean, nullable=False, server_default=sa.false()),
)

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("tokens", sa.Integer, nullable=False),
)

# The app in a workspace (`id` is the team's) or in a whole organisation (`id` is the enterprise's). Tokens are sealed: bot/sealing.py.
installations = sa.Table(
    "installations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("enterprise", sa.Text, nullable=False),
    sa.Column("name", _Words, nullable=False),
    sa.Column("app", sa.Text, nullable=False),
    sa.Column("bot_user", sa.Text, nullable=False),
    sa.Column("bot", sa.Text, nullable=False),
    sa.Column("installer", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("refresh_token", sa.Text),
    sa.Column("expires_at", sa.Float),
    sa.Column("refreshing_until", sa.Float, nullable=False),
    sa.Column("installed_at", sa.Float, nullable=False),
)

# Which installation serves a workspace: its own, or its organisation's.
workspaces = sa.Table(
    "workspaces",
    metadata,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("installation", sa.Text, nullable=False, index=True),
)

# An installation that was begun and not ended: digests of the state that Slack hands back, and of the browser's cookie.
oauth_states = sa.Table(
    "oauth_states",
    metadata,
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
)

schema_version = sa.Table("schema_version", metadata, sa.Column("version", sa.Integer, primary_key=True))


def _first(connection: sa.Connection) -> None:
    metadata.create_all(connection, tables=[interactions, dedupe_keys])


def _wanted_and_until(connection: sa.Connection) -> None:
    """What is wanted of a question, for databases from before that was asked."""
    _add_columns(connection, {"wanted": "TEXT NOT NULL DEFAULT 'answer'", "until": "TEXT"})


def _leases_and_spending(connection: sa.Connection) -> None:
    """Who answers what and until when, for databases from when one process at a time did; and what models used."""
    leases = {"worker": "TEXT", "lease_token": "TEXT", "lease_until": "FLOAT"}
    _add_columns(connection, {"retries": "INTEGER NOT NULL DEFAULT 0", "started_at": "FLOAT", **leases})
    connection.execute(sa.text("UPDATE interactions SET lease_until = 0 WHERE status = 'running' AND lease_until IS NULL"))
    for index in LATER_INDEXES:
        index.create(connection, checkfirst=True)
    spending.create(connection, checkfirst=True)


def _add_columns(connection: sa.Connection, columns: Mapping[str, str], table: sa.Table = interactions) -> None:
    """Add what is not there: the first step makes today's table, so a new database has them all."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
    for name, kind in columns.items():
        if name not in there:
            connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {name} {kind}"))


def _ratings(connection: sa.Connection) -> None:
    ratings.create(connection, checkfirst=True)


def _channel_choices(connection: sa.Connection) -> None:
    channel_choices.create(connection, checkfirst=True)


def _figures(connection: sa.Connection) -> None:
    """Its index is made anew by `_contents`, which gives it further columns."""


def contents_of(answer: Mapping[str, Any]) -> list[dict[str, object]]:
    """The rows of `contents` for a stored answer, without `seq`: each document once, however often it is quoted; a rule as often as it withheld."""
    cited = {citation["document"] for claim in answer["claims"] for citation in claim["citations"]}
    withheld = Counter(rule for claim in answer["withheld"] for rule in {reason.partition(":")[0] for reason in claim["reasons"]})
    counted = [("cited", document, 1) for document in sorted(cited)] + [
        ("withheld", rule, count) for rule, count in sorted(withheld.items())
    ]
    return [{"kind": kind, "name": name, "count": count} for kind, name, count in counted]


def _contents(connection: sa.Connection) -> None:
    """What the dashboard counts, beside the answers; taken out of those that were stored without it."""
    tokens = ("input", "cached", "output")
    _add_columns(connection, {"history": "JSON", **{f"{kind}_tokens": "INTEGER" for kind in tokens}})
    _FIGURES.drop(connection, checkfirst=True)
    contents.create(connection, checkfirst=True)
    connection.execute(sa.delete(contents))
    last = 0
    while rows := connection.execute(_answered.where(interactions.c.seq > last)).all():
        last = rows[-1].seq
        used = [{"at": row.seq, **{f"{kind}_tokens": (row.tokens or {}).get(kind) for kind in tokens}} for row in rows]
        connection.execute(sa.update(interactions).where(interactions.c.seq == sa.bindparam("at")), used)
        if made_of := [{"seq": row.seq, **each} for row in rows if row.answer for each in contents_of(row.answer)]:
            connection.execute(sa.insert(contents), made_of)
    _FIGURES.create(connection)


_answered = (
    sa.select(interactions.c.seq, interactions.c.answer, interactions.c.tokens)
    .where(interactions.c.verdict.is_not(None), interactions.c.answer.is_not(None))
    .order_by(interactions.c.seq)
    .limit(1_000)
)


def _talk(connection: sa.Connection) -> None:
    talk.create(connection, checkfirst=True)


def _installations(connection: sa.Connection) -> None:
    for table in (installations, workspaces, oauth_states):
        table.create(connection, checkfirst=True)


def _citations(connection: sa.Connection) -> None:
    """What answers cite, for databases from before that was kept; in which state nobody knows."""
    citations.create(connection, checkfirst=True)
    last = 0
    while rows := connection.execute(_cited_after(last)).all():
        last = rows[-1].seq
        cited = {(row.id, c["document"]) for row in rows for claim in (row.answer or {}).get("claims", ()) for c in claim["citations"]}
        if cited:
            kept = [{"interaction_id": id_, "document": document, "digest": ""} for id_, document in sorted(cited)]
            connection.execute(sa.insert(citations), kept)


def _cited_after(seq: int) -> sa.Select[tuple[int, str, Any]]:
    columns = sa.select(interactions.c.seq, interactions.c.id, interactions.c.answer)
    return (
        columns.where(interactions.c.seq > seq, interactions.c.verdict.in_(("answered", "partial"))).order_by(interactions.c.seq).limit(500)
    )


def _interrupted(connection: sa.Connection) -> None:
    _add_columns(connection, {"interrupted": "TEXT"})


def _corrections(connection: sa.Connection) -> None:
    """What corrects what, and which changes were dealt with."""
    _add_columns(connection, {"corrects": "TEXT NOT NULL DEFAULT ''"})
    _add_columns(connection, {"handled": "TEXT NOT NULL DEFAULT ''"}, citations)
    _CORRECTIONS.create(connection, checkfirst=True)


def _pins(connection: sa.Connection) -> None:
    pins.create(connection, checkfirst=True)


def _digests(connection: sa.Connection) -> None:
    digests.create(connection, checkfirst=True)


# Append only: a step that was released never changes.
STEPS = (
    _first, _wanted_and_until, _ratings, _channel_choices, _figures, _talk, _leases_and_spending, _installations, _citations, _interrupted,
    _corrections, _contents, _pins, _digests,
)  # fmt: skip
