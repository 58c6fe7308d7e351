"""What is wrong with the settings, to be read by whoever wrote them.

In: the mistakes, and the words of prompts/settings.md. Out: for each setting what is wrong with it and what to write instead.
"""

from bot.errors import Mistake, PromptError, SettingsError
from bot.prompts import PromptLibrary, Template


def said_of(error: SettingsError) -> str:
    """A line for each mistake, or the one in the first; where PROMPTS_DIR, which is a setting too, has no such words, their names and that."""
    try:
        words = PromptLibrary.load(error.prompts_dir)["settings"]
        return ("\n" if len(error.mistakes) > 1 else " ").join([words.label("wrong"), *(_said(words, each) for each in error.mistakes)])
    except PromptError as without_words:
        return f"{error} {without_words}"


def _said(words: Template, mistake: Mistake) -> str:
    held = mistake.values.get("held")
    return words.label(mistake.kind, **{**mistake.values, "held": words.label(str(held)) if held else ""})
