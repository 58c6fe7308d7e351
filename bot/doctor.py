"""`tencent-bot doctor`: looks at everything the bot needs, one line each, and says what to do about what is not well.

In: Settings. Out: findings. Nothing is posted; one question is asked where a model is configured, as nothing else shows that it answers.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bot.bootstrap import Bot, build
from bot.config import ENV_FILE, Settings, oversights
from bot.errors import BotError, PromptError, StoreError
from bot.examples import Examples
from bot.prompts import PromptLibrary, Template
from bot.questions import Question
from bot.slack.checkup import Finding, slack_findings
from bot.slack.checkup_installations import installation_findings


def examine(settings: Settings, env_file: Path = ENV_FILE) -> Iterator[Finding]:
    """Every finding, as it is made."""
    prompts = PromptLibrary.load(settings.prompts_dir)
    words = prompts["doctor"]
    yield from (Finding("settings", False, oversight) for oversight in oversights(env_file))
    try:
        bot = build(settings)
    except PromptError as error:
        yield Finding("prompts", False, str(error))
    except BotError as error:
        yield Finding("documents, database", False, str(error))
    else:
        yield from _parts(bot, words)
        if settings.uses_oauth:
            yield from asyncio.run(installation_findings(settings, bot.store, words))
        bot.store.close()
    if not settings.uses_oauth:
        yield from asyncio.run(slack_findings(settings, words))


def _parts(bot: Bot, words: Template) -> Iterator[Finding]:
    corpus = bot.corpus
    problems = "; ".join(map(str, corpus.problems))
    count = words.label("read_documents", documents=len(corpus.documents), passages=len(corpus.passages))
    yield Finding("documents", bool(corpus.passages) and not problems, problems or count)
    try:
        bot.store.try_writing()
        yield Finding("database", True, words.label("database"))
    except StoreError as error:
        yield Finding("database", False, str(error))
    yield _model(bot, words)


def _model(bot: Bot, words: Template) -> Finding:
    if not bot.settings.has_model:
        return Finding("model", True, words.label("no_model"))
    examples = Examples(bot.prompts).questions(bot.live.current, 1)
    answered = asyncio.run(bot.pipeline.answer(Question(examples[0] if examples else words.label("any_question"))))
    if answered.model_error:
        return Finding("model", False, words.label("bad_model", error=answered.model_error))
    seconds = f"{answered.seconds.get('model', 0.0):.1f}"
    return Finding("model", True, words.label("model_answers", model=bot.settings.openai_model, seconds=seconds))
