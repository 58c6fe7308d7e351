"""The engine for a corpus that outgrows one machine: an OpenSearch index, through its official client (the extra `opensearch`).

In: the server's URL and an index's name. Out: a SearchEngine whose ranks are nearly those of the embedded one: the tokens are the same, behind
a whitespace analyser, and so are k1 and b. A server cannot undo what was half written: where a put fails, all that is held of its documents is
removed. The index belongs to one corpus; replicas of the bot that serve the same documents share it.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import OpenSearchException, RequestError
from opensearchpy.helpers import streaming_bulk

from bot.errors import EngineAway
from bot.retrieval.searching import K1, WEIGHTS, B, Entry, Frequencies, PassageId, version_of
from bot.retrieval.tokens import Tokens

logger = logging.getLogger(__name__)
logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # the client logs each failure with the whole request

_DEEPEST = 10_000  # hits; the server's own limit, index.max_result_window
_AT_ONCE = 1_000  # documents named in one request
_PAGE = 5_000  # documents listed in one answer
_TEXT = {"type": "text", "analyzer": "tokens", "index_options": "freqs"}
INDEX = {
    "settings": {
        "index": {
            "refresh_interval": "-1",  # nothing is seen before it is whole
            "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
            "analysis": {"analyzer": {"tokens": {"type": "custom", "tokenizer": "whitespace"}}},
        }
    },
    "mappings": {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "properties": {
            **dict.fromkeys(Tokens._fields, _TEXT),
            "document": {"type": "keyword"},
            "batch": {"type": "keyword"},
        },
    },
}


class OpenSearchEngine:
    """The index `name` at `url`, made where there is none. Raises EngineAway, also later, where the server does not answer as it should."""

    is_worn = False  # Lucene merges what was removed away by itself

    def __init__(self, url: str, name: str, timeout: float = 10.0) -> None:
        self._name = name
        with _as_away():
            self._client = OpenSearch(hosts=[url], timeout=timeout, max_retries=2, retry_on_timeout=True)
            if not self._client.indices.exists(index=name):
                self._create()

    def put(self, passages: Iterable[Entry]) -> None:
        """Hold `passages` in place of whatever was held of their documents."""
        batch = uuid.uuid4().hex
        written: dict[str, None] = {}
        try:
            with _as_away():
                for _ in streaming_bulk(self._client, self._actions(passages, batch, written), max_retries=2):
                    pass
                self._client.indices.refresh(index=self._name)
            self._delete(list(written), {"must_not": [{"term": {"batch": batch}}]})
        except BaseException:
            self._undo(list(written))
            raise

    def remove(self, *documents: str) -> None:
        """Hold no passage of `documents` any more."""
        self._delete(documents, {})

    def search(self, tokens: Tokens[tuple[str, ...]], k: int) -> list[tuple[PassageId, float]]:
        """The `k` best passages and their BM25 scores, best first; never more than the server's 10,000."""
        terms = [
            {"term": {field: {"value": token, "boost": weight}}}
            for field, weight, those in zip(Tokens._fields, WEIGHTS, tokens, strict=True)
            for token in dict.fromkeys(those)
        ]
        if k < 1 or not terms:
            return []
        found = self._search({"size": min(k, _DEEPEST), "track_total_hits": False, "query": {"bool": {"should": terms}}})
        return [(_passage_id(hit["_id"]), float(hit["_score"])) for hit in found["hits"]["hits"]]

    def frequencies(self, tokens: Tokens[tuple[str, ...]]) -> Frequencies:
        """How rare each of the tokens is."""
        counted = {
            field: {"filters": {"filters": {token: {"term": {field: token}} for token in those}}}
            for field, those in zip(Tokens._fields, tokens, strict=True)
            if those
        }
        found = self._search({"size": 0, "track_total_hits": True, **({"aggs": counted} if counted else {})})
        buckets = [found.get("aggregations", {}).get(field, {"buckets": {}})["buckets"] for field in Tokens._fields]
        return Frequencies(
            found["hits"]["total"]["value"], Tokens(*({token: bucket["doc_count"] for token, bucket in those.items()} for those in buckets))
        )

    def held(self) -> Mapping[str, int]:
        """How many passages are held of each document."""
        held: dict[str, int] = {}
        page: dict[str, Any] = {"size": _PAGE, "sources": [{"document": {"terms": {"field": "document"}}}]}
        while True:
            found = self._search({"size": 0, "aggs": {"documents": {"composite": page}}})["aggregations"]["documents"]
            held |= {bucket["key"]["document"]: bucket["doc_count"] for bucket in found["buckets"]}
            if "after_key" not in found:
                return held
            page["after"] = found["after_key"]

    def version(self) -> str:
        """16 hex digits, the same in every engine that holds the same."""
        return version_of(self.held())

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _create(self) -> None:
        try:
            self._client.indices.create(index=self._name, body=INDEX)
        except RequestError as error:
            if error.error != "resource_already_exists_exception":  # another replica was quicker
                raise

    def _actions(self, passages: Iterable[Entry], batch: str, written: dict[str, None]) -> Iterator[dict[str, Any]]:
        for entry in passages:
            written[entry.id.document] = None
            fields = {field: " ".join(those) for field, those in zip(Tokens._fields, entry.tokens, strict=True)}
            source = {**fields, "document": entry.id.document, "batch": batch}
            yield {"_op_type": "index", "_index": self._name, "_id": f"{entry.id.document}-{entry.id.number}", "_source": source}

    def _delete(self, documents: Sequence[str], otherwise: dict[str, Any]) -> None:
        with _as_away():
            for begin in range(0, len(documents), _AT_ONCE):
                some = list(documents[begin : begin + _AT_ONCE])
                query = {"query": {"bool": {"filter": [{"terms": {"document": some}}], **otherwise}}}
                self._client.delete_by_query(index=self._name, body=query, params={"refresh": "true", "conflicts": "proceed"})

    def _undo(self, documents: Sequence[str]) -> None:
        try:
            with _as_away():
                self._client.indices.refresh(index=self._name)  # only what can be searched can be deleted by a query
            self.remove(*documents)
        except EngineAway as error:
            logger.warning("What was half written to the search server could not be removed: %s", error)

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        with _as_away():
            found: dict[str, Any] = self._client.search(index=self._name, body=body)
        return found


def _passage_id(text: str) -> PassageId:
    document, number = text.rsplit("-", 1)
    return PassageId(document, int(number))


@contextmanager
def _as_away() -> Iterator[None]:
    try:
        yield
    except OpenSearchException as error:
        raise EngineAway(f"the search server: {type(error).__name__}, {getattr(error, 'status_code', 'no answer')}") from error
