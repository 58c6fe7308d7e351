"""How long Slack waits for what. In: nothing, or other figures for a test. Out: seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timings:
    """Seconds. The defaults are Slack's own (slack.md 1.1, 1.2, 1.4, 1.5; docs.slack.dev/apis/events-api)."""

    ack_timeout: float = 3.0
    retry_delays: tuple[float, ...] = (1.0, 60.0, 300.0)  # "about at once, 1 min, 5 min"
    connection_wait: float = 30.0  # how long one attempt of an event waits for a socket before it counts as failed
    trigger_lifetime: float = 3.0
    response_url_lifetime: float = 1800.0
    stream_lifetime: float = 300.0
    status_lifetime: float = 120.0
