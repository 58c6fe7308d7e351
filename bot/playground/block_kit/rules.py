"""The language the tables of Block Kit are written in.

In: a value, where it stands (a JSON pointer), and the surface it is for. Out: problems, in the words of Slack's
`response_metadata.messages`: "must be less than 3001 characters [json-pointer:/blocks/0/text/text]".
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]
Problems = Iterator[str]
Rule = Callable[[Any, str, Surface], Problems]
Check = Callable[[Mapping[str, Any], str], Problems]


def problem(message: str, pointer: str) -> str:
    """A problem at a place."""
    return f"{message} [json-pointer:{pointer}]"


@dataclass(frozen=True)
class Shape:
    """An object: the fields it must have, those it may have, and what must hold between them. `type` may always be."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()

    def __call__(self, value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
        """The problems of an object that should have this shape."""
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
            return
        for name in self.required:
            if value.get(name) is None:
                yield problem(f"missing required field: {name}", pointer)
        rules = {**self.required, **self.optional}
        for name, part in value.items():
            if name not in rules and name != "type":
                yield problem(f"invalid additional property: {name}", pointer)
            elif name in rules and part is not None:
                yield from rules[name](part, f"{pointer}/{name}", surface)
        for check in self.checks:
            yield from check(value, pointer)


def string(limit: int, at_least: int = 1) -> Rule:
    """A string of at least and at most so many characters."""

    def rule(value: Any, pointer: str, _: Surface) -> Problems:  # any JSON value
        if not isinstance(value, str):
            yield problem("must provide a string", pointer)
        elif len(value) < at_least:
            yield problem(f"must be more than {at_least - 1} characters", pointer)
        elif len(value) > limit:
            yield problem(f"must be less than {limit + 1} characters", pointer)

    return rule


def url(limit: int = 3000) -> Rule:
    """An http or https address of at most so many characters."""

    def rule(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
        yield from string(limit)(value, pointer, surface)
        if isinstance(value, str) and value and not value.startswith(("https://", "http://", "mailto:", "slack://")):
            yield problem("must be a valid URL", pointer)

    return rule


def boolean(value: Any, pointer: str, _: Surface) -> Problems:  # any JSON value
    """True or false."""
    if not isinstance(value, bool):
        yield problem("must provide a boolean", pointer)


def integer(lowest: int, highest: int) -> Rule:
    """A whole number between two."""

    def rule(value: Any, pointer: str, _: Surface) -> Problems:  # any JSON value
        if not isinstance(value, int) or isinstance(value, bool):
            yield problem("must provide an integer", pointer)
        elif not lowest <= value <= highest:
            yield problem(f"must be between {lowest} and {highest}", pointer)

    return rule


def anything(_value: Any, _pointer: str, _surface: Surface) -> Problems:  # any JSON value
    """Whatever it is."""
    yield from ()


def one_of(*allowed: str) -> Rule:
    """One of these words."""

    def rule(value: Any, pointer: str, _: Surface) -> Problems:  # any JSON value
        if value not in allowed:
            yield problem(f"must be one of: {', '.join(allowed)}", pointer)

    return rule


def array(item: Rule, limit: int, at_least: int = 1) -> Rule:
    """An array of so many items of one kind."""

    def rule(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
        if not isinstance(value, list):
            yield problem("must provide an array", pointer)
            return
        if len(value) < at_least:
            yield problem(f"no fewer than {at_least} items allowed", pointer)
        if len(value) > limit:
            yield problem(f"no more than {limit} items allowed", pointer)
        for index, each in enumerate(value):
            yield from item(each, f"{pointer}/{index}", surface)

    return rule


def typed(table: Mapping[str, Rule], allowed: Collection[str] | None = None) -> Rule:
    """An object whose `type` says which rule of the table it follows; only some types may be allowed here."""

    def rule(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield problem("must provide an object", pointer)
        elif kind is None:
            yield problem("missing required field: type", pointer)
        elif kind not in table or (allowed is not None and kind not in allowed):
            yield problem(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from table[kind](value, pointer, surface)

    return rule


def at_least_one(*names: str) -> Check:
    """One or more of these fields must be there."""

    def check(value: Mapping[str, Any], pointer: str) -> Problems:
        if not any(value.get(name) for name in names):
            yield problem(f"must define at least one of: {', '.join(names)}", pointer)

    return check


def exactly_one(*names: str) -> Check:
    """One of these fields must be there, and no other of them."""

    def check(value: Mapping[str, Any], pointer: str) -> Problems:
        if sum(value.get(name) is not None for name in names) != 1:
            yield problem(f"must define exactly one of: {', '.join(names)}", pointer)

    return check
