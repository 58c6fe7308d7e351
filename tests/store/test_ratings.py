from bot.questions import Question
from bot.store import Store
from bot.store.store import AT_ONCE
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


def test_votes_against_an_answer_are_told_from_those_for_it(store: Store) -> None:
    store.rate("a", "U1", is_good=True)
    store.rate("b", "U1", is_good=False)
    store.rate("b", "U2", is_good=True)
    assert store.voted_down() == {"b"}


def test_every_row_of_the_log_comes_with_its_ratings(store: Store, clock: Clock) -> None:
    for number in range(AT_ONCE + 1):
        store.receive(Question(f"{number}?", id=f"{number}"))
    store.explain("0", "U1", ["wrong"], "No.")
    store.rate("500", "U1", is_good=True)
    newest, *others, oldest = store.rated_rows()

    assert (newest["question"], oldest["question"]) == ("500?", "0?")
    assert newest["ratings"] == [{"user": "U1", "is_good": True, "reasons": (), "comment": "", "rated_at": clock.now}]
    assert oldest["ratings"][0]["reasons"] == ("wrong",)
    assert not any(row["ratings"] for row in others)
