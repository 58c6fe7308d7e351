"""Settings in, running parts out; the only assembler."""

import logging
from dataclasses import dataclass

from bot.config import Settings
from bot.corpus import Corpus, load_corpus
from bot.extractive import ExtractiveAnswerer
from bot.grounding import Reading
from bot.llm import ChatModel
from bot.pipeline import Pipeline, print_passage
from bot.prompts import PromptLibrary
from bot.retrieval import Retriever
from bot.store import Store
from bot.tokens import TokenCounter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that answers, before any surface."""

    settings: Settings
    corpus: Corpus
    prompts: PromptLibrary
    reading: Reading
    pipeline: Pipeline
    store: Store


def build(settings: Settings, model: ChatModel | None = None) -> Bot:
    """Put the parts together. Raises CorpusError, PromptError or StoreError with a sentence that says what to do.

    `model` stands in for the one the settings name.
    """
    prompts = PromptLibrary.load(settings.prompts_dir)
    corpus = load_corpus(settings.seeds_dir)
    for problem in corpus.problems:
        logger.warning("%s", problem)
    reading = Reading(prompts, settings.slack_command, corpus)
    tokens = TokenCounter.for_model(settings.openai_model) if settings.has_model and model is None else TokenCounter()
    pipeline = Pipeline(
        corpus=corpus,
        prompts=prompts,
        retriever=Retriever(corpus, settings.context_tokens, lambda passage: tokens.count(print_passage(prompts, passage))),
        extractive=ExtractiveAnswerer(corpus),
        reading=reading,
        model=model or _model(settings),
    )
    return Bot(settings, corpus, prompts, reading, pipeline, Store(settings.database_url))


def _model(settings: Settings) -> ChatModel | None:
    if not settings.has_model:
        return None
    from bot.llm.openai import OpenAIModel  # noqa: PLC0415  # openai takes most of a second to import; a bot without a model starts without it

    key = settings.openai_api_key
    return OpenAIModel(
        model=settings.openai_model,
        api_key=key.get_secret_value() if key else None,
        base_url=settings.openai_base_url,
        deadline=settings.model_deadline_seconds,
    )
