from bot.store import Store
from tests.store.conftest import Clock


def votes(store: Store, *ids: str) -> list[tuple[str, str, bool, tuple[str, ...], str]]:
    return [(r.interaction_id, r.user, r.is_good, r.reasons, r.comment) for r in store.ratings(ids)]


def test_a_vote_is_one_a_person_and_answer_and_the_newest_counts(store: Store, clock: Clock) -> None:
    store.rate("a", "U1", is_good=True)
    clock.now += 1
    store.rate("a", "U2", is_good=True)
    store.rate("b", "U1", is_good=True)
    clock.now += 1
    store.rate("a", "U1", is_good=False)
    assert votes(store, "a") == [("a", "U2", True, (), ""), ("a", "U1", False, (), "")]
    assert votes(store, "b", "c") == [("b", "U1", True, (), "")]


def test_what_was_said_with_a_vote_stays_until_the_vote_changes(store: Store) -> None:
    store.explain("a", "U1", ["wrong", "slow"], "No.")
    store.rate("a", "U1", is_good=False)
    assert votes(store, "a") == [("a", "U1", False, ("wrong", "slow"), "No.")]
    store.rate("a", "U1", is_good=True)
    store.rate("a", "U1", is_good=False)
    assert votes(store, "a") == [("a", "U1", False, (), "")]
