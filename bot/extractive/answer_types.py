"""What kind of thing a question asks for, and where a sentence holds things of that kind.

In: a question, or a sentence. Out: the AnswerType expected, if the words tell; where in the sentence things of a type begin.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache


class AnswerType(StrEnum):
    """A kind of answer that can be told by its form."""

    PERSON = "person"
    DATE = "date"
    PLACE = "place"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    REASON = "reason"
    MANNER = "manner"
    DEFINITION = "definition"
    NAME = "name"
    SAYING = "saying"
    CONTACT = "contact"


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_NUMBER_WORD = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?"
    r"|thousands?|millions?|billions?|trillions?"
    r"|dozens?|half|one-\w+|two-thirds|twice)"
)
_UNIT_OF_TIME = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))"

_DAY = re.compile(
    rf"\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:(?:, | )(?:1\d|20)\d\d)?\b|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\.?(?:,? (?:1\d|20)\d\d)?\b"
    rf"|\b(?:{_MONTH}|[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|of|[Ff]rom) (?:1\d|20)\d\d\b(?! \w+s\b)"
)
# A number that counts none of what somebody asks "how many" of: an amount, a measure, a share, a time.
_MEASURE = (
    rf"[ -]?(?:%|per ?cent\b|{_UNIT_OF_TIME}\b|euros?\b|dollars?\b|pounds?\b|yuan\b|yen\b|cents?\b|crowns?\b|francs?\b|quarters\b|thirds\b|km\b|k?g\b"
    r"|[cm]?m\b|kilo\w*\b|met(?:re|er)s?\b|miles?\b|tonnes?\b|lit(?:re|er)s?\b|degrees?\b|o[’']clock|[ap]\.?m\b)"
)
_COUNTING = re.compile(
    rf"(?<![$£€¥\d.,:])(?<![$£€¥] )(?:\b\d[\d.,]*(?<![.,])(?![\d:]|[.,]\d)|\b{_NUMBER_WORD}\b)"
    rf"(?:[ -](?:hundred|thousand|million|billion|trillion)\b)*(?!{_MEASURE})",
    re.IGNORECASE,
)
_IN_TEXT: Mapping[AnswerType, re.Pattern[str]] = {
    AnswerType.DATE: re.compile(
        rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ll]ast|[Nn]ext|[Tt]his|[Oo]f|[Ff]rom|[Ee]very) {_MONTH}\b"
        rf"|\b{_MONTH}\.? \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}\b|\b{_MONTH}\b(?= \d|\.)"
        rf"|\b[Ww]ithin (?:\w+ ){{1,2}}?{_UNIT_OF_TIME}|\b\d{{1,2}}(?:st|nd|rd|th) of\b|\b(?:first|second|third|fourth|fifth|next|last) day\b"
        r"|\b(?:spring|summer|autumn|fall|winter|morning|afternoon|evening|noon|midnight|tonight|Christmas|Easter)\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th) century\b"
        r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:[01]?\d|2[0-3]):[0-5]\d\b|\b\d{1,2} ?(?:[ap]\.?m\b|o[’']clock)"
        r"|\b(?:yesterday|today|tomorrow|last (?:year|month|week)|this (?:year|month|week))\b|\d+\s*[年月日]"
    ),
    AnswerType.MONEY: re.compile(
        r"[$£€¥]\s?\d|\b(?:RMB|USD|US\$|EUR|CNY|RM)\s?\d"
        r"|\b\d[\d.,]*\s(?:million |billion |trillion )?(?:dollars?|euros?|pounds?|yuan|yen|cents|crowns|francs|rupees|won|pesos)\b"
        rf"|\b{_NUMBER_WORD} (?:dollars?|euros?|pounds?|yuan|yen|cents|crowns|francs|rupees|pesos)\b|\d+\s*[元美]",
        re.IGNORECASE,
    ),
    AnswerType.PERCENT: re.compile(
        r"\d\s?%|\bper ?cent\b|\bone-\w+\b|\b(?:two|three)-\w+s\b"
        r"|\bhalf\b",
        re.IGNORECASE,
    ),
    AnswerType.DURATION: re.compile(
        rf"\b(?:\d[\d.,]*|{_NUMBER_WORD}|an?|several|few|past"
        rf"|last)[ -]{_UNIT_OF_TIME}\b|\b\d[\d.,]*[ -]?(?:km|m|kilomet(?:re|er)s?|met(?:re|er)s?|miles?|feet)\b",
        re.IGNORECASE,
    ),
    AnswerType.NUMBER: re.compile(rf"\b\d[\d.,]*\b|\b{_NUMBER_WORD}\b|[一二三四五六七八九十百千万亿]+[个名人次年种座]", re.IGNORECASE),
    AnswerType.REASON: re.compile(
        r"\b(?:because|since|due to|owing to|thanks to|as a result|result of|in order to|so that|so as to"
        r"|therefore|thus|hence|reasons?|caused? by|caused"
        r"|leads? to|led to|in an effort to|in response to|for the sake of)\b|因为|由于|所以",
        re.IGNORECASE,
    ),
    AnswerType.MANNER: re.compile(
        r"\b(?:by \w+ing|through|via|using|by means of|with the help of|by (?:the|a"
        r"|an))\b",
        re.IGNORECASE,
    ),
    AnswerType.PLACE: re.compile(
        r"\b(?:in|at|near|from|to|of|on|outside|across) (?:the )?(?:\w+ern )?[A-Z]\w+"
        r"|\(\w+\)(?= [A-Z])"
    ),
    AnswerType.PERSON: re.compile(
        r"\b[A-Z][\w’'-]+(?: (?:[A-Z]\.|de|von|van|bin|al|el))* [A-Z][\w’'-]+"
        r"|(?<=[a-z,] )[A-Z][a-z]+\b"
    ),
    AnswerType.NAME: re.compile(r"(?<=[\w,;’'&-] )[“\"‘]?[A-Z][\w’'-]*|[“\"‘][\w -]{2,40}[”\"’]"),
    AnswerType.SAYING: re.compile(
        r"[“\"«]\w|\b(?:says?|said|told|tells|calls?|called|thinks?|thought|believes?|believed|promise[sd]?|describe[sd]?|argue[sd]?|claim(?:s|ed)"
        r"|stress(?:es|ed)|maintain(?:s|ed)|insist(?:s|ed)|add(?:s|ed)|warn(?:s|ed)|note[sd]|wrote|writes|replied|hopes?|expects?)\b|说|表示|认为",
        re.IGNORECASE,
    ),
    AnswerType.CONTACT: re.compile(
        r"[\w.+-]+@[\w-]+\.\w|\b(?:phone|telephone|call|dial|extension|ext\.|fax|mobile|电话)\W{1,3}(?:\w+ ){0,2}?\+?\d"
        r"|(?<!\d)\+?\(?\d{2,5}\)?(?:[ /-]\d{2,5}){1,4}(?!\d)",
        re.IGNORECASE,
    ),
    AnswerType.DEFINITION: re.compile(
        r"\b(?:is|are|was|were|means?|refers? to|known as|called|defined as|describes?) (?:also )?(?:a|an|the"
        r"|one|any|\w+ly)?\b|, (?:an?|the) \w+|\(an? ",
        re.IGNORECASE,
    ),
}

# In this order: the first that matches is what the question asks for.
_IN_QUESTION: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (AnswerType.CONTACT, r"\b(?:phone|telephone|mobile|fax|extension) numbers?\b|\be-?mail address|\bwhat(?: is|['’]s) .*\be-?mail\W*$|电话号码"),
        (AnswerType.SAYING, r"^\W*(?:what|how) (?:did|does|do|has|have) .*\b(?:say|said|think|believe|call|called|describe[ds]?|promised?|argued?"
                            r"|claim|comment|tell|told|declare|stress|reply|suggest|respond)\b|怎么说|说了什么|怎么看"),
        (AnswerType.PERCENT, r"\b(?:what|which|how) (?:[\w'’]+ ){0,3}(?:per ?cent(?:age)?|proportion|fraction|share(?! price)"
                             r"|stake)\b|百分之"),
        (AnswerType.MONEY, r"\bhow much (?:money|did .*(?:cost|pay|spend|invest|earn|raise|sell)|(?:does|do|is"
                           r"|was|has|have|will|would|can|should|must|may) .*(?:cost|worth|pay|spen[dt]|invest|earn|raise|sell))"
                           r"|\bhow (?:expensive|cheap|costly)\b|\bwhat (?:do|does|did|will|would) .*\b(?:cost|pay|owe|earn)\b"
                           r"|\bwhat(?: is| was| were|['’]s) (?:the|my|our|your|its|their) (?:\w+ ){0,2}(?:price|fee|fare|cost|revenue|salary"
                           r"|budget|value|income|profits?|turnover|rent|deposit|dividend|debts?)\b"
                           r"|\bwhat (?:is|was|are|were) (?:[\w.-]+ ){0,3}[\w.-]+[’']s? (?:\w+ ){0,2}(?:price|fee|cost|revenues?|salary|budget"
                           r"|turnover|income|profits?|valuation)\b|多少钱"),
        (AnswerType.DURATION, r"\bhow (?:long|soon)\b|\bhow many (?:years|months|days|weeks|hours|minutes|decades)\b"
                              r"|\bfor how (?:long|many)\b|多久|多长时间"),
        (AnswerType.DATE, r"\bwhen\b"
                          r"|\b(?:what|which|in what|by what) (?:\w+ )?(?:year|date|day|month|century|decade"
                          r"|time)\b|\bwhat time\b|\bsince when\b"
                          r"|什么时候|何时|哪一年|哪年|几月|什么时间"),
        (AnswerType.NUMBER, r"\bhow (?:many|much|large|big|tall|high|far|deep|fast|heavy|wide|often|small|old"
                            r"|close)\b|\bwhat (?:is|was) the (?:\w+ ){0,2}(?:number|population|size|amount|"
                            r"height|length|area|temperature|speed|rate|ratio)\b|\bwhat number\b|多少|几个|幾個"),
        (AnswerType.REASON, r"\bwhy\b"
                            r"|\bwhat (?:is|was|were|are) the (?:\w+ )?(?:reasons?|causes?|rationale|motive)\b"
                            r"|\bwhat (?:caused|causes|led)\b|\bfor what (?:reason|purpose)\b|为什么|为何"),
        (AnswerType.PERSON, r"\bwho(?:m|se)?(?:['’]s)?\b"
                            r"|\b(?:what|which) (?:\w+ )?(?:person|man|woman|king|queen|emperor|president"
                            r"|scientist|author|actor|leader|ruler)\b|谁|誰"),
        (AnswerType.PLACE, r"\bwhere\b"
                           r"|\b(?:what|which) (?:\w+ )?(?:country|city|town|place|region|state|province"
                           r"|continent|river|area|county|location|street|venue)\b|哪里|哪裡|何处|什么地方"),
        (AnswerType.MANNER, r"^\W*how (?:do|does|did|can|could|should|would|will|is|are|was|were|has|have|had|to|may|must)\b"
                            r"|\bin what way\b|\bby what means\b|如何|怎么|怎样"),
        (AnswerType.DEFINITION, r"^\W*what(?: (?:is|are|was|were)|['’]s) (?:an? |the )?(?:[\w-]+ ?){1,3}\W*$"
                                r"|\bwhat does .* (?:mean|stand for)\b|\bdefinition of\b|是什么"),
        (AnswerType.NAME, r"\b(?:what|which)(?: (?:is|was|are|were) the)?(?: \w+)? (?:names?|compan(?:y|ies)"
                          r"|brands?|groups?|team|organi[sz]ations?|universit(?:y|ies)|book|title|language|act"
                          r"|treaty|party|"
                          r"products?|partners?|events?|retailers?)\b|\bwhat .* (?:called|named|known as)\b"
                          r"|\bname (?:the|of)\b|^\W*which\b|哪个|哪些|哪家"),
    )
)  # fmt: skip


def expected_type(question: str) -> AnswerType | None:
    """The kind of thing `question` asks for, where its words tell."""
    asked = _asked_in(question)
    return next((kind for kind, pattern in _IN_QUESTION if pattern.search(asked)), None)


_ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how)\b"
    r"|^\W*(?:can|could|may|must|should|do|does|did|is|are|was|were|will|has|have)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<!\band)(?<![,;])\s+(?:when|where|who|whom|whose|why)\b", re.IGNORECASE)
_LEAST_BEFORE_A_CLAUSE = 2  # words: "and since when", "the year when"


def _asked_in(question: str) -> str:
    """Without the clause that only describes: "What do I get *when I start*?" asks for no date."""
    asks = _ASKS.search(question)
    if asks is None:
        return question
    clause = next((c for c in _CLAUSE.finditer(question, asks.end()) if len(question[: c.start()].split()) > _LEAST_BEFORE_A_CLAUSE), None)
    return question[: clause.start()] if clause else question


def counts_something(sentence: str) -> bool:
    """Whether a number in `sentence` counts things, and is no amount, no measure, no share and no date."""
    days = [match.span() for match in _DAY.finditer(sentence)]
    return any(not any(start <= found.start() < end for start, end in days) for found in _COUNTING.finditer(sentence))


@lru_cache(maxsize=65_536)
def offsets_of(kind: AnswerType, sentence: str) -> tuple[int, ...]:
    """Where things of that kind begin in `sentence`."""
    found = tuple(match.start() for match in _IN_TEXT[kind].finditer(sentence))
    if kind is AnswerType.NUMBER and found:
        # The numbers of a day or a year count nothing.
        days = [match.span() for match in _DAY.finditer(sentence)]
        return tuple(at for at in found if not any(start <= at < end for start, end in days))
    return found
