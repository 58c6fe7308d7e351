"""A sentence as frames: each verb with who does it, what it is done to, and the phrases that go with it.

In: one sentence, its references written out. Out: its Frames, one a verb, and one for each "is" that an apposition or a title stands for. No
lexicon and no model: the parts that `phrases` finds, and where they stand. The same thing said in another order gives the same frames. What cannot
be placed makes the reading incomplete, and nothing is proved by it.

>>> read_frames("The trader Jan Kok founded the town in 1652.")   # found: kok; town; in 1652 - be: kok; trader
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.grounding.frames import FINITE, HOLDING, INSERTING, OF_TIME, Frame, Phrase, SentenceFrames, head_of, is_time
from bot.grounding.phrases import Chunk, Noun, chunks, list_from, list_of_same
from bot.grounding.subjects import SubjectReader
from bot.grounding.tokenizing import POSSESSIVES
from bot.grounding.verbs import lemma

# Pronouns, and whether one may stand for an object.
_STAND_FOR = {"he": False, "she": False, "it": False, "they": False, "him": True, "them": True}
_NOMINATIVE = frozenset("he she they it we i you there".split())
# Verbs that have whom before what: "gave the museum a harp".
_GIVING = frozenset(map(lemma, "give offer send show lend pay grant sell award teach bring hand owe promise provide".split()))
_IN_TIME = frozenset({"before", "after", "until", "since"})


@lru_cache(maxsize=4096)
def read_frames(sentence: str) -> SentenceFrames:
    """The frames of a sentence."""
    return _FrameReader(chunks(sentence)).read()


class _FrameReader(SubjectReader):
    """Reads the frames out of the parts of one sentence."""

    def __init__(self, parts: list[Chunk]) -> None:
        super().__init__(parts)
        self._frames: list[Frame] = []
        self._of_giving: Phrase | None = None

    def read(self) -> SentenceFrames:
        previous: int | None = None
        for i, chunk in enumerate(self._parts):
            if chunk.kind == "VB":
                self._read_verb(i, previous)
                previous = i
        self._read_gapped()
        self._read_appositions()
        self._place_the_rest()
        self._read_titles()
        nouns = [chunk for chunk in self._parts if chunk.kind == "NP" and chunk.nouns and not chunk.used]
        return SentenceFrames(self._frames, [chunk.text for chunk in nouns if not self._tells_when(chunk)])

    def _read_gapped(self) -> None:
        """Of "the primary within 15 minutes; the secondary within 30" what is left of the second clause, with the verb of the first."""
        for j, chunk in enumerate(self._parts):
            previous = next((k for k in range(j, -1, -1) if k in self._of_part), None)
            rest = range(j + 1, len(self._parts))
            if chunk.text != ";" or previous is None or self._kind(j + 1) != "NP" or any(self._kind(k) in {"VB", "S", "W"} for k in rest):
                continue
            before = self._of_part[previous]
            frame = Frame(before.verb, list(self._parts[j + 1].nouns), list(before.objects), mood=before.mood)
            self._parts[j + 1].used = True
            for k in rest:
                if self._kind(k) == "P" and self._kind(k + 1) == "NP":
                    self._add_phrase(frame, k, is_passive=False)
            self._frames.append(frame)

    def _tells_when(self, chunk: Chunk) -> bool:
        """Whether a noun without preposition tells when: "every Wednesday". It goes with every verb."""
        if not all(noun.head in OF_TIME for noun in chunk.nouns):
            return False
        for frame in self._of_part.values():
            frame.phrases.append(Phrase("", tuple(chunk.nouns)))
        return True

    # -- a verb

    def _read_verb(self, i: int, previous: int | None) -> None:
        chunk = self._parts[i]
        frame = Frame(chunk.verb, adverbs=set(chunk.adverbs), mood=chunk.mood)
        self._one_subject = True
        frame.subjects = self._resolved(self._subjects(i, previous))
        frame.has_one_subject = self._one_subject
        self._frames.append(frame)
        frame.objects = self._resolved(self._objects(i))
        if not frame.objects:
            frame.objects = self._left_out(i, previous)
            frame.has_one_object = bool(frame.objects)
        chunk.shape = self._shape(i, previous, has_object=bool(frame.objects))
        frame.is_either = chunk.shape == "either"
        frame.shape = chunk.shape
        if chunk.shape == "passive":
            following = frame.objects if chunk.verb != "be" else []
            frame.subjects, frame.objects, frame.has_one_object = [], [*frame.subjects, *following], frame.has_one_subject
        frame.is_aside = self._kind(i - 1) == "M"
        self._of_part[i] = frame
        frame.phrases += [*self._where(i), *([self._of_giving] if self._of_giving else [])]
        self._of_giving = None
        frame.under = self._under(i, previous)
        start = 0 if previous is None else previous + 1
        frame.opens = next((c.text for c in self._parts[start:i] if c.kind == "S" and c.text in _IN_TIME), "")
        self._read_phrases(i, frame)

    def _shape(self, i: int, previous: int | None, *, has_object: bool) -> str:
        """The shape of a verb; of one that has no helping verb, as far as what stands around it tells."""
        if self._parts[i].shape != "past":
            return self._parts[i].shape
        joined = previous is not None and self._kind(i - 1) == "C" and self._parts[previous].shape == "passive" and not has_object
        if joined or self._has_agent(i, has_object=has_object):
            return "passive"
        if has_object:
            return "past"
        return "active" if self._kind(i - 1) == "W" else "either"

    def _has_agent(self, i: int, *, has_object: bool) -> bool:
        """Whether somebody is named by whom it is done."""
        for n, chunk in enumerate(self._parts[i + 1 :]):
            if chunk.kind not in {"P", "NP", "R"} or (has_object and n):
                return False
            if chunk.kind == "P" and (chunk.text == "by" or (chunk.text == "as" and not n)):
                by_what = self._part(i + n + 2)
                return by_what is None or not by_what.text[:1].isdigit()  # "fell by 8%"
        return False

    def _under(self, i: int, previous: int | None) -> str:
        """The verb behind which a clause stands: "Kok believes they can win", "it is said that he came and won"."""
        if previous is None:
            return ""
        between = self._parts[previous + 1 : i]
        if (between and between[-1].kind == "C") or self._parts[i].shape in {"to", "ing"}:
            return self._of_part[previous].under
        kinds = {"that" if chunk.text == "that" else chunk.kind for chunk in between}
        verb = self._parts[previous].verb
        if self._parts[previous].shape == "to" and verb == lemma("note"):  # "it is interesting to note that …"
            return ""
        return verb if "NP" in kinds and kinds <= {"NP", "P", "R", "that"} and verb in HOLDING else ""

    def _where(self, i: int) -> Iterator[Phrase]:
        """What a "where" stands for is where it is done."""
        k = next((k for k in range(i - 1, 0, -1) if self._kind(k) in {"S", "VB", "W"}), 0)
        if k < 2 or self._parts[k].text != "where":
            return
        before = k - 1 if self._kind(k - 1) == "NP" else k - 2
        while self._kind(before) == "NP":
            yield Phrase("in", tuple(self._parts[before].nouns))
            if self._kind(before - 1) != "P":
                return
            before -= 2

    # -- what it is done to

    def _objects(self, i: int) -> list[Noun]:
        j = i + 1
        while self._kind(j) == "R":
            j += 1
        if self._kind(j) != "NP" or self._opens_statement(j):
            return []
        found: list[Noun] = []
        items = list_from(self._parts, j)
        if self._parts[i].verb in _GIVING and len(items) == 1 and self._kind(j + 1) == "NP" and not is_time(self._parts[j + 1].nouns):
            self._parts[j].used = True
            self._of_giving = Phrase("to", tuple(self._owned(self._parts[j])))
            items = list_from(self._parts, j + 1)
        for item in items:
            item.used = True
            found += self._owned(item)
        return found

    def _opens_statement(self, j: int) -> bool:
        """Whether the noun at `j` is the subject of what is said, not what it is said to: "said Kok would come"."""
        after = self._part(j + 1)
        if after is None or after.kind != "VB":
            return False
        return after.shape in {"active", "passive"} or (self._parts[j].article in _NOMINATIVE and after.shape == "past")

    def _left_out(self, i: int, previous: int | None) -> list[Noun]:
        """What a relative clause is about, where it is its object: "the letter that Kok signed", "the taxes the king wished to impose"."""
        chunk, parts = self._parts[i], self._parts
        if chunk.shape == "to" and previous == i - 1 and self._of_part[previous].has_one_object:
            return list(self._of_part[previous].objects)
        if i < 2 or self._kind(i - 1) != "NP" or chunk.shape not in {"active", "past"} or chunk.verb == "be":
            return []
        before = parts[i - 2]
        if before.kind == "W" or (before.kind == "S" and before.text == "that"):
            return self._antecedent(i - 2) if self._kind(i - 3) == "NP" else []
        opens = i == 3 and self._kind(0) == "P"  # "In 1066 the king …"
        return list(before.nouns) if before.kind == "NP" and not opens and not any(is_time([n]) for n in before.nouns) else []

    def _owned(self, chunk: Chunk) -> list[Noun]:
        """The nouns of a phrase; where it begins with "his" or "its", with whom that may be."""
        if chunk.article not in POSSESSIVES:
            return chunk.nouns
        owners = tuple(self._candidates("them"))
        return [noun if noun.of else replace(noun, perhaps_of=owners) for noun in chunk.nouns]  # "her mother's sister" is the mother's

    def _resolved(self, nouns: Sequence[Noun]) -> list[Noun]:
        """Nouns, pronouns with what they may stand for."""
        return [replace(noun, other=tuple(self._candidates(noun.head))) if noun.head in _STAND_FOR else noun for noun in nouns]

    def _candidates(self, pronoun: str) -> list[Noun]:
        """The subjects of the verbs before; for "him" and "them" the nearest objects as well."""
        found: list[Noun] = []
        for frame in reversed(self._frames):
            nouns = [*frame.subjects, *(frame.objects if _STAND_FOR[pronoun] or not frame.subjects else [])]
            found += [noun for noun in nouns if noun.head not in _STAND_FOR and noun not in found]
        return found[:3] if _STAND_FOR[pronoun] else found[:1]

    # -- what goes with it

    def _read_phrases(self, i: int, frame: Frame) -> None:
        """What stands behind a verb up to the end of its clause."""
        for j in range(i + 1, len(self._parts)):
            chunk = self._parts[j]
            ends = chunk.kind in {"VB", "S", "W"} or chunk.text == ";"
            if ends or (chunk.kind == "C" and self._leads_to_verb(j + 1)):
                return
            after = self._part(j + 1)
            if chunk.kind == "R" and "not" in chunk.adverbs and self._kind(j - 1) == "C":  # "in the hall, but not in the shop"
                denied = replace(frame, phrases=[], adverbs=frame.adverbs ^ {"not"})
                self._frames.append(denied)
                frame = denied
            elif chunk.kind == "R":
                frame.adverbs |= chunk.adverbs if self._kind(j + 1) != "VB" else set()
            elif chunk.kind == "P" and after is not None and after.kind == "NP":
                self._add_phrase(frame, j, is_passive=self._parts[i].shape == "passive")
            elif chunk.kind == "C" and after is not None and after.opens_with_a and not after.used and self._kind(j - 1) == "NP":
                after.used = True  # "has a base of gold and a value"
                frame.objects += after.nouns

    def _add_phrase(self, frame: Frame, j: int, *, is_passive: bool) -> None:
        items = list_of_same(self._parts, j + 1)
        if self._ends_in_subject(j + 1, items):
            items = items[:1]
        nouns = tuple(noun for item in items for noun in self._owned(item))
        for item in items:
            item.used = True
        if self._parts[j].text == "by" and is_passive:
            frame.subjects += nouns
            return
        frame.phrases.append(Phrase(self._parts[j].text, nouns, head_of(self._parts[j - 1])))
        if self._parts[j].text == "with" and frame.verb == "have":  # who has a base with a value has both
            frame.objects += nouns

    def _leads_to_verb(self, j: int) -> bool:
        """Whether only phrases stand before the next verb: "… and since 2005 has been exported"."""
        while self._kind(j) == "P" and self._kind(j + 1) == "NP":
            j += 2
        return self._kind(j) == "VB"

    def _ends_in_subject(self, j: int, items: Sequence[Chunk]) -> bool:
        """Whether the last of a list is the subject of the next clause: "for A, and B did"."""
        if len(items) < 2:
            return False
        last = next(k for k in range(j, len(self._parts)) if self._parts[k] is items[-1])
        return self._kind(last + 1) == "VB" and self._parts[last + 1].shape in FINITE

    # -- what else there is

    def _place_the_rest(self) -> None:
        """Phrases and adverbs before the subject go with the verb behind it, and those inside a subject with its verb."""
        for i, phrase in self._inside_subjects:
            self._of_part[i].phrases.append(phrase)
        for j, chunk in enumerate(self._parts):
            after = next((self._of_part[k] for k in range(j + 1, len(self._parts)) if k in self._of_part), None)
            if after is None:
                return
            if chunk.kind == "R":
                after.adverbs |= chunk.adverbs
            if chunk.kind == "P" and self._kind(j + 1) == "NP" and not self._parts[j + 1].used:
                after.phrases.append(Phrase(chunk.text, tuple(self._unused_list(j + 1))))

    def _unused_list(self, j: int) -> Iterator[Noun]:
        for item in list_from(self._parts, j):
            if item.used:
                return
            item.used = True
            yield from item.nouns

    def _read_titles(self) -> None:
        """Of "the trader Jan Kok": he is one."""
        for noun in [noun for chunk in self._parts for noun in chunk.nouns]:
            for other in noun.other:
                behind = [phrase for frame in self._frames for phrase in frame.phrases if phrase.behind == noun.head]
                self._frames.append(Frame("be", [noun], [other], behind))

    def _read_appositions(self) -> None:
        """Of "Jan Kok, a trader from Holland,": he is one."""
        parts = self._parts
        for j in range(1, len(parts) - 1):
            one, other = parts[j - 1], parts[j + 1]
            if parts[j].text not in INSERTING | {":"} or not (one.kind == other.kind == "NP" and one.nouns and other.nouns):
                continue
            if (j == 2 and self._kind(0) == "P") or self._is_listed(j - 1):  # "In 1066, Duke William …"
                continue
            items = list_from(parts, j + 1)
            frame = Frame("be", list(self._owned(one)), [noun for item in items for noun in self._owned(item)])
            end = next(k for k in range(j, len(parts)) if parts[k] is items[-1]) + 1
            while self._kind(end) == "P" and self._kind(end + 1) == "NP":
                frame.phrases.append(Phrase(parts[end].text, tuple(parts[end + 1].nouns), head_of(other)))
                parts[end + 1].used = True
                end += 2
            if self._kind(end) in {"", "M", "W", "C"} or (self._kind(end) == "VB" and parts[j].text != ","):
                for item in items:
                    item.used = True
                self._frames.append(frame)

    def _all_names(self, *places: int) -> bool:
        """Whether there are names at `places`, with commas between them."""
        commas = all(self._part(k + 1) is not None and self._parts[k + 1].text == "," for k in places[:-1] if k >= 0)
        return commas and all(self._kind(k) == "NP" and self._parts[k].nouns and self._parts[k].nouns[-1].is_name for k in places)

    def _is_listed(self, k: int) -> bool:
        """Whether the noun at `k` is one of a list, whose commas tell nothing."""
        before = k >= 2 and self._parts[k - 1].text == "," and self._kind(k - 2) == "NP" and len(list_from(self._parts, k - 2)) > 1
        if self._all_names(k - 2, k, k + 2) or self._all_names(k, k + 2, k + 4):  # "… Ida Moe, Jan Kok, Per Lund …"
            return True
        return before or len(list_from(self._parts, k)) > 1
