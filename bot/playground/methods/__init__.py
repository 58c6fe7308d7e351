"""The Web API's methods. In: a `Call`. Out: the answer's fields beside `ok`, or a Refusal.

A method of Slack's that has no handler here answers `unknown_method`, as one that does not exist.
"""

from collections.abc import Callable

from bot.playground.methods import agents, chat, conversations, directory, streams, views
from bot.playground.methods.call import Answer, Call

HANDLERS: dict[str, Callable[[Call], Answer]] = {
    **agents.HANDLERS,
    **chat.HANDLERS,
    **conversations.HANDLERS,
    **directory.HANDLERS,
    **streams.HANDLERS,
    **views.HANDLERS,
}
