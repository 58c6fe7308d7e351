"""What a question asks, without what is only said around it.

In: a question in anyone's words. Out: the same without greetings, thanks and politeness; of what only names a thing, "Tell me about" that thing.

>>> unwrapped("Hi, quick question: could you please tell me when the mill was built? Thanks!")
'when the mill was built?'
>>> unwrapped("help me understand the mill")
'Tell me about the mill'
"""

import re

_ME = r"(?: to)? (?:me|us)"
_YOU = r"(?:you|someone|somebody|anyone|anybody|we)"
_WOULD_YOU = rf"(?:(?:can|could|would|will) {_YOU} )?(?:(?:please|pls|kindly|maybe|perhaps|quickly|briefly|just|also) )*"
_I_WANT = r"i(?:['’]d| would| just)?(?: (?:want|wanted|need|like|love|wish))?"
_A_SHORT = r"(?:(?:an?|some|any|more|the|short|brief|quick|rough|general|little) )*"

_QUESTION_WORD = r"(?:who|whom|whose|what|when|where|which|why|how)(?:['’]s)?"
_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would|am)"
_ASKING = rf"(?:{_QUESTION_WORD}|whether|if|{_VERB}(?:n['’]t)?)"

# What may go before a question, with a comma or a colon behind it.
_BEFORE = re.compile(
    r"\W*(?:(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|dear)(?: (?:there|all|everyone|everybody|team|folks|guys|bot|colleagues))?"
    r"|(?:i have |i['’]ve got |just )?(?:(?:an?|one|another|quick|short|small|simple|silly|stupid|random|more|other) )*(?:question|one|thing)"
    r"|sorry(?: to (?:bother|ask|disturb)(?: you)?)?|so|well|ok|okay|right|now|actually|anyway|um+|uh+|hm+|oh|ah"
    rf"|{_I_WANT} (?:am|['’]m) just (?:wondering|curious|checking)|just (?:wondering|curious|checking|asking))\s*[,.!:;–—-]+\s*"
    rf"|\W*(?:(?:hi|hello|hey)(?: there| all| team| bot)?(?= (?:{_ASKING}|please|i)\b)|so(?= {_QUESTION_WORD}\b)"
    r"|please|pls|plz|kindly|btw|by the way|fyi|excuse me|may i ask|can i ask(?: you)?)\b[\s,.:;!–—-]*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?<![\s,;.!?–—-])[\s,;.!?–—-]+(?:please|pls|plz|(?:many )?thanks(?: (?:a lot|so much|in advance))?"
    r"|thank you(?: (?:very much|so much|in advance))?|thx|cheers"
    r"|do you know|any ideas?|any(?:one|body) knows?|if you know|if i may ask|btw|by the way|(?:can you )?tell me)[\s.!?]*$",
    re.IGNORECASE,
)
# What asks to be told, before what is to be told: a question, or a thing.
_TO_TELL = re.compile(
    rf"\W*(?:{_WOULD_YOU}(?:tell|show|remind|inform){_ME}(?=[\s,:–—-]+(?:(?:\w+ )?(?:about|on)|{_ASKING})\b)"
    rf"|let me know|would you mind telling{_ME}|is it possible to (?:know|find out)"
    rf"|do(?:es)? {_YOU} (?:(?:happen to|by any chance|actually|perhaps) )?know|any(?:one|body) knows?|(?:do you have )?any idea"
    rf"|{_I_WANT} to (?:know|find out|ask(?: you)?)|i(?:['’]m| am| was)? ?(?:just )?wonder(?:ing)?"
    rf"|{_WOULD_YOU}(?:help me (?:to )?(?:understand|make sense of|get)|explain(?:{_ME})?|(?:walk|talk){_ME} through|brief{_ME} on"
    rf"|fill{_ME} in on|elaborate on|describe(?:{_ME})?|clarify|outline"
    rf"|give{_ME} {_A_SHORT}(?:overview|summary|idea|info|information|details|background|explanation|introduction|rundown) (?:of|on|about|to))"
    rf"|{_I_WANT} to (?:understand|learn(?: more| something)?|read(?: up)?|hear)|i (?:do not|don['’]t) (?:really |quite )?understand"
    r"|what(?:['’]s| is) (?:the (?:deal|story|matter|idea) (?:with|behind)|up with|known about)"
    rf"|what (?:do|can|could) {_YOU} (?:know|say|tell me|tell us) about|(?:what|how) about|is there (?:anything|something) (?:on|about)"
    r"|(?:any |some |more )?(?:info|information|details|background) (?:on|about)|(?:let['’]s|can we) talk about|(?:anything|more) (?:on|about))"
    r"\b[\s,:;–—-]*(?:(?:(?:something|anything|everything|more|all|a bit) )?(?:about|on|of) )?",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:(?:at|in|on|by|for|from|to|with|of|since|until|under) )?{_ASKING}\b", re.IGNORECASE)
_WHETHER = re.compile(r"(?:if|whether) (?:or not )?", re.IGNORECASE)
_SAYS_MORE = re.compile(
    r"(?:list|name|give|tell|show|compare|explain|describe|write|make|recommend|translate|summari[sz]e|find|count|say|define|and|but|or)\b"
    rf"|.*\b{_ASKING}\b|\W*$",
    re.IGNORECASE,
)
_MOST_OF_A_TOPIC = 4  # words that name a thing and ask nothing of it: "the old mill?"


def unwrapped(question: str) -> str:
    """The question itself. What would leave no word is left as it is."""
    text = " ".join(question.split())
    while (shorter := _kept(_AFTER.sub("", text), text)) != text:
        text = f"{shorter}?" if "?" in text[len(shorter) :] else shorter
    while (shorter := _without(_BEFORE, text)) != text:
        text = shorter
    told = _without(_TO_TELL, text)
    if told != text and _ASKS.match(told):
        return unwrapped(_WHETHER.sub("", told, count=1))
    return f"Tell me about {told.rstrip(' ?.!')}" if told != text or _is_a_topic(text) else text


def _without(pattern: re.Pattern[str], text: str) -> str:
    """`text` without what it begins with."""
    found = pattern.match(text)
    return _kept(text[found.end() :], text) if found else text


def _kept(shorter: str, text: str) -> str:
    return shorter if re.search(r"\w", shorter) else text


def _is_a_topic(text: str) -> bool:
    return text.isascii() and text.endswith("?") and len(text.split()) <= _MOST_OF_A_TOPIC and not _SAYS_MORE.match(text)
