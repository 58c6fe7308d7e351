"""What channels chose. In: a connection and a choice. Out: the choice that holds."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import channel_choices


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """Whether answers to the command are public in a channel, and who chose that."""

    is_public: bool
    changed_by: str


def choose(connection: sa.Connection, team: str, channel: str, choice: ChannelChoice) -> None:
    """Let a choice hold from now on."""
    chosen = {"is_public": choice.is_public, "changed_by": choice.changed_by}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(channel_choices).values(team=team, channel=channel, **chosen)
    key = (channel_choices.c.team, channel_choices.c.channel)
    connection.execute(row.on_conflict_do_update(index_elements=key, set_=chosen))


def choice_of(connection: sa.Connection, team: str, channel: str) -> ChannelChoice | None:
    """What a channel chose; None where it never did."""
    table = channel_choices.c
    found = sa.select(table.is_public, table.changed_by).where(table.team == team, table.channel == channel)
    row = connection.execute(found).first()
    return ChannelChoice(row.is_public, row.changed_by) if row else None
