"""Where the app is installed, with which token: one row a workspace, or one for a whole organisation and all its workspaces.

In: installations with sealed tokens; what is asked here never sees one in clear. Out: the installation that serves a team. Each change is one
transaction that holds also where several processes, or two callbacks of one installation, come at the same moment.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.errors import StoreError
from bot.sealing import Sealed
from bot.store.database import Database
from bot.store.rows import Row
from bot.store.schema import OPEN, installations, interactions, oauth_states, workspaces

STATE_SECONDS = 600.0  # from the beginning of an installation until Slack must have sent its browser back
MOST_STATES = 10_000  # anybody may begin one: so many at a time, and no more rows


@dataclass(frozen=True, slots=True)
class Installation:
    """The app as one workspace, or one organisation, has it.

    `id` is the team's id, or the enterprise's where the app is installed in the whole organisation; `enterprise` is "" outside one. `bot` is the
    bot's id, `bot_user` its user's. `expires_at` is in seconds since the epoch, None for a token that does not expire.
    """

    id: str
    name: str
    app: str
    bot_user: str
    bot: str
    installer: str
    scopes: tuple[str, ...]
    token: Sealed
    enterprise: str = ""
    refresh_token: Sealed | None = None
    expires_at: float | None = None
    installed_at: float = 0.0

    @property
    def is_of_organisation(self) -> bool:
        """Whether it serves all workspaces of an organisation."""
        return self.id == self.enterprise

    def is_among(self, ids: Collection[str]) -> bool:
        """Whether its workspace or organisation is one of these; of none, any is."""
        return not ids or self.id in ids or self.enterprise in ids


class Installations(Database):
    """What is known of where the app is installed."""

    def install(self, installation: Installation) -> None:
        """Keep an installation, in the place of an earlier one."""
        values = _values(installation) | {"refreshing_until": 0.0, "installed_at": self._clock()}
        with self._writing() as connection:
            _upsert(connection, installations, {"id": installation.id}, values)
            if not installation.is_of_organisation:
                _upsert(connection, workspaces, {"team": installation.id}, {"installation": installation.id})

    def installations(self) -> list[Installation]:
        """All of them, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(installations).order_by(installations.c.installed_at, installations.c.id)).mappings()
            return [_installation(row) for row in rows]

    def installation_of(self, team: str) -> Installation | None:
        """The one that serves a workspace."""
        joined = sa.select(installations).join(workspaces, workspaces.c.installation == installations.c.id)
        with self._reading() as connection:
            row = connection.execute(joined.where(workspaces.c.team == team)).mappings().first()
        return _installation(row) if row else None

    def serve(self, team: str, enterprise: str) -> Installation | None:
        """Let a workspace be served by its organisation's installation; None where there is none."""
        chosen = sa.select(installations).where(installations.c.id == enterprise, installations.c.enterprise == enterprise)
        with self._writing() as connection:
            row = connection.execute(chosen).mappings().first()
            if row:
                _upsert(connection, workspaces, {"team": team}, {"installation": enterprise})
        return _installation(row) if row else None

    def uninstall(self, installation_id: str) -> tuple[str, ...]:
        """Forget an installation, and close the open questions of its workspaces, to which nobody can reply; their ids."""
        with self._writing() as connection:
            served = sa.select(workspaces.c.team).where(workspaces.c.installation == installation_id)
            closed = self._close_questions(connection, interactions.c.team.in_(served), "uninstalled: the workspace removed the app")
            connection.execute(sa.delete(workspaces).where(workspaces.c.installation == installation_id))
            connection.execute(sa.delete(installations).where(installations.c.id == installation_id))
        return closed

    def leave(self, team: str) -> tuple[str, ...]:
        """The same of one workspace of an organisation, whose other ones are served on."""
        with self._writing() as connection:
            closed = self._close_questions(connection, interactions.c.team == team, "uninstalled: the workspace removed the app")
            connection.execute(sa.delete(workspaces).where(workspaces.c.team == team))
        return closed

    # --- tokens

    def seal_anew(self, known: Installation, token: Sealed, refresh_token: Sealed | None) -> bool:
        """Put the same secrets under another key; False where they are no longer the ones that were `known`."""
        return self._exchange(known, token=token, refresh_token=refresh_token)

    def may_refresh(self, known: Installation, seconds: float) -> bool:
        """Whether the caller is the one to refresh a token, for so many seconds; nobody else is until they are over."""
        now = self._clock()
        free = sa.update(installations).where(installations.c.id == known.id, installations.c.token == known.token)
        with self._writing() as connection:
            taken = connection.execute(free.where(installations.c.refreshing_until < now).values(refreshing_until=now + seconds))
        return taken.rowcount == 1

    def refreshed(self, known: Installation, token: Sealed, refresh_token: Sealed, expires_at: float) -> bool:
        """Keep the tokens that were got for the `known` ones; False where somebody installed the app anew meanwhile: those stay."""
        return self._exchange(known, token=token, refresh_token=refresh_token, expires_at=expires_at, refreshing_until=0.0)

    def _exchange(self, known: Installation, **values: object) -> bool:
        mine = sa.update(installations).where(installations.c.id == known.id, installations.c.token == known.token)
        with self._writing() as connection:
            return connection.execute(mine.values(values)).rowcount == 1

    # --- states

    def begin_installing(self, state: str, browser: str, at_most: int = MOST_STATES) -> None:
        """Expect `state` back from that browser. Raises StoreError where `at_most` are expected already."""
        now = self._clock()
        with self._writing() as connection:
            connection.execute(sa.delete(oauth_states).where(oauth_states.c.expires_at <= now))
            if connection.execute(sa.select(sa.func.count()).select_from(oauth_states)).scalar_one() >= at_most:
                raise StoreError(f"More than {at_most} installations were begun within {STATE_SECONDS:.0f} s.")
            row = {"state": _digest(state), "browser": _digest(browser), "expires_at": now + STATE_SECONDS}
            connection.execute(sa.insert(oauth_states).values(row))

    def take_state(self, state: str, browser: str) -> bool:
        """Whether `state` was expected from that browser, and in time. It is taken by whoever comes first, and by nobody again."""
        taken = sa.delete(oauth_states).where(oauth_states.c.state == _digest(state))
        with self._writing() as connection:
            row = connection.execute(taken.returning(oauth_states.c.browser, oauth_states.c.expires_at)).first()
        return row is not None and row.browser == _digest(browser) and row.expires_at > self._clock()

    # --- within

    def _close_questions(self, connection: sa.Connection, chosen: sa.ColumnElement[bool], error: str) -> tuple[str, ...]:
        """Give up open questions; what runs finds its lease gone."""
        still_open = sa.and_(OPEN, chosen)
        self._unlog(connection, still_open)
        closed = sa.update(interactions).where(still_open).values(status="failed", error=error, finished_at=self._clock())
        return tuple(connection.execute(closed.returning(interactions.c.id)).scalars())


