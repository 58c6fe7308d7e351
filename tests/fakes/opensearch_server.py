"""An OpenSearch server on loopback: the endpoints that the engine uses, with Lucene's BM25 computed from its formula.

In: requests as OpenSearch's reference describes them. Out: answers in its shape. As in the real one nothing that was written is seen, by a
search or a delete by query, before a refresh; a field that the mapping does not know is refused; what it does not emulate is answered with 400.
"""

import json
import math
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Json = dict[str, Any]


class Refused(Exception):  # it says what happened
    """A request that the server answers with an error of this type."""

    def __init__(self, status: int, kind: str, reason: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.body = {"error": {"type": kind, "reason": reason, "root_cause": []}, "status": status}


class Index:
    """One index: its settings, what was written, and what can be seen of it."""

    def __init__(self, body: Json) -> None:
        settings = body["settings"]["index"]
        self.k1, self.b = settings["similarity"]["default"]["k1"], settings["similarity"]["default"]["b"]
        assert settings["analysis"]["analyzer"]["tokens"]["tokenizer"] == "whitespace"
        self.fields: Json = body["mappings"]["properties"]
        self.written: dict[str, Json] = {}
        self.seen: dict[str, Json] = {}

    def write(self, id_: str, source: Json) -> None:
        if unknown := set(source) - set(self.fields):
            raise Refused(400, "strict_dynamic_mapping_exception", f"{unknown} is not allowed")
        self.written[id_] = {
            name: Counter(value.split()) if self.fields[name]["type"] == "text" else value for name, value in source.items()
        }

    def refresh(self) -> None:
        self.seen = dict(self.written)

    def matches(self, query: Json, document: Json) -> bool:
        [(kind, inner)] = query.items()
        match kind:
            case "term":
                [(field, value)] = inner.items()
                wanted = value["value"] if isinstance(value, dict) else value
                held = document[field]
                return wanted in held if isinstance(held, Counter) else bool(wanted == held)
            case "terms":
                [(field, values)] = inner.items()
                return document[field] in values
            case "bool":
                return all(self.matches(q, document) for q in inner.get("filter", [])) and not any(
                    self.matches(q, document) for q in inner.get("must_not", [])
                )
        raise Refused(400, "parsing_exception", f"unknown query [{kind}]")

    def search(self, body: Json) -> Json:
        scores: Counter[str] = Counter()
        for clause in body.get("query", {"bool": {"should": []}})["bool"]["should"]:
            [(field, value)] = clause["term"].items()
            scores.update(self._bm25(field, value["value"], value["boost"]))
        best = sorted(scores.items(), key=lambda hit: -hit[1])[: body["size"]]
        answer: Json = {"hits": {"hits": [{"_id": id_, "_score": score} for id_, score in best]}}
        if body.get("track_total_hits", True):
            answer["hits"]["total"] = {"value": len(scores) if "query" in body else len(self.seen), "relation": "eq"}
        if "aggs" in body:
            answer["aggregations"] = {name: self._aggregated(what) for name, what in body["aggs"].items()}
        return answer

    def _bm25(self, field: str, token: str, boost: float) -> dict[str, float]:
        lengths = {id_: document[field].total() for id_, document in self.seen.items()}
        usual = sum(lengths.values()) / max(1, sum(1 for length in lengths.values() if length))
        holding = {id_: document[field][token] for id_, document in self.seen.items() if token in document[field]}
        rarity = math.log(1 + (len(self.seen) - len(holding) + 0.5) / (len(holding) + 0.5))
        return {
            id_: boost * rarity * n / (n + self.k1 * (1 - self.b + self.b * lengths[id_] / usual)) for id_, n in holding.items()
        }  # Lucene leaves the formula's constant factor out

    def _aggregated(self, what: Json) -> Json:
        if "filters" in what:
            named = what["filters"]["filters"]
            counts = {name: sum(self.matches(query, document) for document in self.seen.values()) for name, query in named.items()}
            return {"buckets": {name: {"doc_count": count} for name, count in counts.items()}}
        if "composite" not in what:
            raise Refused(400, "parsing_exception", f"unknown aggregation {list(what)}")
        [(name, source)] = what["composite"]["sources"][0].items()
        counted = sorted(Counter(document[source["terms"]["field"]] for document in self.seen.values()).items())
        after = what["composite"].get("after", {}).get(name, "")
        page = [(value, n) for value, n in counted if value > after][: what["composite"]["size"]]
        answer: Json = {"buckets": [{"key": {name: value}, "doc_count": n} for value, n in page]}
        return answer | ({"after_key": {name: page[-1][0]}} if page else {})


class OpenSearchServer:
    """The indices, the requests that came as (method, path), and how many of the next ones are to fail with which status."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.indices: dict[str, Index] = {}
        self.requests: list[tuple[str, str]] = []
        self.failing: list[int] = []

    async def __call__(self, request: Request) -> Response:
        path = request.url.path
        self.requests.append((request.method, path))
        try:
            return self.answer(request.method, path, (await request.body()).decode())
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)

    def answer(self, method: str, path: str, body: str) -> Response:
        if self.failing:
            raise Refused(self.failing.pop(0), "unavailable_exception")
        if (method, path) == ("POST", "/_bulk"):
            return JSONResponse(self._bulk(body))
        found = re.fullmatch(r"/([\w-]+)(?:/(\w+))?", path)
        if not found:
            raise Refused(400, "illegal_argument_exception", f"no handler for {method} {path}")
        name, action = found.groups()
        match method, action:
            case "HEAD", None:
                return Response(status_code=200 if name in self.indices else 404)
            case "PUT", None:
                if name in self.indices:
                    raise Refused(400, "resource_already_exists_exception")
                self.indices[name] = Index(json.loads(body))
                return JSONResponse({"acknowledged": True, "index": name})
            case "POST", "_refresh":
                self._index(name).refresh()
                return JSONResponse({"_shards": {"failed": 0}})
            case "POST", "_search":
                return JSONResponse(self._index(name).search(json.loads(body)))
            case "POST", "_delete_by_query":
                return JSONResponse({"deleted": self._delete(self._index(name), json.loads(body)["query"]), "failures": []})
        raise Refused(400, "illegal_argument_exception", f"no handler for {method} {path}")

    def _index(self, name: str) -> Index:
        if name not in self.indices:
            raise Refused(404, "index_not_found_exception", name)
        return self.indices[name]

    def _bulk(self, body: str) -> Json:
        lines = [json.loads(line) for line in body.splitlines()]
        items = []
        for action, source in zip(lines[::2], lines[1::2], strict=True):
            self._index(action["index"]["_index"]).write(action["index"]["_id"], source)
            items.append({"index": {"_id": action["index"]["_id"], "status": 201}})
        return {"errors": False, "items": items}

    @staticmethod
    def _delete(index: Index, query: Json) -> int:
        gone = [id_ for id_, document in index.seen.items() if index.matches(query, document)]
        for id_ in gone:
            index.written.pop(id_, None)
        index.refresh()  # as the engine asks for with refresh=true
        return len(gone)


@contextmanager
def opensearch_server() -> Iterator[OpenSearchServer]:
    """A running server, empty."""
    with socket.create_server(("127.0.0.1", 0)) as listener:  # listens at once, so nobody has to wait for the thread
        state = OpenSearchServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
        app = Starlette(routes=[Route("/{path:path}", state.__call__, methods=["GET", "HEAD", "PUT", "POST", "DELETE"])])
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="opensearch-server")
        thread.start()
        try:
            yield state
        finally:
            server.should_exit = True
            thread.join()
