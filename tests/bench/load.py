"""Many people at once: how soon Slack is told "received", and how long the answers take beyond the model's own time.

    uv run python tests/bench/load.py [--quick] [--rate QUESTIONS_A_SECOND] [--seconds SECONDS]

Three loads on the production bot over Socket Mode, with a model that takes 5 s: a few questions a second; 50 (or RATE) arriving each second,
mentions and slash commands; 120 mentions at once. The same 120 go to a bot of Slack's own sample shape (Bolt's sync `App` with its defaults,
which waits for the model in the listener). The emulated Slack, which also counts, the bot and the sample each have a process of their own; what
each takes of a processor for a question is shown, as all share the machine. The last line is one JSON object: `questions late lost ack_p99_ms
total_over_model`, and `sample` with the same of the sample. `slowest` is the longest that a mention waited for its answer, beside the model's
time; `added_p50_ms` what a calm bot takes beyond it, Slack's calls included. Late is an acknowledgement after more than the 3 s that Slack waits;
lost a question without an answer two and a half minutes after the model's time (in a quick run, in which most of the sample's are, 12 s).
"""

import argparse
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
A_SECOND = 50.0
CALM, CALM_SECOND = 12, 3.0  # questions, and how many of them a second
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


async def run_slack(role: str, rate: float, seconds: float, patience: float) -> None:
    """Start the bot of that role, put the loads to it, and print what was counted as a line of JSON."""
    prompts = PromptLibrary.load(CHECKOUT / "prompts")
    async with emulated_slack(manifest=manifest(prompts, "/tencent")) as slack, bot_process(role, slack) as process_id:
        counting = Counting(slack.workspace, patience, process_id)
        figures = {"calm": await counting.arriving(CALM, CALM_SECOND)} if seconds else {}
        if seconds:
            figures["arriving"] = await counting.arriving(int(seconds * rate), rate)
        figures["at_once"] = await counting.at_once()
    print(json.dumps(figures), flush=True)


@contextlib.asynccontextmanager
async def bot_process(role: str, slack: EmulatedSlack) -> AsyncIterator[int]:
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
            yield process.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Counting:
    """Asks as people do, and counts what comes back."""

    def __init__(self, workspace: Workspace, patience: float, process_id: int) -> None:
        self._workspace = workspace
        self._process_id = process_id
        self._cpu = (0.0, 0.0)
        workspace.records.keep(1_000_000)  # every one is counted
        self._patience = patience
        self._you = workspace.you.id
        self._general = workspace.channel("general").id
        self._mentions: dict[str, float] = {}

    async def arriving(self, questions: int, a_second: float) -> dict[str, float]:
        """Questions at a steady rate, each fifth a slash command."""
        commands: list[asyncio.Task[None]] = []
        began = self._begin()
        for number in range(questions):
            await asyncio.sleep(max(0.0, began + number / a_second - time.monotonic()))
            if number % 5 == 4:
                commands.append(asyncio.create_task(self._workspace.command(self._you, self._general, "/tencent", f"{STAKE} {number}")))
            else:
                await self._mention(number)
        await asyncio.gather(*commands)
        return await self._counted(began, len(commands))

    async def at_once(self) -> dict[str, float]:
        """120 mentions in the same moment."""
        began = self._begin()
        for number in range(AT_ONCE):
            await self._mention(number)
        return await self._counted(began, 0)

    def _begin(self) -> float:
        self._mentions.clear()
        self._workspace.records.deliveries.clear()
        self._workspace.records.responses.clear()
        self._cpu = time.process_time(), processor_seconds(self._process_id)
        return time.monotonic()

    async def _mention(self, number: int) -> None:
        mention = f"<@{self._workspace.bot_user.id}>"
        ts = await self._workspace.say(self._you, self._general, f"{mention} {STAKE} {number}")
        self._mentions[ts] = time.monotonic()

    async def _counted(self, began: float, commands: int) -> dict[str, float]:
        answered = await self._answers(commands)
        took = time.monotonic() - began
        await self._acknowledged()
        questions = len(self._mentions) + commands
        slack_cpu, bot_cpu = time.process_time() - self._cpu[0], processor_seconds(self._process_id) - self._cpu[1]
        waits = self._waits() or [float("nan")]
        acks = [d.ack_after for d in self._workspace.records.deliveries]
        in_time = sorted(ack for ack in acks if ack is not None)
        return {
            "questions": questions,
            "late": sum(ack is None or ack > SLACK_WAITS for ack in acks),
            "lost": questions - answered,
            "ack_p50_ms": round(1000 * statistics.median(in_time), 1) if in_time else float("nan"),
            "ack_p99_ms": round(1000 * in_time[int(len(in_time) * 0.99)], 1) if in_time else float("nan"),
            "total_s": round(took, 2),
            "added_p50_ms": round(1000 * (statistics.median(waits) - MODEL_SECONDS), 1),
            "slowest_s": round(max(waits), 2),
            "bot_cpu_ms": round(1000 * bot_cpu / questions, 1),
            "slack_cpu_ms": round(1000 * slack_cpu / questions, 1),
        }

    async def _acknowledged(self) -> None:
        """Wait for what was sent just now, as the events of the last answers are: it is late only after what Slack waits."""
        deadline = time.monotonic() + SLACK_WAITS
        while any(d.ack_after is None for d in self._workspace.records.deliveries) and time.monotonic() < deadline:  # noqa: ASYNC110  # as below
            await asyncio.sleep(0.05)

    def _waits(self) -> list[float]:
        """Seconds from each mention to the first message of its answer, by Slack's clock."""
        bot = self._workspace.bot_user.id
        threads = ((ts, self._workspace.thread(self._general, ts, viewer=self._you)) for ts in self._mentions)
        said = ((ts, [m.ts for m in thread if m.user == bot and not m.ephemeral_for]) for ts, thread in threads)
        return [float(replies[0]) - float(ts) for ts, replies in said if replies]

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


