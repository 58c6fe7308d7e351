"""The help text: a line for each subcommand of the grammar, in the words of prompts/replies/help.md."""

from bot.commands import SUBCOMMANDS
from bot.prompts import PromptLibrary


def guide(prompts: PromptLibrary, command: str, language: str = "") -> str:
    """Markdown. Raises PromptError where a subcommand has no line."""
    lines = "\n".join(f"- {usage(prompts, command, name, language)}" for name in SUBCOMMANDS)
    return prompts.reply("help", language).fill(subcommands=lines)


def usage(prompts: PromptLibrary, command: str, name: str, language: str = "") -> str:
    """The line of one subcommand, in Markdown."""
    return f"`{command} {prompts.reply('help', language).label(name)}"
