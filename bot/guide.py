"""The help text: a line for each subcommand of the grammar, in the words of prompts/replies/help.md."""

from bot.commands import SUBCOMMANDS
from bot.prompts import PromptLibrary


def guide(prompts: PromptLibrary, command: str) -> str:
    """Markdown. Raises PromptError where a subcommand has no line."""
    template = prompts.reply("help")
    lines = "\n".join(f"- `{command} {template.label(name)}" for name in SUBCOMMANDS)
    return template.fill(subcommands=lines)