def processor_seconds(process_id: int) -> float:
    """What a process has taken of the processors; not a number where there is no /proc."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measured(role: str, rate: float, seconds: float, patience: float) -> dict[str, dict[str, float]]:
    """What Slack counted of the bot of that role."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "slack", role, str(rate), str(seconds), str(patience), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    figures: dict[str, dict[str, float]] = json.loads(said.decode().splitlines()[-1])
    return figures


def shown(name: str, figures: dict[str, float]) -> str:
    return (
        f"{name:<34}{figures['questions']:>10}{figures['late']:>6}{figures['lost']:>6}{figures['ack_p50_ms']:>12}{figures['ack_p99_ms']:>12}"
        f"{figures['total_s']:>9}{figures['total_s'] / MODEL_SECONDS:>8.2f}{figures['slowest_s'] / MODEL_SECONDS:>9.2f}"
        f"{figures['added_p50_ms']:>10.0f}{figures['bot_cpu_ms']:>9}{figures['slack_cpu_ms']:>11}"
    )


def main() -> None:
    if sys.argv[1:2] == ["bot"]:
        run_bot()
    elif sys.argv[1:2] == ["sample"]:
        run_sample()
    elif sys.argv[1:2] == ["slack"]:
        asyncio.run(run_slack(sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])))
    else:
        parser = argparse.ArgumentParser()
        parser.add_argument("--quick", action="store_true", help="within 45 seconds on two idle cores")
        parser.add_argument("--rate", type=float, default=A_SECOND, help="questions a second")
        parser.add_argument("--seconds", type=float, help="for how long they arrive; 20, and 4 in a quick run")
        given = parser.parse_args()
        compare(given.rate, given.seconds or (4.0 if given.quick else 20.0), QUICK_PATIENCE if given.quick else PATIENCE)


def compare(rate: float, seconds: float, patience: float) -> None:
    """Both bots, and what each came to."""
    print(f"Other work on this machine: {os.getloadavg()[0]:.1f} processes on {os.cpu_count()} cores")
    ours = asyncio.run(measured("bot", rate, seconds, patience))
    sample = asyncio.run(measured("sample", rate, 0.0, patience))
    print(
        f"{'':<34}{'questions':>10}{'late':>6}{'lost':>6}{'ack p50 ms':>12}{'ack p99 ms':>12}{'total s':>9}{'/model':>8}{'slowest':>9}"
        f"{'added ms':>10}{'bot CPU':>9}{'Slack CPU':>11}"
    )
    for name, loads in (("this bot", ours), ("Slack's sample shape", sample)):
        for load, figures in loads.items():
            print(shown(f"{name}, {load.replace('_', ' ')}", figures))
    arriving, at_once = ours["arriving"], ours["at_once"]
    print(
        json.dumps(
            {
                "questions": sum(load["questions"] for load in ours.values()),
                "late": sum(load["late"] for load in ours.values()),
                "lost": sum(load["lost"] for load in ours.values()),
                "ack_p99_ms": arriving["ack_p99_ms"],
                "total_over_model": round(at_once["total_s"] / MODEL_SECONDS, 2),
                "slowest_over_model": round(at_once["slowest_s"] / MODEL_SECONDS, 2),
                "added_p50_ms": ours["calm"]["added_p50_ms"],
                "sample": sample["at_once"] | {"total_over_model": round(sample["at_once"]["total_s"] / MODEL_SECONDS, 2)},
            }
        )
    )


if __name__ == "__main__":
    main()
