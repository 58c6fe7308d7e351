"""Whom a bare surname means. In: the sentences of a document, in order. Out: for a sentence, the full names it only names in part.

A name is taken for a person's where a role goes before it ("president Martin Lau") or a verb of saying comes after it ("Martin Lau says").
From then on a part of it standing alone ("Lau") means the person last named so.
"""

import re

_FULL = r"[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|[A-Z]\.)){1,3}"
ROLE = (
    r"(?:founder|co-founder|president|chairman|chairwoman|chair|ceo|chief|executive|officer|director|minister|king|queen|emperor|general|senator"
    r"|governor|mayor|professor|scientist|engineer|analyst|author|writer|critic|economist|historian|philosopher|explorer|leader|secretary|"
    r"manager|partner|head|judge|physicist|mathematician|inventor|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|CEO|CFO|COO|CTO|Professor|President|Chairman|Sir)"
)
# Where a capital after a full stop still stands within a sentence.
AFTER_A_TITLE = "|".join(rf"(?<=\b{title}\. )" for title in ("Dr", "Mr", "Mrs", "Ms", "Prof", "St"))
_SAYS = (
    r"(?:said|says|wrote|writes|noted|notes|stressed|stresses|added|adds|told|argued|argues|claimed|claims|announced|explained|explains|maintains"
    r"|believes|believed|emphasises|emphasizes|promises|acknowledges|thinks|proposed|suggested|declares|hopes)"
)
_IS_ROLE = re.compile(rf"{ROLE}$", re.IGNORECASE)
_AFTER_ROLE = re.compile(rf"\b{ROLE},? ({_FULL})")
_BEFORE_VERB = re.compile(rf"\b({_FULL}),? {_SAYS}\b")
_BEFORE_ROLE = re.compile(rf"\b({_FULL}), (?:an?|the|its|his|her|their|[A-Z]\w+)?[\w ’']{{0,40}}\b{ROLE}\b")
_HAS_ROLE = re.compile(rf"\b({_FULL}), (?:(?:an?|the|its|his|her|their|our|former) [\w -]{{0,40}})?\b{ROLE}\b")
_BARE = re.compile(r"(?<![A-Z]\w )\b([A-Z][\w-]+)\b(?:[’']s?)?")
_CAPITALISED_BEFORE = re.compile(r"[A-Z][\w’'-]*\.? $")
_CAPITALISED_AFTER = re.compile(r"^ [A-Z]")


def is_role(word: str) -> bool:
    """Whether a word says what a person is: "president", "CEO"."""
    return _IS_ROLE.match(word) is not None


def with_roles(text: str) -> frozenset[str]:
    """Full names of those of whom a text says what they are: "president Martin Lau", "Ada Holm, an engineer"."""
    named = [found.group(1) for pattern in (_AFTER_ROLE, _HAS_ROLE) for found in pattern.finditer(text)]
    return frozenset(" ".join(part for part in name.split() if not _IS_ROLE.match(part)) for name in named)


class People:
    """The persons named so far in one document."""

    def __init__(self) -> None:
        self._by_part: dict[str, str] = {}

    def implied_by(self, sentence: str) -> list[str]:
        """Full names of those whom `sentence` names by one part only; whom it names in full is remembered for the sentences after it."""
        self._remember(sentence)
        if not self._by_part:
            return []
        implied = []
        for found in _BARE.finditer(sentence):
            name = self._by_part.get(found.group(1))
            if name and name not in sentence and self._stands_alone(sentence, found):
                implied.append(name)
        return implied

    @staticmethod
    def _stands_alone(sentence: str, found: re.Match[str]) -> bool:
        before = sentence[max(0, found.start() - 30) : found.start()]
        return not _CAPITALISED_BEFORE.search(before) and not _CAPITALISED_AFTER.match(sentence[found.end(1) : found.end(1) + 2])

    def _remember(self, sentence: str) -> None:
        for pattern in (_AFTER_ROLE, _BEFORE_VERB, _BEFORE_ROLE):
            for found in pattern.finditer(sentence):
                parts = [part for part in found.group(1).split() if not _IS_ROLE.match(part)]
                for part in parts if len(parts) > 1 else ():
                    self._by_part[part] = " ".join(parts)
