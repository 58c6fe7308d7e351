"""Models that propose drafts. Nothing they say is posted before `grounding` has verified it."""

from bot.llm.model import ChatModel, Usage

__all__ = ["ChatModel", "Usage"]
