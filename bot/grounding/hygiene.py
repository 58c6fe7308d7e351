"""Check 2, hygiene: a claim is one plain sentence.

It carries no link, address, Slack markup, code, invisible or right-to-left characters, and does not speak of the bot itself.

In: a claim's text. Out: reasons.

>>> hygiene("See https://evil.example <!channel>")   # two reasons
"""

import re

from bot.characters import INVISIBLE
from bot.corpus.sentences import split_sentences
from bot.grounding.answers import Reason
from bot.grounding.grammar import read

LONGEST = 500  # characters; a claim is a sentence, and the longest sentences of reports run to about 450
_FORBIDDEN = {
    "a link": re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|net|org|io|cn|ru|xyz|info|biz)/", re.IGNORECASE),
    "an e-mail address": re.compile(r"\b[\w.+-]+@[\w-]+\.\w{2,}"),
    "Slack markup": re.compile(r"<[@!#]|<\w+[:|]|&lt;|<https?"),
    "a mention": re.compile(r"(?<!\w)@(?:here|channel|everyone)\b"),
    "code": re.compile(r"`|\{\{|<\w+[ />]|</"),
    "an image or link in Markdown": re.compile(r"!?\[[^\]]*\]\s*\("),
    "Markdown": re.compile(r"\*\*|__|^#|^\s*[-*>]\s|\|.*\||(?<!\w)([*~_])(?=\S)[^*~_\n]+(?<=\S)\1(?!\w)", re.MULTILINE),
    "a line break": re.compile(r"[\n\r\u2028\u2029]"),
    "an invisible character": INVISIBLE,
    "a symbol": re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]"),
    "a control character": re.compile(r"[\x00-\x08\x0b-\x1f\x7f]"),
    "words about the bot": re.compile(
        r"\b(?:as an? (?:ai|language model|ai assistant)|i (?:cannot|can't|am|was|have been) (?:asked|unable|an? ai)|system prompt)\b",
        re.IGNORECASE,
    ),
}


def hygiene(text: str) -> list[Reason]:
    """What makes `text` more or less than one plain sentence."""
    found = [Reason("hygiene", what) for what, pattern in _FORBIDDEN.items() if pattern.search(text)]
    if text.rstrip("\"'”’)]").endswith(("?", "？")):
        found.append(Reason("hygiene", "a question"))
    if not any(word.is_content for word in read(text)):
        found.append(Reason("hygiene", "says nothing"))
    if len(split_sentences(text, 0, len(text))) > 1:
        found.append(Reason("hygiene", "more than one sentence"))
    if len(text) > LONGEST:
        found.append(Reason("hygiene", f"longer than {LONGEST} characters"))
    return found
