"""The reply to a question asked in a message, in that message's thread: it grows with the answer, and ends as the answer."""

import logging

from bot.grounding import Answer, CitedClaim, ClaimKind
from bot.questions import Question
from bot.slack.blocks import AnswerBlocks
from bot.slack.live_stream import LiveStream
from bot.slack.refusals import may_pass
from bot.slack.reply_messages import ReplyMessages
from bot.slack.splitting import split
from bot.slack.status_line import StatusLine
from bot.slack.streamed_text import StreamedText

logger = logging.getLogger(__name__)


class ThreadReply:
    """One question's reply, put together of what shows its coming about and the messages it ends in."""

    def __init__(  # its parts
        self, *, question: Question, blocks: AnswerBlocks, status: StatusLine, text: StreamedText, stream: LiveStream,
        messages: ReplyMessages,
    ) -> None:  # fmt: skip
        self._question = question
        self._blocks = blocks
        self._status = status
        self._text = text
        self._stream = stream
        self._messages = messages

    async def begin(self) -> None:
        """Show that the question is being worked on."""
        self._status.begin()

    def show(self, claim: CitedClaim) -> None:
        """Stream a verified claim. What compares documents is more than a line, and waits for the end."""
        if claim.kind is not ClaimKind.DIFFERENCE:
            self._stream.add(self._text.add(claim))

    def complete(self) -> None:
        """The answer comes now, in one piece where nothing stands of it yet: a workspace has few streams."""
        self._status.hush()
        self._stream.hush()

    async def finish(self, answer: Answer) -> str:
        """Let the reply be this answer; the ts of its messages. Raises DeliveryError for what may pass."""
        self._status.hush()
        with may_pass():
            if not await self._finish_stream(answer):
                await self._messages.settle(split(self._blocks.public(answer, self._question.id)))
        return " ".join(self._messages.known)

    async def _finish_stream(self, answer: Answer) -> bool:
        """Whether the stream could be brought to its end. It cannot where the answer is not what was begun."""
        said = tuple(self._text.claims)
        if not await self._stream.rest() or answer.claims[: len(said)] != said:
            return False
        return await self._stream.finish(self._blocks.ending(answer, self._question.id, said=len(said)))

    async def withdraw(self) -> None:
        """Delete what stands of the reply. Raises DeliveryError for what may pass."""
        with may_pass():
            await self._messages.settle([])

    async def apologise(self) -> None:
        """Let the reply say that there will be no answer."""
        self._status.hush()
        await self._stream.rest()
        with may_pass():
            await self._messages.settle([self._blocks.reply("failed", reference=self._question.id[:8])])

    async def close(self) -> None:
        """Leave nothing running and no sign of work."""
        await self._stream.close()
        if not self._messages.known:
            self._status.fail()
        await self._status.end()
