"""What is wrong with the settings, to be read by whoever wrote them.

In: the mistakes, and the words of prompts/settings.md. Out: for each setting what is wrong with it and what to write instead.
"""

from bot.errors import Mistake, PromptError, SettingsError
from bot.prompts import PromptLibrary, Template


def said_of(error: SettingsError) -> str:
    """A line for each mistake, or the one in the first; where PROMPTS_DIR, which is a setting too, has no such words, their names and that."""
    try:
        words = PromptLibrary.load(error.prompts_dir)["settings"]
        said = [_said(words, mistake) for mistake in error.mistakes]
        return words.label("wrong", mistakes=said[0] if len(said) == 1 else "\n" + "\n".join(said))
    except PromptError as without_words:
        return f"{error} {without_words}"


def _said(words: Template, mistake: Mistake) -> str:
    held = mistake.values.get("held")
    return words.label(mistake.kind, **{**mistake.values, "held": words.label(str(held)) if held else ""})
