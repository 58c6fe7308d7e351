"""Who works on what: a claim is a lease, a dead process's work is taken up, and one that only seemed dead does nothing more."""

import pytest

from bot.errors import LeaseLost, StoreError
from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.store import LEASE_SECONDS, Job, Store
from bot.store.queue import GIVE_UP_SECONDS, LATE_SECONDS, MOST_CRASHES
from tests.store.conftest import Clock, asked, claimed

ANSWER = Answer(Verdict.NOT_IN_DOCUMENTS, "extractive", "0" * 16)


def saved(store: Store, job: Job) -> None:
    store.save(job, Interaction(job.question, ANSWER, "The documents don’t say."))


def test_a_lease_that_runs_out_lets_another_worker_go_on_where_the_first_one_was(store: Store, clock: Clock) -> None:
    store.receive(asked())
    first = claimed(store, worker="one")
    store.opened(first, "5.0 6.0")
    saved(store, first)
    clock.now += LEASE_SECONDS
    assert store.claim("T1", "two") is None
    clock.now += 0.1
    second = claimed(store, worker="two")
    assert (second.question.id, second.attempts, second.answer, second.reply_ts) == (first.question.id, 2, ANSWER, "5.0 6.0")


def test_a_lease_that_is_kept_alive_is_nobody_elses(store: Store, clock: Clock) -> None:
    store.receive(asked())
    job = claimed(store)
    for _ in range(5):
        clock.now += LEASE_SECONDS - 1
        assert store.extend([job.token, "never given"]) == {job.token}
    assert store.claim("T1") is None


@pytest.mark.parametrize("step", ["save", "opened", "delivered", "failed", "retry", "extend"])
def test_whose_lease_was_taken_over_can_do_nothing_more(store: Store, clock: Clock, step: str) -> None:
    store.receive(asked())
    late = claimed(store)
    clock.now += LEASE_SECONDS + 1
    heir = claimed(store)
    before = [dict(row) for row in store.rows()]
    steps = {
        "save": lambda: saved(store, late), "opened": lambda: store.opened(late, "7.0"), "delivered": lambda: store.delivered(late, "7.0"),
        "failed": lambda: store.failed(late, "no"), "retry": lambda: store.retry(late, after=1, error="no"),
    }  # fmt: skip
    if step == "extend":
        assert store.extend([late.token, heir.token]) == {heir.token}
    else:
        with pytest.raises(LeaseLost):
            steps[step]()
        assert [dict(row) for row in store.rows()] == before
    store.delivered(heir, "5.0")


def test_what_ended_ends_once(store: Store) -> None:
    store.receive(asked())
    job = claimed(store)
    store.delivered(job, "5.0")
    with pytest.raises(LeaseLost):
        store.delivered(job, "6.0")
    with pytest.raises(LeaseLost):
        store.failed(job, "no")


def test_a_dead_processs_question_comes_before_what_waits_in_its_conversation_and_elsewhere(store: Store, clock: Clock) -> None:
    for text, thread in (("first", "1.0"), ("second", "1.0"), ("other", "2.0")):
        store.receive(asked(text, thread=thread))
    claimed(store)
    clock.now += LEASE_SECONDS + 1
    assert [claimed(store).question.text for _ in range(2)] == ["first", "other"]
    assert store.claim("T1") is None


def test_a_restart_under_the_same_name_takes_up_at_once_what_was_left(url: str, clock: Clock) -> None:
    store = Store(url, clock)
    assert store.take_over("T1", "host") == "host"
    store.receive(asked())
    claimed(store, worker="host")
    store.close()

    reopened = Store(url, clock)
    assert reopened.claim("T1", "host") is None
    assert reopened.take_over("T1", "host") == "host"
    clock.now += 0.1
    assert claimed(reopened, worker="host").attempts == 2
    reopened.close()


def test_two_processes_share_a_server_under_two_names_and_each_keeps_its_own(postgres_url: str, clock: Clock) -> None:
    one, two = Store(postgres_url, clock), Store(postgres_url, clock)
    assert one.take_over("T1", "host") == "host"
    one.receive(asked())
    claimed(one, worker="host")
    name = two.take_over("T1", "host")
    assert name.startswith("host-")
    clock.now += 0.1
    assert two.claim("T1", name) is None
    assert two.take_over("T2", "host") == "host"
    one.close()
    two.close()


def test_a_second_process_on_a_file_is_refused_until_the_first_is_gone(sqlite_url: str) -> None:
    one, two = Store(sqlite_url), Store(sqlite_url)
    one.take_over("T1", "host")
    with pytest.raises(StoreError, match="Another process serves this workspace"):
        two.take_over("T1", "host")
    two.take_over("T2", "host")
    one.close()
    assert two.take_over("T1", "host") == "host"
    two.close()


def test_a_question_whose_claims_always_end_in_a_crash_is_hopeless(store: Store, clock: Clock) -> None:
    store.receive(asked())
    for crashes in range(MOST_CRASHES):
        job = claimed(store)
        assert (job.crashes, job.is_hopeless) == (crashes, False)
        clock.now += LEASE_SECONDS + 1
    assert claimed(store).is_hopeless


def test_what_is_tried_again_for_a_reason_is_hopeless_after_a_quarter_of_an_hour_and_not_by_waiting_before(
    store: Store, clock: Clock
) -> None:
    store.receive(asked())
    clock.now += 3_600
    for _ in range(MOST_CRASHES * 2):
        job = claimed(store)
        assert (job.crashes, job.is_hopeless) == (0, False)
        store.retry(job, after=GIVE_UP_SECONDS / MOST_CRASHES / 2, error="Slack is away")
        clock.now += GIVE_UP_SECONDS / MOST_CRASHES / 2
    clock.now += 1
    job = claimed(store)
    assert (job.is_hopeless, job.is_past_apology, job.waited) == (True, False, 3_600 + GIVE_UP_SECONDS + 1)
    store.retry(job, after=GIVE_UP_SECONDS, error="Slack is away")
    clock.now += GIVE_UP_SECONDS
    assert claimed(store).is_past_apology


def test_what_lay_because_nobody_was_there_comes_late_and_what_could_not_be_delivered_does_not(store: Store, clock: Clock) -> None:
    store.receive(asked())
    clock.now += LATE_SECONDS + 1
    job = claimed(store)
    assert job.comes_late
    store.retry(job, after=1, error="Slack is away")
    clock.now += 2
    assert not claimed(store).comes_late


def test_what_is_to_go_no_further_is_known_to_whoever_answers_it_and_nothing_else_is(store: Store) -> None:
    for thread in ("1.0", "2.0", "3.0"):
        store.receive(asked(f"Who of {thread}?", thread=thread))
    first, second = (store.claim("T1") for _ in range(2))
    assert first
    assert second
    ids = [job.question.id for job in (first, second)]
    store.interrupt("STOPPED", conversation=first.question.place.conversation)
    assert store.interrupted(ids) == {ids[0]: "STOPPED"}
    store.interrupt("NO_LONGER_ASKED", question_id=ids[1])
    store.interrupt("STOPPED", conversation="T1:C1:3.0")  # waits, and is not running
    assert store.interrupted([row["id"] for row in store.rows()]) == {ids[0]: "STOPPED", ids[1]: "NO_LONGER_ASKED"}
