"""A question as a row of `interactions`, and back."""

from datetime import date

import sqlalchemy as sa

from bot.questions import Place, Question, Surface, Turn, Wanted

Row = sa.RowMapping


def queued_row(question: Question, now: float) -> dict[str, object]:
    """The row of a question that was received at `now`."""
    place = question.place
    return {
        "id": question.id, "status": "queued", "surface": place.surface.value, "team": place.team, "channel": place.channel,
        "thread_ts": place.thread_ts, "message_ts": place.message_ts, "response_url": place.response_url, "conversation": place.conversation,
        "asker": question.asker, "question": question.text, "wanted": question.wanted.value,
        "until": question.until.isoformat() if question.until else None, "received_at": now, "run_after": now, "attempts": 0, "retries": 0,
        "corrects": question.corrects,
        # Of a conversation the log has what was said before; this is what came with the question itself.
        "history": [[turn.question, turn.answer] for turn in question.history] or None,
    }  # fmt: skip


def question_of(row: Row) -> Question:
    """The question of a row."""
    place = Place(Surface(row["surface"]), row["team"], row["channel"], row["thread_ts"], row["message_ts"], row["response_url"])
    until = date.fromisoformat(row["until"]) if row["until"] else None
    history = tuple(Turn(*said) for said in row["history"] or ())
    return Question(row["question"], row["asker"], place, history, Wanted(row["wanted"]), until, corrects=row["corrects"], id=row["id"])
