"""Questions one could ask, in the words a person would ask them in, each known to be answerable: the extractive answerer answers it.

In: what was asked, passages, and the words of prompts/replies/suggestions.md. Out: questions that the documents put and answer themselves, then for
the names in them who or what those are, or where no sentence says that, what is said of them.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, dropwhile, islice

from bot.corpus import Passage
from bot.extractive import ExtractiveAnswerer
from bot.extractive.persons import is_role, with_roles
from bot.extractive.prepared import answered_questions
from bot.grounding import Gate
from bot.grounding.topics import suggested_topics
from bot.prompts import Template
from bot.retrieval import content_stems


def suggested(asked: str, passages: Sequence[Passage], extractive: ExtractiveAnswerer, words: Template, most_tried: int) -> Iterator[str]:
    """Answerable questions near what was `asked`, of `most_tried` that are tried of each kind; each costs one or two extractive answers."""
    own = set(content_stems(asked))
    put = (question for question in answered_questions(passages) if not own or own & set(content_stems(question)))
    people = frozenset(name for passage in passages for name in with_roles(" ".join(passage.text.split())))
    people_asked_about = sorted(name for name in people if set(content_stems(name)) <= own)
    named = filter(None, map(_without_roles, suggested_topics(asked, passages)))
    further = (topic for topic in named if not set(content_stems(topic)) <= own)
    topics = dict.fromkeys(chain(people_asked_about, further))
    of_names = sorted((_of(topic, passages, extractive, people, words) for topic in islice(topics, most_tried)), key=lambda one: one[0])
    candidates = chain(islice(put, most_tried), (one for _, one in of_names))
    return (one for one in candidates if set(content_stems(one)) != own and is_answered(one, passages, extractive))


def _without_roles(name: str) -> str:
    """Of "CEO Ada Holm" the name, and nothing of "Elling CEO", which names nobody."""
    words = list(dropwhile(is_role, name.split()))
    return "" if not words or is_role(words[-1]) else " ".join(words)


def _of(
    topic: str, passages: Sequence[Passage], extractive: ExtractiveAnswerer, people: frozenset[str], words: Template
) -> tuple[bool, str]:
    """A question on a name, and whether it is one that can be put of any."""
    is_person = any(name == topic or name.startswith(f"{topic} ") for name in people)
    what_it_is = words.label("person" if is_person else "thing", topic=topic)
    return (False, what_it_is) if extractive.answers_outright(what_it_is, passages) else (True, words.fill(topic=topic))


def is_answered(question: str, passages: Sequence[Passage], extractive: ExtractiveAnswerer) -> bool:
    """Whether `passages` answer it with a quote that the gate lets through."""
    gate = Gate(question, passages)
    return any(gate.verify(claim) is not None for claim in extractive.answer(question, passages).claims)
