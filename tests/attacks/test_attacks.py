"""Whatever an attacker writes into documents, names, corpus.toml, questions, conversations or a model's mouth: nothing of it takes effect.

Each attack of attacks.yaml is played twice, with a model that obeys the attacker and without any, and everything that would be posted is looked at.
"""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.bootstrap import Bot, build
from bot.characters import INVISIBLE
from bot.config import Settings
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.questions import Question, Turn
from bot.slack.blocks import AnswerBlocks
from tests.fakes.drafts import claim, draft

ATTACKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text(encoding="utf-8"))
HARBOUR = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years.\n\nThe town paid 40,000 crowns for it.\n"
LIVE_MARKUP = ("<!", "<@", "<#", "<http", "<javascript", "<mailto")


@pytest.fixture
def bot(tmp_path: Path, attack: dict[str, Any]) -> Bot:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    for name, text in attack.get("documents", {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    if toml := attack.get("toml"):
        (folder / "corpus.toml").write_text(toml, encoding="utf-8")
    settings = Settings.model_validate({"seeds_dir": folder, "database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"})
    ids = {document.id: f"{number:03}" for number, document in enumerate(build(settings).corpus.documents)}
    return build(settings, _obedient(attack, ids))


def _obedient(attack: dict[str, Any], ids: dict[str, str]) -> ScriptedModel | None:
    """The model that says what the attacker wants; in the file 000 is harbour.txt and 001 the attacker's document."""
    if "obeys" not in attack:
        return None
    harbour = ids["harbour.txt"]
    other = next((number for name, number in ids.items() if name != "harbour.txt"), "001")
    numbers = {"000": harbour, "001": other}
    claims = [claim(text, (f"{numbers.get(p[:3], p[:3])}{p[3:]}", quote)) for text, p, quote in attack["obeys"]]
    return ScriptedModel([draft(*claims)])


def asked(bot: Bot, attack: dict[str, Any]) -> Interaction:
    text = str(attack["question"]).replace("{huge}", "harbour " * 200_000)
    history = tuple(Turn(question, answer) for question, answer in attack.get("history", []))
    return asyncio.run(bot.pipeline.answer(Question(text.encode("utf-8", "replace").decode(), history=history)))


def posted(bot: Bot, interaction: Interaction, question: str) -> Iterator[dict[str, Any]]:
    """Everything of an answer that Slack may be sent."""
    blocks = AnswerBlocks(bot.reading, bot.prompts)
    answer, reference = interaction.answer, interaction.question.id
    for rendered in (
        blocks.private(answer, reference, question=question[:3000]),
        blocks.public(answer, reference),
        blocks.shared(answer, reference, question=question[:3000], user="U1"),
        blocks.documents(bot.corpus),
    ):
        yield {"text": rendered.text, "blocks": rendered.blocks}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from objects(each)


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack["name"] for attack in ATTACKS])
def test_an_attack_has_no_effect_on_what_is_posted(bot: Bot, attack: dict[str, Any]) -> None:
    interaction = asked(bot, attack)

    for made in interaction.answer.claims:
        for citation in made.citations:
            document = bot.corpus.document(citation.document)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.quote
    for message in posted(bot, interaction, str(attack["question"])):
        whole = " ".join(strings(message))
        assert not INVISIBLE.search(whole)
        said = whole.replace(attack["question"], "")  # whoever shares an answer shows what was asked
        for never in attack.get("never", []):
            assert never.casefold() not in said.casefold()
        assert not any(mark in message["text"] for mark in LIVE_MARKUP)
        for each in objects(message["blocks"]):
            # Only these kinds of text are interpreted by Slack; what the documents and people say never goes into them.
            if each.get("type") in {"mrkdwn", "markdown"}:
                assert not any(mark in each["text"] for mark in (*LIVE_MARKUP, "](", "evil"))
            assert each.get("type") not in {"link", "broadcast", "usergroup", "channel", "image"}
            assert each.get("type") != "user" or each["user_id"] == "U1"
    assert interaction.text
    json.dumps(interaction.to_json()).encode("utf-8")
