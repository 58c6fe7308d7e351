"""Many people at once: how soon Slack is told "received", and how long the answers take beyond the model's own time.

    uv run python tests/bench/load.py [--quick]

Two loads on the production bot over Socket Mode, with a model that takes 5 s: 50 questions arriving each second, mentions and slash commands;
then 120 mentions at once. The same 120 go to a bot of Slack's own sample shape (Bolt's sync `App` with its defaults, which waits for the model
in the listener). The emulated Slack, which also counts, the bot and the sample each have a process of their own. The last line is one JSON
object: `questions late lost ack_p99_ms total_over_model`, and `sample` with the same of the sample. Late is an acknowledgement after more than
the 3 s that Slack waits; lost a question without an answer two and a half minutes after the model's time (in a quick run, in which most of the
sample's are, 12 s).
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from slack_bolt import App  # noqa: E402  # after the path is set
from slack_bolt.adapter.socket_mode import SocketModeHandler  # noqa: E402
from slack_sdk import WebClient  # noqa: E402

from bot.bootstrap import build  # noqa: E402
from bot.config import CHECKOUT, load_settings  # noqa: E402
from bot.llm.scripted import ScriptedModel  # noqa: E402
from bot.playground.server import EmulatedSlack, emulated_slack  # noqa: E402
from bot.playground.workspace import Workspace  # noqa: E402
from bot.prompts import PromptLibrary  # noqa: E402
from bot.slack.app import serve  # noqa: E402
from bot.slack.manifest import manifest  # noqa: E402
from tests.scenarios.scripts import STAKE as WORDS  # noqa: E402
from tests.scenarios.scripts import quoting  # noqa: E402

MODEL_SECONDS = 5.0
A_SECOND = 50
AT_ONCE = 120
PATIENCE, QUICK_PATIENCE = 150.0, 12.0  # seconds beyond the model's until a question counts as lost
SLACK_WAITS = 3.0
STAKE = "What stake does Tencent hold in JD?"


# --- the bots, each a process of its own


def run_bot() -> None:
    """The production bot with a model that takes its time."""

    async def until_killed() -> None:
        bot = build(load_settings(env_file=None), ScriptedModel([MODEL_SECONDS, *quoting(WORDS)]))
        await serve(bot, asyncio.Event(), lambda: print("ready", flush=True))

    asyncio.run(until_killed())


def run_sample() -> None:
    """A bot as Slack's samples are written: sync, and waiting for its model in the listener."""
    client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client)

    @app.event("app_mention")
    def mention(event: dict[str, Any], say: Any) -> None:
        time.sleep(MODEL_SECONDS)
        say(text="An answer.", thread_ts=event["ts"])

    @app.command("/tencent")
    def command(ack: Any, respond: Any) -> None:
        ack()
        time.sleep(MODEL_SECONDS)
        respond(text="An answer.")

    @app.event("message")
    def message() -> None:
        """Mentions come twice where channels are subscribed to."""

    handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt's is untyped
    print("ready", flush=True)
    while True:
        time.sleep(60)


# --- Slack, which asks and counts


async def run_slack(role: str, seconds: float, patience: float) -> None:
    """Start the bot of that role, put the loads to it, and print what was counted as a line of JSON."""
    prompts = PromptLibrary.load(CHECKOUT / "prompts")
    async with emulated_slack(manifest=manifest(prompts, "/tencent")) as slack, bot_process(role, slack):
        counting = Counting(slack.workspace, patience)
        figures = {"arriving": await counting.arriving(seconds)} if seconds else {}
        figures["at_once"] = await counting.at_once()
    print(json.dumps(figures), flush=True)


