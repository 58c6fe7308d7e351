"""The app's own tabs, its shortcuts, and the choice a channel makes."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.examples import is_answerable
from tests.scenarios.stage import PROMPTS, Scene, scene

STAKE = "What stake does Tencent hold in JD?"
STAKE_WORDS = "21.25% stake"


def words(shown: object) -> str:
    return json.dumps(shown, ensure_ascii=False)


def colleague(s: Scene) -> str:
    return next(u.id for u in s.slack.workspace.people if u.id != s.you)


async def home(s: Scene) -> str:
    """Home's words, once it is published."""
    await s.slack.workspace.open_home(s.you)
    await s.until(lambda: s.slack.workspace.home(s.you))
    await s.slack.workspace.delivered()
    view = s.slack.workspace.home(s.you)
    assert view is not None
    return words(view.payload)


def home_id(s: Scene) -> str:
    view = s.slack.workspace.home(s.you)
    assert view is not None
    return view.id


def test_home_shows_the_documents_and_examples_that_can_be_answered(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            shown = await home(s)
            for document in s.bot.corpus.documents:
                assert s.bot.reading.document(document)[:40] in shown
            view = s.slack.workspace.home(s.you)
            assert view is not None
            examples = [e["value"] for b in view.blocks for e in b.get("elements", []) if e.get("action_id", "").startswith("example:")]
            assert examples
            assert all(is_answerable(example, s.bot.live.current) for example in examples)

    asyncio.run(conversation())


def test_what_is_answered_at_once_is_in_the_language_of_one_s_last_questions_and_others_are_spoken_to_in_theirs(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} Wer ist Martin Lau?")
            await s.reply(s.general, ts)
            await s.settled()
            said = {}
            for text in ("help", "sources", "my-data", "forget-me", "sumarize it", "show"):
                await s.slack.workspace.command(s.you, s.general, "/tencent", text)
                said[text] = s.private()[-1].text
            assert "Ich antworte nur aus ihnen" in said["help"]
            assert "/tencent summarize DOKUMENT" in said["help"]
            assert "Die Dokumente, aus denen ich antworte" in said["sources"]
            assert "Das sind Ihre letzten Fragen" in said["my-data"]
            assert "Soll ich alles löschen" in said["forget-me"]
            assert "Meinten Sie „/tencent summarize it“" in said["sumarize it"]
            assert "So wird es verwendet: /tencent show ID: eine Ihrer Antworten" in said["show"]
            await s.slack.workspace.command(s.you, s.general, "/tencent", "settings")
            await s.slack.workspace.shortcut(s.you, "ask_form")
            settings, form = s.slack.workspace.open_views(s.you)
            assert "Wer sieht in diesem Kanal die Antworten" in words(settings.payload)
            assert "Die Dokumente fragen" in words(form.payload)
            await s.slack.workspace.command(colleague(s), s.general, "/tencent", "help")
            assert "I answer only from them" in s.private(colleague(s))[-1].text

    asyncio.run(conversation())


def test_an_example_is_asked_and_answered_in_messages_and_then_stands_on_home_with_its_receipt(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await home(s)
            await s.slack.workspace.press_in_view(s.you, view_id=home_id(s), action_id="example:0")
            im = s.slack.workspace.im(s.you).id
            (root,) = s.slack.workspace.messages(im, viewer=s.you)
            await s.until(lambda: len(s.replies(im, root.ts)) > 1)
            await s.until(lambda: [row for row in s.bot.store.rows() if row["status"] == "done"])
            question = str(next(iter(s.bot.store.rows()))["question"])
            assert question in words(root.blocks)
            assert s.slack.workspace.open_views(s.you)
            await s.slack.workspace.close(s.you, s.slack.workspace.open_views(s.you)[0].id)
            assert "Your last questions" in await home(s)
            await s.slack.workspace.press_in_view(s.you, view_id=home_id(s), action_id="why")
            assert "Passages considered" in words(s.slack.workspace.open_views(s.you)[-1].payload)

    asyncio.run(conversation())


def test_home_and_the_dialogs_speak_the_language_of_whom_they_are_for(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            assert "What I answer from" in await home(s)
            await s.slack.workspace.command(s.you, s.general, "/tencent", "Was ist die Strategie von Tencent?")
            await s.until(lambda: [row for row in s.bot.store.rows() if row["status"] == "done"])
            shown = await home(s)
            assert "Woraus ich antworte" in shown
            assert "What I answer from" not in shown
            await s.slack.workspace.press_in_view(s.you, view_id=home_id(s), action_id="why")
            assert "Betrachtete Abschnitte" in words(s.slack.workspace.open_views(s.you)[-1].payload)
            await s.slack.workspace.close(s.you, s.slack.workspace.open_views(s.you)[0].id)
            await s.slack.workspace.press_in_view(s.you, view_id=home_id(s), action_id="example:0")
            assert "Ich lese die Dokumente" in words(s.slack.workspace.open_views(s.you)[-1].payload)

    asyncio.run(conversation())


def test_what_is_kept_can_be_deleted_on_home(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            await s.until(lambda: [row for row in s.bot.store.rows() if row["status"] == "done"])
            assert STAKE in await home(s)
            await s.slack.workspace.press_in_view(s.you, view_id=home_id(s), action_id="home_forget")
            assert list(s.bot.store.rows()) == []
            view = s.slack.workspace.home(s.you)
            assert view is not None
            assert "Your last questions" not in words(view.payload)

    asyncio.run(conversation())


def test_the_messages_tab_suggests_what_can_be_answered(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.open_home(s.you, "messages")
            im = s.slack.workspace.im(s.you).id
            await s.until(lambda: s.slack.workspace.suggested_prompts(im))
            await s.slack.workspace.delivered()
            prompts = s.slack.workspace.suggested_prompts(im)
            assert prompts is not None
            asked = [prompt.message for prompt in prompts.prompts]
            assert asked
            assert all(is_answerable(one, s.bot.live.current) for one in asked)

    asyncio.run(conversation())


def test_a_message_is_asked_about_in_its_thread_and_everybody_sees_who_asked(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(colleague(s), s.general, STAKE)
            await s.slack.workspace.message_shortcut(s.you, "ask_about_message", channel=s.general, ts=ts)
            await s.until(lambda: any(STAKE_WORDS in words(m.blocks) for m in s.replies(s.general, ts)))
            notice, answer = s.replies(s.general, ts)
            assert s.you in words(notice.blocks)
            assert STAKE_WORDS in words(answer.blocks)

    asyncio.run(conversation())


def test_where_the_bot_is_not_in_the_channel_the_answer_about_a_message_is_private(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            outside = s.slack.workspace.channel("random").id
            ts = await s.slack.workspace.say(s.you, outside, STAKE)
            await s.slack.workspace.message_shortcut(s.you, "ask_about_message", channel=outside, ts=ts)

            def private() -> list[str]:
                seen = s.slack.workspace.messages(outside, viewer=s.you)
                return [words(m.blocks) for m in seen if m.ephemeral_for == s.you]

            await s.until(lambda: any(STAKE_WORDS in one for one in private()))

    asyncio.run(conversation())


def test_the_form_asks_from_anywhere_and_answers_where_it_says(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            for where in (s.general, None):
                await s.slack.workspace.shortcut(s.you, "ask_form")
                (view,) = s.slack.workspace.open_views(s.you)
                filled = {"question": {"question": {"value": STAKE}}, "where": {"where": {"selected_conversation": where}}}
                assert await s.slack.workspace.submit(s.you, view.id, filled) is None
            await s.until(lambda: any(STAKE_WORDS in words(m.blocks) for m in s.private()))
            im = s.slack.workspace.im(s.you).id
            (root,) = s.slack.workspace.messages(im, viewer=s.you)
            await s.until(lambda: any(STAKE_WORDS in words(m.blocks) for m in s.replies(im, root.ts)))

    asyncio.run(conversation())


def test_who_asked_by_the_form_what_is_not_taken_is_told_in_the_place_of_the_waiting_note(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, user_questions_per_hour=1) as s:
            limit, waiting = PROMPTS.reply("limits").label("user"), PROMPTS.reply("searching").fill()
            for _ in range(2):
                await s.slack.workspace.shortcut(s.you, "ask_form")
                (view,) = s.slack.workspace.open_views(s.you)
                filled = {"question": {"question": {"value": STAKE}}, "where": {"where": {"selected_conversation": s.general}}}
                assert await s.slack.workspace.submit(s.you, view.id, filled) is None
                await s.until(lambda: s.private() and not any(m.text == waiting for m in s.private()))
            assert [limit in m.text for m in s.private()] == [False, True]

    asyncio.run(conversation())


@pytest.mark.parametrize(
    ("text", "said"), [("  \n ", "Please write a question"), ("…?", "Please write a question"), ("x" * 3001, "too long")]
)
def test_a_form_that_asks_nothing_says_so_at_its_field_and_stays_open(database: Path, text: str, said: str) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.shortcut(s.you, "ask_form")
            (view,) = s.slack.workspace.open_views(s.you)
            filled = {"question": {"question": {"value": text}}, "where": {"where": {"selected_conversation": s.general}}}
            result = await s.slack.workspace.submit(s.you, view.id, filled)
            assert result is not None
            assert said in result["errors"]["question"]
            assert s.slack.workspace.open_views(s.you)
            assert list(s.bot.store.rows()) == []

    asyncio.run(conversation())


@pytest.mark.parametrize(("text", "said"), [("👍", "no words"), ("x " * 2000, "too long")])
def test_a_message_that_asks_nothing_is_not_asked_about_in_front_of_everybody(database: Path, text: str, said: str) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(colleague(s), s.general, text)
            await s.slack.workspace.message_shortcut(s.you, "ask_about_message", channel=s.general, ts=ts)
            await s.until(s.private)
            assert said in words([m.blocks for m in s.private()])
            assert s.replies(s.general, ts) == []
            assert list(s.bot.store.rows()) == []

    asyncio.run(conversation())


def test_a_channel_can_choose_public_answers_and_private_ones_again(database: Path) -> None:
    async def choose(s: Scene, name: str) -> None:
        await s.slack.workspace.command(s.you, s.general, "/tencent", "settings")
        (view,) = s.slack.workspace.open_views(s.you)
        option = next(o for o in view.blocks[0]["element"]["options"] if o["value"] == name)
        assert await s.slack.workspace.submit(s.you, view.id, {"answers": {"answers": {"selected_option": option}}}) is None

    def public(s: Scene) -> list[str]:
        return [words(m.blocks) for m in s.slack.workspace.messages(s.general, viewer=colleague(s))]

    async def conversation() -> None:
        async with scene(database) as s:
            await choose(s, "public")
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            await s.until(lambda: public(s))
            (shown,) = public(s)
            assert STAKE in shown
            assert STAKE_WORDS in shown
            assert s.you in shown
            await s.until(lambda: not s.private())
            await choose(s, "private")
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            await s.until(lambda: any(STAKE_WORDS in words(m.blocks) for m in s.private()))
            assert len(public(s)) == 1

    asyncio.run(conversation())
