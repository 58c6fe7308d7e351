"""Settings in, running parts out; the only assembler."""

import hashlib
from dataclasses import dataclass
from functools import cache, partial

from bot import placeholders
from bot.config import Settings
from bot.corpus import Corpus, OnProgress, load_corpus
from bot.drafting import Drafter, print_passage
from bot.errors import ConfigError
from bot.extractive import ExtractiveAnswerer
from bot.grounding import Reading
from bot.judging import Judge
from bot.languages import Languages
from bot.llm import ChatModel
from bot.llm.breaker import Breaker
from bot.llm.budget import Budget
from bot.pins import PinnedAnswers
from bot.pipeline import Pipeline
from bot.prompts import PromptLibrary
from bot.retrieval import Retriever, SearchEngine, Vectors, embedded_engine
from bot.snapshots import LiveCorpus, Snapshot
from bot.store import LogQuestions, Store
from bot.tokens import TokenCounter

SAMPLE = 200  # documents by whose languages a question's is told to be another


@dataclass(frozen=True, slots=True)
class Bot:
    """Everything that answers, before any surface."""

    settings: Settings
    live: LiveCorpus
    prompts: PromptLibrary
    reading: Reading
    pipeline: Pipeline
    store: Store
    pins: PinnedAnswers

    @property
    def corpus(self) -> Corpus:
        """The documents that a question which begins now is answered from."""
        return self.live.current.corpus


def build(settings: Settings, model: ChatModel | None = None, on_progress: OnProgress | None = None) -> Bot:
    """Put the parts together. Raises CorpusError, PromptError or StoreError with a sentence that says what to do.

    `model` stands in for the one the settings name.
    """
    prompts = PromptLibrary.load(settings.prompts_dir)
    placeholders.check(prompts)
    tokens = TokenCounter.for_model(settings.openai_model) if settings.has_model and model is None else TokenCounter()

    languages = Languages(prompts)
    vectors = _vectors(settings, settings.embedding_model) if settings.embedding_model else None

    def prepare(corpus: Corpus) -> Snapshot:
        retriever = Retriever(
            corpus,
            settings.context_tokens,
            cache(lambda passage: tokens.count(print_passage(prompts, passage))),
            partial(open_engine, settings),
            vectors,
        )
        retriever.prepare()
        spoken = languages.of_most(document.text for document in corpus.documents[:SAMPLE])
        return Snapshot(corpus, retriever, ExtractiveAnswerer(corpus), spoken)

    live = LiveCorpus(settings.seeds_dir, prepare, partial(load_corpus, cache_folder=settings.cache_dir, on_progress=on_progress))
    reading = Reading(prompts, settings.slack_command, lambda: live.current.corpus)
    store = Store(settings.database_url, log_questions=LogQuestions(settings.log_questions))
    drafter = _drafter(settings, prompts, model, store)
    pipeline = Pipeline(snapshot=lambda: live.current, prompts=prompts, reading=reading, drafter=drafter)
    pins = PinnedAnswers(store=store, corpus=lambda: live.current.corpus, prompts=prompts, reading=reading)
    return Bot(settings, live, prompts, reading, pipeline, store, pins)


def open_engine(settings: Settings) -> SearchEngine:
    """The search engine for the documents of these settings. Raises SearchError where there can be none, ConfigError for a missing extra."""
    if settings.opensearch_url is not None:
        return _opensearch(settings.opensearch_url.get_secret_value(), settings.opensearch_index)
    # Each folder of documents has its index: one shared would be filled anew by each in turn.
    name = hashlib.blake2b(str(settings.seeds_dir.resolve()).encode(errors="surrogatepass"), digest_size=8).hexdigest()
    return embedded_engine(settings.index_dir / name)


def _vectors(settings: Settings, model: str) -> Vectors:
    from bot.llm.embeddings import OpenAIEmbedder  # noqa: PLC0415  # as with the model

    key = settings.openai_api_key
    embedder = OpenAIEmbedder(model=model, api_key=key.get_secret_value() if key else None, base_url=settings.openai_base_url)
    return Vectors(embedder, settings.index_dir / "vectors.sqlite3")


def _opensearch(url: str, index: str) -> SearchEngine:
    try:
        from bot.retrieval.opensearch import OpenSearchEngine  # noqa: PLC0415  # an extra
    except ImportError:
        raise ConfigError("OPENSEARCH_URL needs OpenSearch's client: install the extra with `uv sync --extra opensearch`.") from None
    return OpenSearchEngine(url, index)


def _drafter(settings: Settings, prompts: PromptLibrary, model: ChatModel | None, store: Store) -> Drafter | None:
    chosen = model or (_model(settings, settings.openai_model) if settings.has_model else None)
    if chosen is None:
        return None
    judge = Judge(_within_means(_model(settings, settings.judge_model), settings, store), prompts) if settings.judge_model else None
    return Drafter(_within_means(chosen, settings, store), prompts, judge, settings.repair_claims)


def _within_means(model: ChatModel, settings: Settings, store: Store) -> ChatModel:
    """A model that is not asked while its provider is away, nor beyond the day's tokens."""
    careful = Breaker(model)
    return Budget(careful, settings.daily_tokens, store.spent_today) if settings.daily_tokens else careful


def _model(settings: Settings, name: str) -> ChatModel:
    from bot.llm.openai import OpenAIModel  # noqa: PLC0415  # openai takes most of a second to import; a bot without a model starts without it

    key = settings.openai_api_key
    return OpenAIModel(
        model=name,
        api_key=key.get_secret_value() if key else None,
        base_url=settings.openai_base_url,
        deadline=settings.model_deadline_seconds,
    )