def of_team(team: str | None) -> sa.ColumnElement[bool]:
    """Which interactions are one team's; None: those of every workspace that is served over OAuth."""
    if team is None:
        return interactions.c.team.in_(sa.select(workspaces.c.team))
    return interactions.c.team == team


def _upsert(connection: sa.Connection, table: sa.Table, key: dict[str, str], values: dict[str, object]) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(**key, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[table.c[name] for name in key], set_=values))


def _values(installation: Installation) -> dict[str, object]:
    named = ("enterprise", "name", "app", "bot_user", "bot", "installer", "token", "refresh_token", "expires_at")
    return {name: getattr(installation, name) for name in named} | {"scopes": ",".join(installation.scopes)}


def _installation(row: Row) -> Installation:
    named = ("id", "enterprise", "name", "app", "bot_user", "bot", "installer", "expires_at", "installed_at")
    refresh_token = Sealed(row["refresh_token"]) if row["refresh_token"] else None
    return Installation(
        **{name: row[name] for name in named}, scopes=_scopes(row["scopes"]), token=Sealed(row["token"]), refresh_token=refresh_token
    )


def _scopes(text: str) -> tuple[str, ...]:
    return tuple(scope for scope in text.split(",") if scope)


def _digest(secret: str) -> str:
    """What is kept of a state: whoever reads the database cannot hand it back."""
    return hashlib.sha256(secret.encode()).hexdigest()
