"""Ways to say the same: a claim with its condition, its adverb and its plain words as its evidence has them.

In: a claim's text and its evidence's. Out: the claim as it stands, then in other words that mean the same in every sentence. The checks compare words
and their order; a claim that passes them in one of these ways says what it says in all of them.

>>> restated("If it rains, the desk is closed.", "The desk is closed if it rains.")
('If it rains, the desk is closed.', 'The desk is closed if it rains.')
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.grounding.grammar import REPORTING
from bot.grounding.phrases import chunks

# Each line one meaning, "/" between its words; of verbs their forms in one order.
_WORDS = """
buy buys bought bought buying / purchase purchases purchased purchased purchasing
begin begins began begun beginning / start starts started started starting / commence commences commenced commenced commencing
receive receives received received receiving / get gets got got getting / obtain obtains obtained obtained obtaining
happen happens happened happened happening / occur occurs occurred occurred occurring
try tries tried tried trying / attempt attempts attempted attempted attempting
choose chooses chose chosen choosing / select selects selected selected selecting
build builds built built building / construct constructs constructed constructed constructing
need needs needed needed needing / require requires required required requiring
allow allows allowed allowed allowing / permit permits permitted permitted permitting
forbid forbids forbade forbidden forbidding / prohibit prohibits prohibited prohibited prohibiting / ban bans banned banned banning
help helps helped helped helping / assist assists assisted assisted assisting
repair repairs repaired repaired repairing / mend mends mended mended mending
use uses used used using / utilise utilises utilised utilised utilising / utilize utilizes utilized utilized utilizing
defeat defeats defeated defeated defeating / beat beats beat beaten beating
intend intends intended intended intending / plan plans planned planned planning
finish finishes finished finished finishing / complete completes completed completed completing
almost / nearly
approximately / roughly / about
below / under
above / over
quickly / rapidly
often / frequently
annual / yearly
big / large
whole / entire
car cars / automobile automobiles
film films / movie movies
shop shops / store stores
company companies / firm firms
doctor doctors / physician physicians
customer customers / client clients
lawyer lawyers / attorney attorneys
"""
_PHRASES = """
more than / over
less than / under / below
fewer than / under / below
at least / no less than / no fewer than / not less than / a minimum of
at most / no more than / not more than / a maximum of / up to
need not / need not to / does not need to / do not need to / does not have to / do not have to / is not required to / are not required to
despite / in spite of
because of / due to / owing to / on account of
provided that / on condition that / as long as
except for / except / apart from / with the exception of
employees / staff / staff members / members of staff
per year / a year / each year / every year
per month / a month / each month / every month
per week / a week / each week / every week
per day / a day / each day / every day
per hour / an hour / each hour / every hour
per person / each person / a head / per head
percent / per cent
am / a.m.
pm / p.m.
chief executive officer / chief executive / CEO
chief financial officer / CFO
chief operating officer / COO
chief technology officer / CTO
human resources / HR
research and development / R&D
United States / US / USA / U.S. / U.S.A.
United Kingdom / UK / U.K.
European Union / EU / E.U.
such as / for example / for instance / like
"""
_NOT = re.compile(r"\bnot (?P<word>[a-z]+)\b")
# Not a time: "after 1990" tells of what stands beside it.
_CONDITION = (
    r"if|unless|provided that|as long as|although|though|even though|because|because of|due to|thanks to|when|whenever|except|with the exception of|"
    r"without|despite|instead of|rather than|apart from|in addition to|according to|"
    r"regardless of|irrespective of|in contrast to|compared (?:with|to)|"
    r"(?:before|after|until|since|while|once)(?=[^,;\d]+(?:,|[.!]?$))"
)
_SAID = rf"(?P<said>(?:[^,;]{{1,60}} (?:{REPORTING})(?: that)? )?)"
_OPENS = re.compile(rf"^{_SAID}(?P<condition>(?:{_CONDITION})\b[^,;]+), (?P<rest>[^,;]+?)(?P<end>[.!]?)$", re.IGNORECASE)
_ENDS = re.compile(rf"^{_SAID}(?P<rest>(?:(?!\b(?:who|which|that)\b)[^,;])+?),? (?P<condition>(?:{_CONDITION})\b[^,;]+?)(?P<end>[.!]?)$")
_FIRST = re.compile(r"^after (?P<one>[^,;\d]+), (?P<other>[^,;]+?)(?P<end>[.!]?)$", re.IGNORECASE)
_LATER = re.compile(r"^(?P<other>[^,;]+?) after (?P<one>[^,;\d]+?)(?P<end>[.!]?)$")
_EARLIER = re.compile(r"^(?P<one>[^,;]+?) before (?P<other>[^,;\d]+?)(?P<end>[.!]?)$")
_ADVERB = re.compile(r"^(?P<first>\w+(?: far)?), (?P<after>.+)$|^(?P<before>.+?),? (?P<last>so far|already|\w+ly)(?P<end>[.!]?)$")
_NAMED = re.compile(r"\b(?:an?|the|your|our) [\w-]+\b", re.IGNORECASE)
_OBJECT = {"they": "them"}
_QUOTED = re.compile('["“”]')


def restated(text: str, evidence: str) -> tuple[str, ...]:
    """`text`, then what says the same in the words and in the order of `evidence`; no word is changed where `text` itself quotes."""
    reworded = text if _QUOTED.search(text) else _reworded(text, evidence)
    forms = [form for base in dict.fromkeys((text, reworded)) for form in (base, *_moved(base, evidence))]
    return tuple(dict.fromkeys(forms))


def _reworded(text: str, evidence: str) -> str:
    """`text` with the words of `evidence` for those that mean the same."""
    for pattern, others in _rules():
        if not pattern.search(text) or pattern.search(evidence):
            continue
        known = next(
            (
                other
                for other in others
                if re.search(rf"(?<!\w){re.escape(other)}(?!\w)", evidence, 0 if other.isupper() else re.IGNORECASE)
            ),
            None,
        )
        if known is not None:
            text = pattern.sub(lambda found, known=known: _in_case(known, found.group()), text)  # type: ignore[misc]
    return _NOT.sub(lambda found: _negated(found, evidence), text)


def _in_case(word: str, model: str) -> str:
    return word[0].upper() + word[1:] if model[:1].isupper() else word


def _negated(found: re.Match[str], evidence: str) -> str:
    """The "unpaid" of the evidence for "not paid": what is the one is also the other, though not the other way round. Only "un": see "infamous"."""
    one_word = f"un{found['word']}"
    return one_word if re.search(rf"\b{one_word}\b", evidence) else found.group()


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """A pattern a word, and what may stand for it."""
    rules = [[phrase.strip() for phrase in line.split("/")] for line in _PHRASES.strip().splitlines()]
    for line in _WORDS.strip().splitlines():
        alternatives = [word.split() for word in line.split("/")]
        rules += [list(dict.fromkeys(forms)) for forms in zip(*alternatives, strict=True)]
    return tuple(
        (
            re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", 0 if phrase.isupper() else re.IGNORECASE),
            tuple(other for other in group if other != phrase),
        )
        for group in rules
        for phrase in group
    )


def _moved(text: str, evidence: str) -> Iterator[str]:
    """`text` with its condition at the other end, and with its first or last adverb where `evidence` has it."""
    for condition, rest, found in _conditions(text, evidence):
        yield _capital(f"{found['said']}{rest} {_small(condition)}{found['end']}")
        yield _capital(f"{found['said']}{condition}, {_small_opening(rest, evidence)}{found['end']}")
    if (later := _clauses(_FIRST, text) or _clauses(_LATER, text)) is not None and re.search(r"\bbefore\b", evidence, re.IGNORECASE):
        yield f"{_capital(later['one'])} before {_small_opening(later['other'], evidence)}{later['end']}"
    if (earlier := _clauses(_EARLIER, text)) is not None and re.search(r"\bafter\b", evidence, re.IGNORECASE):
        yield f"{_capital(earlier['other'])} after {_small_opening(earlier['one'], evidence)}{earlier['end']}"
    if (placed := _ADVERB.match(text)) is not None:
        adverb = (placed["first"] or placed["last"]).lower()
        rest = placed["after"] or f"{placed['before']}{placed['end']}"
        follows = re.search(rf"\b{adverb} (\w+)", evidence, re.IGNORECASE)
        if follows and (place := re.search(rf"\b{follows[1]}\b", rest)):
            yield _capital(f"{rest[: place.start()]}{adverb} {rest[place.start() :]}")


def _conditions(text: str, evidence: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """The condition of `text` and the rest; once more with "it" in the one for what `evidence` names in the other."""
    found = _OPENS.match(text) or _ENDS.match(text)
    if found is None:
        return
    condition, rest = found["condition"], found["rest"]
    yield condition, rest, found
    for pronoun in ("it", "they", "them"):
        stands_for = re.compile(rf"\b{pronoun}\b", re.IGNORECASE)
        for one, other, turned in ((condition, rest, False), (rest, condition, True)):
            for noun in _NAMED.findall(other) if stands_for.search(one) else ():
                if re.search(rf"\b{re.escape(noun)}\b", evidence, re.IGNORECASE):
                    named, meant = stands_for.sub(noun, one, count=1), other.replace(noun, _OBJECT.get(pronoun, pronoun), 1)
                    yield (meant, named, found) if turned else (named, meant, found)


def _clauses(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The match of a pattern both of whose parts have a verb of their own: not "ten years" before something, nor before "the war"."""
    found = pattern.match(text)
    both = found and all(any(part.kind == "VB" and part.shape != "ing" for part in chunks(found[name])) for name in ("one", "other"))
    return found if both else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _small_opening(text: str, evidence: str) -> str:
    """`text` without the capital of its beginning, where the evidence has that word without one."""
    first = text.split(" ", 1)[0]
    return _small(text) if re.search(rf"\b{re.escape(_small(first))}\b", evidence) else text
