"""Where the app is installed: on both databases, with several at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.errors import LeaseLost, StoreError
from bot.sealing import Sealed
from bot.store import Installation, Store
from bot.store.installations import STATE_SECONDS
from tests.store.conftest import Clock, asked, claimed, received

LONG = "x" * 2_000  # Slack's own store gave tokens 200 characters


def installed(team: str, token: str = "sealed", **more: object) -> Installation:
    plain = Installation(team, f"Team {team}", "A1", f"UB{team}", f"B{team}", "U1", ("chat:write", "commands"), Sealed(token))
    return replace(plain, **more)  # type: ignore[arg-type]


def test_an_installation_comes_back_as_it_was_kept(store: Store, clock: Clock) -> None:
    kept = installed("T1", LONG, refresh_token=Sealed("refresh"), expires_at=5.5)
    store.install(kept)
    assert store.installation_of("T1") == replace(kept, installed_at=clock.now)
    assert store.installation_of("T2") is None


def test_installing_again_changes_the_one_row(store: Store, clock: Clock) -> None:
    store.install(installed("T1", "first", refresh_token=Sealed("r"), expires_at=1.0))
    clock.now += 5
    store.install(installed("T1", "second"))
    (only,) = store.installations()
    assert (only.token, only.refresh_token, only.expires_at, only.installed_at) == ("second", None, None, clock.now)


def test_callbacks_at_the_same_moment_leave_one_whole_row(store: Store) -> None:
    given = [installed("T1", f"token {n}", bot=f"B{n}") for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.install, given))
    (only,) = store.installations()
    assert (only.token, only.bot) in {(one.token, one.bot) for one in given}


def test_a_state_is_taken_once_however_many_come_with_it(store: Store) -> None:
    store.begin_installing("state", "browser")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: store.take_state("state", "browser"), range(24)))
    assert sorted(taken) == [False] * 23 + [True]


def test_a_state_of_another_browser_or_out_of_time_is_not_taken_and_no_good_afterwards(store: Store, clock: Clock) -> None:
    for state, browser, later in (("one", "another", 0.0), ("two", "browser", STATE_SECONDS + 1)):
        store.begin_installing(state, "browser")
        clock.now += later
        assert not store.take_state(state, browser)
        clock.now -= later
        assert not store.take_state(state, "browser")
    assert not store.take_state("never given", "browser")


def test_expired_states_are_swept_and_too_many_are_refused(store: Store, clock: Clock) -> None:
    for number in range(2):
        store.begin_installing(f"{number}", "browser")
    with pytest.raises(StoreError, match="More than 2"):
        store.begin_installing("third", "browser", at_most=2)
    clock.now += STATE_SECONDS + 1
    store.begin_installing("third", "browser", at_most=2)
    assert store.take_state("third", "browser")


def test_only_what_workspaces_with_the_app_ask_is_claimed_together(store: Store) -> None:
    for number, team in enumerate(("T1", "T2", "T0PLAYTEAM")):
        received(store, asked(team, f"k{number}", team=team))
    assert store.claim(None) is None
    store.install(installed("T1"))
    store.install(installed("T2"))
    assert store.waiting(None)[0] == 2
    assert {claimed(store, None).question.place.team for _ in range(2)} == {"T1", "T2"}
    assert store.claim(None) is None


def test_uninstalling_closes_what_is_open_there_and_nowhere_else(store: Store) -> None:
    for team in ("T1", "T2"):
        store.install(installed(team))
        for number in range(2):
            received(store, asked(f"{team} {number}", f"{team}{number}", team=team, thread=f"{number}.0"))
    running = claimed(store, "T1")
    closed = store.uninstall("T1")
    assert len(closed) == 2
    assert store.installation_of("T1") is None
    assert {row["status"] for row in store.rows() if row["team"] == "T1"} == {"failed"}
    assert {row["error"] for row in store.rows() if row["team"] == "T1"} == {"uninstalled: the workspace removed the app"}
    assert store.waiting(None)[0] == 2
    with pytest.raises(LeaseLost):
        store.delivered(running, "9.9")
    assert store.uninstall("T1") == ()


def test_an_organisations_installation_serves_the_workspaces_that_are_met(store: Store) -> None:
    assert store.serve("T1", "E1") is None
    store.install(installed("E1", enterprise="E1"))
    assert store.installation_of("T1") is None
    assert store.serve("T1", "E1") == store.installation_of("T1")
    store.serve("T2", "E1")
    for team in ("T1", "T2"):
        received(store, asked(team, team, team=team))
    assert len(store.leave("T1")) == 1
    assert (store.installation_of("T1"), store.waiting(None)[0]) == (None, 1)
    assert len(store.uninstall("E1")) == 1
    assert store.installation_of("T2") is None


def test_a_workspace_within_an_organisation_is_no_installation_of_the_whole(store: Store) -> None:
    store.install(installed("T1", enterprise="E1"))
    assert store.serve("T2", "E1") is None
    assert store.installation_of("T2") is None


def test_one_refreshes_and_the_others_do_not(store: Store, clock: Clock) -> None:
    store.install(installed("T1", "old", refresh_token=Sealed("r1"), expires_at=1.0))
    known = store.installation_of("T1")
    assert known is not None
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(lambda _: store.may_refresh(known, 30.0), range(16))) == [False] * 15 + [True]
    clock.now += 31  # who had it is gone
    assert store.may_refresh(known, 30.0)
    assert store.refreshed(known, Sealed("new"), Sealed("r2"), 9.0)
    assert not store.may_refresh(known, 30.0)
    now = store.installation_of("T1")
    assert now is not None
    assert (now.token, now.refresh_token, now.expires_at) == ("new", "r2", 9.0)


def test_what_was_refreshed_never_replaces_a_newer_installation(store: Store) -> None:
    store.install(installed("T1", "old", refresh_token=Sealed("r1"), expires_at=1.0))
    known = store.installation_of("T1")
    assert known is not None
    assert store.may_refresh(known, 30.0)
    store.install(installed("T1", "installed anew"))
    assert not store.refreshed(known, Sealed("new"), Sealed("r2"), 9.0)
    assert not store.seal_anew(known, Sealed("other key"), None)
    assert store.installations()[0].token == "installed anew"


def test_a_person_of_one_workspace_is_nobody_in_another(store: Store) -> None:
    for team in ("T1", "T2"):
        received(store, asked(f"of {team}", team, team=team))
    first, second = (store.of("U1", team=team)[0]["id"] for team in ("T1", "T2"))
    assert [row["question"] for row in store.of("U1", team="T2")] == ["of T2"]
    assert store.find(first, team="T2") == []
    assert store.answer(first, team="T2") is None
    store.rate(first, "U1", is_good=False, team="T2")
    store.explain(first, "U1", ["wrong"], "words", team="T2")
    assert store.ratings() == []
    for reference in (first, second):
        store.rate(reference, "U1", is_good=True)
    assert store.forget("U1", team="T2") == 1
    assert [row["question"] for row in store.rows()] == ["of T1"]
    assert [rating.interaction_id for rating in store.ratings()] == [first]
