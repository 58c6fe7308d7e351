"""Which language a text is in, as far as the bot can tell: by its letters, else by its most common words.

In: a text, and for each language `prompts/languages/CODE/language.md`, whose `letters` are a class of characters that tells it from those that
come after it by CODE, or whose `words` are some of its most common. Out: CODE; where letters tell of a language without a file, the name of
its script in Unicode; or "" where nothing tells.

>>> Languages(prompts).of("Was ist WeChat?")
'de'
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.prompts import LANGUAGES, PromptLibrary

FILE = "/language"
LONGEST = 3_000  # characters that are looked at: enough to tell, and as fast for a book as for a question
ENOUGH_LETTERS = 0.2  # the share of a text's letters that tell its language, however many Latin names stand among them
ENOUGH_WORDS = 2


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    letters: re.Pattern[str] | None
    words: frozenset[str]


class Languages:
    """The languages of a folder of prompts."""

    def __init__(self, prompts: PromptLibrary) -> None:
        self._known = tuple(_language(prompts, name) for name in prompts.names() if name.startswith(LANGUAGES) and name.endswith(FILE))
        self._with: defaultdict[str, list[str]] = defaultdict(list)
        for language in self._known:
            for word in language.words:
                self._with[word].append(language.code)

    def of(self, text: str) -> str:
        """The code of the language of `text`, or ""."""
        looked_at = text[:LONGEST].lower()
        letters = [c for c in looked_at if c.isalpha()]
        for language in self._known:
            if language.letters and len(language.letters.findall(looked_at)) > len(letters) * ENOUGH_LETTERS:
                return language.code
        return _script(letters) or self._by_words(looked_at)

    def of_most(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The languages of `texts`, the most common first; those that cannot be told are left out."""
        return tuple(code for code, _ in Counter(filter(None, map(self.of, texts))).most_common())

    def _by_words(self, text: str) -> str:
        said = re.findall(r"[^\W\d_]+", text)
        counts = Counter(code for word in said for code in self._with.get(word, ())).most_common(2)
        if not counts or counts[0][1] < min(ENOUGH_WORDS, len(said)):
            return self._asked_in(text, said) if len(counts) == 1 else ""
        return "" if len(counts) > 1 and counts[0][1] == counts[1][1] else counts[0][0]

    def _asked_in(self, text: str, said: list[str]) -> str:
        """That of a short question of whose words only the first tells of a language, and of one: "Wer leitet WeChat?"."""
        with_first = self._with.get(said[0], [])
        return with_first[0] if len(with_first) == 1 and text.rstrip().endswith("?") else ""


def _language(prompts: PromptLibrary, name: str) -> _Language:
    letters = prompts[name].labels.get("letters")
    words = frozenset(prompts[name].labels.get("words", "").split())
    return _Language(name.removeprefix(LANGUAGES).removesuffix(FILE), re.compile(letters) if letters else None, words)


def _script(letters: list[str]) -> str:
    """The script, other than Latin, that most letters are of: `arabic`, `thai`. Unicode's names of letters begin with it."""
    if "".join(letters).isascii():
        return ""
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0].lower() for letter in letters)
    script, count = scripts.most_common(1)[0] if scripts else ("latin", 0)
    return script if script not in {"latin", "", "cjk", "mathematical", "fullwidth"} and count * 2 > len(letters) else ""