@contextlib.asynccontextmanager
async def bot_process(role: str, slack: EmulatedSlack) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url, "DATABASE_URL": f"sqlite:///{folder}/log.sqlite3", "CONCURRENCY": "1000", "USER_CONCURRENCY": "0",
            "USER_QUESTIONS_PER_HOUR": "0", "MOST_WAITING": "0", "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, role, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdout
            async with asyncio.timeout(PATIENCE):
                while (line := await process.stdout.readline()) != b"ready\n":
                    assert line, f"the {role} did not start"
            await asyncio.sleep(0.5)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Counting:
    """Asks as people do, and counts what comes back."""

    def __init__(self, workspace: Workspace, patience: float) -> None:
        self._workspace = workspace
        self._patience = patience
        self._you = workspace.you.id
        self._general = workspace.channel("general").id
        self._mentions: dict[str, float] = {}

    async def arriving(self, seconds: float) -> dict[str, float]:
        """50 questions a second, each fifth a slash command."""
        commands: list[asyncio.Task[None]] = []
        began = time.monotonic()
        for number in range(int(seconds * A_SECOND)):
            await asyncio.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
            if number % 5 == 4:
                commands.append(asyncio.create_task(self._workspace.command(self._you, self._general, "/tencent", f"{STAKE} {number}")))
            else:
                await self._mention(number)
        await asyncio.gather(*commands)
        return await self._counted(began, len(commands))

    async def at_once(self) -> dict[str, float]:
        """120 mentions in the same moment."""
        self._mentions.clear()
        self._workspace.records.deliveries.clear()
        self._workspace.records.responses.clear()
        began = time.monotonic()
        for number in range(AT_ONCE):
            await self._mention(number)
        return await self._counted(began, 0)

    async def _mention(self, number: int) -> None:
        mention = f"<@{self._workspace.bot_user.id}>"
        ts = await self._workspace.say(self._you, self._general, f"{mention} {STAKE} {number}")
        self._mentions[ts] = time.monotonic()

    async def _counted(self, began: float, commands: int) -> dict[str, float]:
        answered = await self._answers(commands)
        questions = len(self._mentions) + commands
        acks = [d.ack_after for d in self._workspace.records.deliveries]
        in_time = sorted(ack for ack in acks if ack is not None)
        return {
            "questions": questions,
            "late": sum(ack is None or ack > SLACK_WAITS for ack in acks),
            "lost": questions - answered,
            "ack_p50_ms": round(1000 * statistics.median(in_time), 1) if in_time else float("nan"),
            "ack_p99_ms": round(1000 * in_time[int(len(in_time) * 0.99)], 1) if in_time else float("nan"),
            "total_s": round(time.monotonic() - began, 2),
        }

    async def _answers(self, commands: int) -> int:
        """How many questions have an answer, once all have one or patience is at its end."""
        deadline = time.monotonic() + MODEL_SECONDS + self._patience
        answered = 0
        while answered < len(self._mentions) + commands and time.monotonic() < deadline:  # asking at every change costs too much
            await asyncio.sleep(0.05)
            answered = self._replied + self._private
        return answered

    @property
    def _replied(self) -> int:
        bot = self._workspace.bot_user.id
        root = self._workspace.conversations.message
        return sum(bot in (message.reply_users if (message := root(self._general, ts)) else ()) for ts in self._mentions)

    @property
    def _private(self) -> int:
        """Answers to commands: each a use of a response URL that Slack took."""
        return sum(use.status == 200 for use in self._workspace.records.responses)


# --- both, and a table


async def measured(role: str, seconds: float, patience: float) -> dict[str, dict[str, float]]:
    """What Slack counted of the bot of that role."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "slack", role, str(seconds), str(patience), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    figures: dict[str, dict[str, float]] = json.loads(said.decode().splitlines()[-1])
    return figures


def shown(name: str, figures: dict[str, float]) -> str:
    ratio = figures["total_s"] / MODEL_SECONDS
    return (
        f"{name:<34}{figures['questions']:>10}{figures['late']:>6}{figures['lost']:>6}{figures['ack_p50_ms']:>12}{figures['ack_p99_ms']:>12}"
        f"{figures['total_s']:>9}{ratio:>8.2f}"
    )


def main() -> None:
    if sys.argv[1:2] == ["bot"]:
        run_bot()
    elif sys.argv[1:2] == ["sample"]:
        run_sample()
    elif sys.argv[1:2] == ["slack"]:
        asyncio.run(run_slack(sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
    else:
        quick = "--quick" in sys.argv
        compare(4.0 if quick else 20.0, QUICK_PATIENCE if quick else PATIENCE)


def compare(seconds: float, patience: float) -> None:
    """Both bots, and what each came to."""
    ours = asyncio.run(measured("bot", seconds, patience))
    sample = asyncio.run(measured("sample", 0.0, patience))
    print(f"{'':<34}{'questions':>10}{'late':>6}{'lost':>6}{'ack p50 ms':>12}{'ack p99 ms':>12}{'total s':>9}{'/model':>8}")
    for name, loads in (("this bot", ours), ("Slack's sample shape", sample)):
        for load, figures in loads.items():
            print(shown(f"{name}, {load.replace('_', ' ')}", figures))
    arriving, at_once = ours["arriving"], ours["at_once"]
    print(
        json.dumps(
            {
                "questions": arriving["questions"] + at_once["questions"],
                "late": arriving["late"] + at_once["late"],
                "lost": arriving["lost"] + at_once["lost"],
                "ack_p99_ms": arriving["ack_p99_ms"],
                "total_over_model": round(at_once["total_s"] / MODEL_SECONDS, 2),
                "sample": sample["at_once"] | {"total_over_model": round(sample["at_once"]["total_s"] / MODEL_SECONDS, 2)},
            }
        )
    )


if __name__ == "__main__":
    main()
