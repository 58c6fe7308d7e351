"""What a signal to end means. In: SIGINT or SIGTERM. Out: a stop that lets what has begun finish; at the second one, a stop at once."""

import asyncio
import contextlib
import itertools
import logging
import signal
from collections.abc import Callable, Iterator

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def at_signal(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first signal. A second one cancels the task that opened the context, which then ends as if it were done."""
    loop, task, signals = asyncio.get_running_loop(), asyncio.current_task(), itertools.count()
    assert task

    def on_signal() -> None:
        if next(signals):
            task.cancel()
        else:
            stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    try:
        yield
    except asyncio.CancelledError:
        if next(signals) <= 1:  # cancelled by somebody else
            raise
        task.uncancel()
        logger.warning("Ended without waiting for what had begun; it is taken up again at the next start")
