"""What a request meets when Slack has a bad day. In: a fault. Out: the response it gets instead of an answer, or a wait before it."""

import asyncio
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.faults import ApiFault, DroppedBeforeActing, RateLimited, Refused, ServerError, Slow

NOT_ACTING = RateLimited | ServerError | Refused | DroppedBeforeActing
"""The faults at which Slack does nothing of what was asked."""


def failure(fault: NOT_ACTING) -> tuple[Response, dict[str, Any]]:
    """The response to a request that meets this fault, and what of it is recorded."""
    if isinstance(fault, RateLimited):
        answer = {"ok": False, "error": "ratelimited"}
        return JSONResponse(answer, 429, {"Retry-After": str(fault.after)}), answer
    if isinstance(fault, ServerError):
        return PlainTextResponse("Internal Server Error", fault.status), {}
    answer = {"ok": False, "error": fault.error if isinstance(fault, Refused) else "dropped"}
    return JSONResponse(answer), answer


async def wait_out(fault: ApiFault | None) -> None:
    """Take the time that a slow answer takes."""
    if isinstance(fault, Slow):
        await asyncio.sleep(fault.seconds)
