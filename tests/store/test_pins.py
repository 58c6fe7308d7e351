"""Approved answers, on both databases."""

from dataclasses import replace
from datetime import date

from bot.grounding import Answer, Approval, Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface
from bot.store import Pin, Store
from tests.store.conftest import Clock, claimed

CLAIM = CitedClaim("Words.", ClaimKind.QUOTE, (Citation("a.txt", None, None, None, 0, 6, "Words."),))
ANSWER = Answer(Verdict.ANSWERED, "extractive", "d", (CLAIM,))
PIN = Pin("1" * 32, "T1", "who dug it", "answer", "", "Who dug it?", ANSWER, {"a.txt": "a1"}, pinned_by="U9")


def test_a_pin_serves_the_words_time_and_kind_of_its_question_in_its_team(store: Store, clock: Clock) -> None:
    store.pin(PIN)

    assert store.pin_for("who dug it", "answer", "", "T1") == replace(PIN, pinned_at=clock.now)
    assert store.pin_for("who dug it", "answer", "", "") is not None  # the command line sees everything
    for key, wanted, until, team in (
        ("who dug that", "answer", "", "T1"), ("who dug it", "timeline", "", "T1"), ("who dug it", "answer", "2018-12-31", "T1"),
        ("who dug it", "answer", "", "T2"),
    ):  # fmt: skip
        assert store.pin_for(key, wanted, until, team) is None


def test_what_is_pinned_on_the_command_line_serves_every_team(store: Store) -> None:
    store.pin(replace(PIN, team=""))

    assert store.pin_for("who dug it", "answer", "", "T2") is not None


def test_another_answer_to_the_same_question_takes_its_place(store: Store, clock: Clock) -> None:
    store.pin(PIN)
    clock.now += 1
    store.pin(replace(PIN, id="2" * 32))
    store.pin(replace(PIN, id="3" * 32, key="who paid"))

    assert {pin.id[0] for pin in store.pins()} == {"2", "3"}


def test_a_pin_that_expired_serves_no_more_and_says_by_what_and_when(store: Store, clock: Clock) -> None:
    store.pin(PIN)
    clock.now += 5
    store.expire(PIN.id, "a.txt")
    expired_at = clock.now
    clock.now += 5
    store.expire(PIN.id, "b.txt")

    assert store.pin_for("who dug it", "answer", "", "T1") is None
    (pin,) = store.pins()
    assert (pin.changed, pin.changed_at) == ("a.txt", expired_at)
    store.pin(PIN)
    assert store.pin_for("who dug it", "answer", "", "T1") is not None


def test_whoever_may_can_take_a_pin_back(store: Store) -> None:
    store.pin(PIN)

    assert store.unpin(PIN.id)
    assert not store.unpin(PIN.id)
    assert store.pins() == []


def test_a_pin_outlives_who_asked_and_loses_the_name_of_who_approved_and_is_forgotten(store: Store) -> None:
    asked = Question("Who dug it?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0"))
    store.receive(asked)
    job = claimed(store)
    served = replace(ANSWER, engine="pinned", approval=Approval("U9", date(2026, 1, 2)))
    store.save(job, Interaction(job.question, served, "text"))
    store.delivered(job, "1.5")
    store.pin(PIN)

    store.forget("U9", team="T2")
    assert [pin.pinned_by for pin in store.pins()] == ["U9"]
    store.forget("U9", team="T1")
    assert [pin.pinned_by for pin in store.pins()] == [""]
    assert store.answer(asked.id) == replace(served, approval=Approval("", date(2026, 1, 2)))

    assert store.forget("U1") == 1
    assert "U1" not in str(store.pins())
    assert len(store.pins()) == 1
