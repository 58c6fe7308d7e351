"""Questions as messages: versions of one, and what else is said in their threads."""

from bot.questions import Place, Question, Surface, Wanted
from bot.store import Store, message_key
from tests.store.conftest import claimed, received

PLACE = Place(Surface.MENTION, "T1", "C1", "1.0", "1.5")


def version(store: Store, text: str, *, wanted: Wanted = Wanted.ANSWER, reply_ts: str = "", close: bool = True) -> Question:
    keys = (message_key("C1", "1.5"),) if store.asked_in("C1", "1.5") is None else ()
    question = Question(text, "U1", PLACE, wanted=wanted, dedupe_keys=keys)
    assert received(store, question)
    if close:
        store.delivered(claimed(store), reply_ts)
    return question


def states(store: Store) -> list[tuple[str, str]]:
    return [(row["question"], row["status"]) for row in store.rows()]


def test_a_message_is_known_by_any_of_its_versions(store: Store) -> None:
    assert store.asked_in("C1", "1.5") is None
    version(store, "first?")
    latest = version(store, "second?", close=False)
    found = store.asked_in("C1", "1.5")
    assert found is not None
    assert found["id"] == latest.id
    assert store.asked_in("C1", "1.6") is None


def test_a_version_is_told_of_the_messages_in_which_earlier_ones_were_answered(store: Store) -> None:
    first = version(store, "first?", reply_ts="2.0 2.1")
    second = version(store, "second?")
    third = version(store, "third?", close=False)
    assert store.earlier(first) == (False, "")
    assert store.earlier(second) == (True, "2.0 2.1")
    assert store.earlier(third) == (True, "2.0 2.1")


def test_the_newest_version_replaces_the_others_and_leaves_other_questions_alone(store: Store) -> None:
    elsewhere = Question("elsewhere?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.7"))
    version(store, "first?")
    store.receive(elsewhere)
    store.supersede(version(store, "second?", close=False))
    assert states(store) == [("second?", "queued"), ("elsewhere?", "queued"), ("first?", "replaced")]


def test_what_was_taken_back_is_withdrawn_with_all_its_versions_and_no_history(store: Store) -> None:
    version(store, "first?")
    store.supersede(version(store, "", wanted=Wanted.WITHDRAWAL, close=False))
    assert {status for _, status in states(store)} == {"withdrawn"}
    later = Question("later?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.9"))
    store.receive(later)
    assert store.history(later, 6) == ()


def test_a_conversation_knows_its_last_question_and_when_others_spoke(store: Store) -> None:
    assert store.last_asked(PLACE.conversation) is None
    version(store, "first?")
    last = store.last_asked(PLACE.conversation)
    assert last is not None
    assert last["question"] == "first?"
    assert store.last_heard(PLACE.conversation) == ""
    for ts in ("3.0", "4.0", "3.5"):
        store.heard(PLACE.conversation, ts)
    assert store.last_heard(PLACE.conversation) == "4.0"
