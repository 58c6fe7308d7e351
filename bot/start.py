"""Where the program begins: before anything else is loaded, so that Ctrl+C ends it without a trace at any moment.

In: the command line. Out: the exit code of the command, or 130 where somebody pressed Ctrl+C.
"""

import os
import signal
import sys

INTERRUPTED = 130  # what a shell says of a program that SIGINT ended


def main() -> None:
    """Load the command line, then run it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not one that ignores it, as after nohup
        # An exception in the middle of an import may come out as another one, or as none.
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        from bot.cli import main as run  # noqa: PLC0415  # this is what takes a while

        signal.signal(signal.SIGINT, signal.default_int_handler)
    else:
        from bot.cli import main as run  # noqa: PLC0415  # as above
    try:
        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
