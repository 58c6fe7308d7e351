"""Who does it: the subject of each verb of a sentence, wherever it stands.

In: the parts of a sentence (`phrases`), and the frames of the verbs before. Out: the nouns that a verb has for a subject: before it, across what is
put in between, shared with the verb before, or what a "which" stands for.
"""

from bot.grounding.frames import FINITE, INSERTING, Frame, Phrase, head_of, is_time
from bot.grounding.phrases import Chunk, Noun
from bot.grounding.tokenizing import POSSESSIVES


class SubjectReader:
    """Finds the subjects of the verbs of one sentence."""

    def __init__(self, parts: list[Chunk]) -> None:
        self._parts = parts
        self._of_part: dict[int, Frame] = {}
        self._inside_subjects: list[tuple[int, Phrase]] = []
        self._one_subject = False

    def _part(self, i: int) -> Chunk | None:
        return self._parts[i] if 0 <= i < len(self._parts) else None

    def _kind(self, i: int) -> str:
        return self._parts[i].kind if 0 <= i < len(self._parts) else ""

    def _subjects(self, i: int, previous: int | None) -> list[Noun]:
        chunk = self._parts[i]
        j = i - 1
        while self._kind(j) in {"R", "T"}:
            j -= 1
        if j < 0:
            return self._main_subject(i)
        before = self._parts[j]
        if before.kind == "NP" and j == i - 1 and chunk.shape == "passive" and chunk.mood == "to" and chunk.opens == "to":
            return [*before.nouns, *self._all_before(previous)]  # "the summit to be held"
        if chunk.shape in {"to", "ing"} and before.kind != "W":
            return self._of_infinite(chunk, before, previous)
        match before.kind:
            case "W":
                return _agreeing(self._antecedent(j), chunk.opens)
            case "C" | "VB":
                return self._subject_before(previous)
            case "M":
                return self._across_mark(i, j, previous)
            case "NP":
                return self._left_of(i, j, previous)
            case "S" | "P":
                return self._subject_before(previous) if previous is not None else self._main_subject(i)
        return []

    def _of_infinite(self, chunk: Chunk, before: Chunk, previous: int | None) -> list[Noun]:
        """Of "to leave" and "leaving"; a law "banning" something bans it, but no name has such a word behind it."""
        if chunk.shape == "to":
            return self._all_before(previous)
        is_pronoun = before.article in POSSESSIVES or before.text == before.article
        if before.kind == "NP" and not is_pronoun and not any(noun.is_name for noun in before.nouns):
            return list(before.nouns)
        return self._subject_before(previous)

    def _subject_before(self, previous: int | None) -> list[Noun]:
        """The subject of the verb before."""
        if previous is None or previous not in self._of_part:
            return []
        frame = self._of_part[previous]
        return list(frame.objects if self._parts[previous].shape == "passive" else frame.subjects)

    def _all_before(self, previous: int | None) -> list[Noun]:
        """The subject and the object of the verb before: "asked him to leave", "used it to leave"."""
        frame = self._of_part.get(previous) if previous is not None else None
        return [*frame.subjects, *frame.objects] if frame else []

    def _main_subject(self, i: int) -> list[Noun]:
        """Of a participle that opens the sentence: the noun behind the next comma."""
        comma = next((k for k in range(i, len(self._parts)) if self._parts[k].text == ","), len(self._parts))
        if self._kind(comma + 1) != "NP":
            return []
        self._parts[comma + 1].used = True
        return list(self._parts[comma + 1].nouns)

    def _antecedent(self, j: int) -> list[Noun]:
        """What the "which" at `j` stands for: the noun before it, or the one that this belongs to."""
        k = j - 1
        while k >= 0 and self._kind(k) in {"M", "P"}:
            k -= 1
        if self._parts[j].text == "that" and self._agent_of(k) is not None:  # a name alone has no "that": "a ship built by Kok that sank"
            k = self._agent_of(k) or k
        found: list[Noun] = []
        while self._kind(k) == "NP":
            self._parts[k].used = True
            found += [*self._parts[k].nouns, *(of for noun in self._parts[k].nouns for of in noun.of)]
            belongs = k == j - 1 and self._kind(k - 1) == "P" and self._kind(k - 2) == "NP" and self._parts[j].text not in {"who", "whom"}
            if not belongs or any(noun.is_name for noun in self._parts[k - 2].nouns):
                break
            k -= 2
        return found

    def _agent_of(self, k: int) -> int | None:
        """Where the name at `k` is by whom a thing right before is done: that thing."""
        is_agent = self._kind(k) == "NP" and all(n.is_name for n in self._parts[k].nouns) and k > 2 and self._parts[k - 1].text == "by"
        return k - 3 if is_agent and self._kind(k - 2) == "VB" and self._kind(k - 3) == "NP" else None

    def _across_mark(self, i: int, j: int, previous: int | None) -> list[Noun]:
        """Of a verb behind a comma: what stands before what was put in; of a participle, the noun before the comma, or the subject before."""
        shape, mark = self._parts[i].shape, self._parts[j].text
        opening = next((k for k in range(j - 1, -1, -1) if self._parts[k].text == ("(" if mark == ")" else mark)), 0)
        has_verb = any(chunk.kind == "VB" and chunk.shape in FINITE for chunk in self._parts[:opening])
        if shape in {"ing", "to"} or (shape == "past" and (has_verb or not opening) and mark in INSERTING):
            before = self._parts[j - 1].nouns if shape == "past" and j and self._kind(j - 1) == "NP" else []
            return [*before, *self._all_before(previous)]
        if opening and mark in INSERTING | {")"}:
            if self._kind(opening - 1) == "NP":
                found = [*self._left_of(i, opening - 1, previous), *self._inserted(opening, j)]
                self._one_subject = True
                return found
            if self._kind(opening - 1) == "M" and self._kind(opening - 2) == "NP":
                return self._left_of(i, opening - 2, previous)
        return self._subject_before(previous)

    def _inserted(self, opening: int, closing: int) -> list[Noun]:
        """The noun of an apposition between two marks."""
        if opening + 1 >= closing or self._kind(opening + 1) != "NP":
            return []
        self._parts[opening + 1].used = True
        return list(self._parts[opening + 1].nouns)

    def _left_of(self, i: int, j: int, previous: int | None) -> list[Noun]:
        """The first noun of what stands before a verb and ends at `j`; in a list, each."""
        k = j
        while self._kind(k - 1) == "P" and self._kind(k - 2) == "NP":
            k -= 2
        if self._kind(k - 1) in {"P", "VB"} and (about := self._before_relative(previous)) is not None:
            return self._left_of(i, about, None)
        if self._kind(k - 1) == "P":  # no subject, but a phrase: "… and in 1990 died"
            return self._subject_before(previous) if k == j and is_time(self._parts[j].nouns) else []
        items = self._list_back(k, previous)
        self._one_subject = False
        for item in items:
            item.used = True
        for m in range(k + 2, j + 1, 2):
            self._parts[m].used = True
            phrase = Phrase(self._parts[m - 1].text, tuple(self._parts[m].nouns), head_of(self._parts[m - 2]))
            self._inside_subjects.append((i, phrase))
        return [noun for item in items for noun in item.nouns]

    def _before_relative(self, previous: int | None) -> int | None:
        """The noun before the relative clause of the verb before, where it is what the sentence is about: "the letter that Kok wrote in 1906 was"."""
        opening = next((k for k in range((previous or 0) - 1, 0, -1) if self._kind(k) == "W" or self._parts[k].text == "that"), 0)
        is_first = not any(chunk.kind == "VB" for chunk in self._parts[:opening])
        return opening - 1 if opening and is_first and self._kind(opening - 1) == "NP" else None

    def _list_back(self, k: int, previous: int | None) -> list[Chunk]:
        """The noun phrases of the list that ends at `k`."""
        items = [self._parts[k]]
        back = k - 3 if k > 2 and self._parts[k - 2].text == "," else k - 2
        if self._kind(k - 1) != "C" or self._kind(back) != "NP" or self._may_be_object(back, previous):
            return items
        items.append(self._parts[back])
        while back >= 2 and self._parts[back - 1].text == "," and self._kind(back - 2) == "NP":
            back -= 2
            items.append(self._parts[back])
        return items

    def _may_be_object(self, k: int, previous: int | None) -> bool:
        """Whether the noun at `k` may be the object of the verb before: it is, unless a clause begins in front of it."""
        if previous is None:
            return False
        while k - 2 > previous and self._parts[k - 1].text == "," and self._kind(k - 2) == "NP":
            k -= 2
        return previous < k and self._kind(k - 1) not in {"M", "S", "W", "C"}


def _agreeing(nouns: list[Noun], verb: str) -> list[Noun]:
    """Those of some nouns that may be the subject of a verb by its number: "a chief of the Mingo, who were"."""
    if verb not in {"are", "were", "have", "do", "is", "was", "has", "does"}:
        return nouns
    return [noun for noun in nouns if noun.is_name or noun.is_plural == (verb in {"are", "were", "have", "do"})] or nouns
