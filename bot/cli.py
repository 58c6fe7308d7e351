"""The command line: every command is a few lines that build the bot, do one thing, and print.

Errors of our own tree end in one sentence on standard error and exit code 1; a traceback means a fault of the program.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated
from urllib.parse import urljoin

import typer
from rich.console import Console

from bot import asking, corpus_commands, log_commands, workspace_commands
from bot.commands import Ask, Explain, Help, Suggest, parse_command
from bot.config import CHECKOUT, Settings, load_settings
from bot.errors import BotError, SettingsError
from bot.grounding import Answer, Verdict
from bot.guide import guide, usage
from bot.logs import log_to_stderr
from bot.progress import waiting
from bot.prompts import PromptLibrary, Template
from bot.running import built, serve_until_signal
from bot.running import playground as open_playground
from bot.settings_words import said_of

ASK = "tencent-bot ask"  # what stands here for the slash command
ONLY_IN_SLACK = frozenset({"sources", "show", "settings", "my-data", "forget-me"})
EXIT_CODES = {Verdict.ANSWERED: 0, Verdict.PARTIAL: 0, Verdict.NOT_IN_DOCUMENTS: 3, Verdict.DECLINED: 1, Verdict.FAILED: 1}


def _exit_code(answer: Answer) -> int:
    """Small talk is declined as a question, but nothing is wrong with it."""
    return 0 if answer.is_small_talk else EXIT_CODES[answer.verdict]


app = typer.Typer(
    no_args_is_help=False, pretty_exceptions_enable=False, add_completion=False, help="A Slack bot that answers only from your documents."
)
app.add_typer(corpus_commands.app, name="corpus")
app.add_typer(workspace_commands.app, name="workspaces")
app.add_typer(log_commands.app, name="log")


def main() -> None:
    """Run, and turn our own errors into sentences."""
    try:
        app()
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` does; nothing is left to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except BotError as error:
        said = said_of(error) if isinstance(error, SettingsError) else error
        print(f"tencent-bot: {said}", file=sys.stderr)  # noqa: T201  # the command line's own voice
        sys.exit(1)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """With Slack tokens: run the bot. Without: open the playground."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    if settings.has_slack:
        serve()
        return
    typer.echo(_words(settings).label("no_slack"))
    playground()


@app.command()
def serve() -> None:
    """Run the bot in the Slack workspace that the tokens belong to."""
    settings = load_settings()
    if not settings.has_slack:
        raise BotError("There is no SLACK_BOT_TOKEN, nor SLACK_CLIENT_ID. Please set one in .env, or run `tencent-bot playground`.")
    log_to_stderr(settings, settings.log_level)
    asyncio.run(serve_until_signal(built(settings), lambda: typer.echo(_words(settings).label("serving"), err=True)))


@app.command()
def playground(port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port of the page; 0 chooses one.")] = None) -> None:
    """Open a Slack workspace on this machine, with the bot in it."""
    began = time.perf_counter()
    settings = load_settings()
    log_to_stderr(settings, "WARNING" if settings.log_level == "INFO" else settings.log_level)
    asyncio.run(open_playground(settings, port, began))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a question.")] = False,
    batch: Annotated[str | None, typer.Option(help='A file, or -, with a JSON object a line: {"id", "question", "history"?}.')] = None,
) -> None:
    """Answer one question, or a batch of them."""
    if (question is None) == (batch is None):
        raise BotError("Please give either a question in quotation marks, or --batch FILE.")
    settings = load_settings()
    if not as_json and (said := _explanation(question or "", settings)):
        typer.echo(said)
        return
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    bot = built(settings)
    if batch is not None:
        lines = list(_lines(batch))  # here, where Ctrl+C ends it: a loop that waits for a pipe hears of nothing else
        raise typer.Exit(asyncio.run(asking.ask_batch(bot, lines, _words(settings))))
    with waiting(_words(settings).label("waiting")) if settings.has_model else nullcontext():
        interaction = asyncio.run(asking.ask(bot, question or ""))
    if interaction.model_error:
        typer.echo(f"tencent-bot: {interaction.model_error}", err=True)
    typer.echo(json.dumps(interaction.to_json(), ensure_ascii=False) if as_json else interaction.text)
    raise typer.Exit(_exit_code(interaction.answer))


@app.command()
def evaluate(
    cases: Annotated[Path, typer.Argument(help="A file of cases, or a folder of them.")] = CHECKOUT / "tests" / "cases",
    report: Annotated[Path | None, typer.Option(help="Write everything as one HTML page.")] = None,
    results: Annotated[Path | None, typer.Option("--json", help="Write the results, to compare a later run with them.")] = None,
    against: Annotated[Path | None, typer.Option(help="Results of an earlier run: say what turned since.")] = None,
) -> None:
    """Ask questions with known right answers and score what comes.

    Exit code 1 where a claim is not grounded, a case crashed, or something got worse since an earlier run.
    """
    from bot.evaluation import Wanted  # noqa: PLC0415  # it takes a while to import, and `ask` has no use for it
    from bot.evaluation import evaluate as run_cases  # noqa: PLC0415

    settings = load_settings()
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    bot = built(settings)
    running = run_cases(
        bot.pipeline, bot.corpus, cases, console=Console(), wanted=Wanted(report, results, against), concurrency=settings.concurrency
    )
    raise typer.Exit(asyncio.run(running))


@app.command()
def replay(
    prompts: Annotated[Path | None, typer.Option(help="Another folder of prompts.")] = None,
    model: Annotated[str | None, typer.Option(help="Another model.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="Another folder of documents.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many of the newest questions.")] = 100,
    report: Annotated[Path | None, typer.Option(help="Write both answers side by side as one HTML page.")] = None,
) -> None:
    """Ask past questions again, with what is changed here or in the settings; exit 1 where an answer got worse. Nothing is posted or logged."""
    from bot.replaying import replay_log  # noqa: PLC0415  # it takes a while to import, and `ask` has no use for it

    settings = load_settings()
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    changed = {"prompts_dir": prompts, "openai_model": model, "seeds_dir": seeds}
    if model is not None and not settings.has_model:
        raise BotError("--model needs an endpoint that has it. Please set OPENAI_API_KEY, or OPENAI_BASE_URL for one of your own.")
    bot = built(Settings.model_validate(settings.model_dump() | {name: value for name, value in changed.items() if value is not None}))
    raise typer.Exit(replay_log(bot, most, report, _words(settings)))


@app.command()
def manifest(
    request_url: Annotated[str | None, typer.Option(help="For HTTP: https://HOST/slack/events; without it, for Socket Mode.")] = None,
    of_organisations: Annotated[bool, typer.Option("--organisation", help="Over OAuth, whole organisations may install it too.")] = False,
) -> None:
    """Print the Slack app manifest, to be pasted where Slack asks for one."""
    from bot.slack.manifest import manifest as build_manifest  # noqa: PLC0415  # it takes a while to import, and `ask` has no use for it

    if request_url is not None and not re.fullmatch(r"https://[^/\s]+/slack/events", request_url):
        raise BotError("--request-url must be https://YOUR-HOST/slack/events: that is where the bot listens, and Slack wants TLS.")
    settings = load_settings()
    redirect_url = settings.slack_redirect_url if settings.uses_oauth else None
    if of_organisations and not redirect_url:
        raise BotError("--organisation is for an app that is installed over OAuth: please set SLACK_CLIENT_ID and SLACK_REDIRECT_URL.")
    if redirect_url:  # installation works over HTTP alone, and on one host
        request_url = request_url or urljoin(redirect_url, "events")
    made = build_manifest(
        _prompts(settings), settings.slack_command, request_url, knows_guests=not settings.allow_guests, redirect_url=redirect_url,
        of_organisations=of_organisations,
    )  # fmt: skip
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@app.command()
def doctor() -> None:
    """Look at tokens, scopes, documents, database and model, and say what to do; exit 1 where something is to be done."""
    from bot.doctor import examine  # noqa: PLC0415  # it takes a while to import, and `ask` has no use for it

    settings = load_settings()
    log_to_stderr(settings, "CRITICAL")
    words, is_well = _prompts(settings)["doctor"], True
    for finding in examine(settings):
        typer.echo(f"{words.label('well' if finding.is_well else 'ill'):6} {finding.name}: {finding.said}")
        is_well &= finding.is_well
    raise typer.Exit(0 if is_well else 1)


# --- within


def _explanation(question: str, settings: Settings) -> str:
    """What `help` says; "" for a question. Raises BotError for what only nearly is a subcommand, or is one that is not for the command line."""
    request, prompts = parse_command(question), _prompts(settings)
    words = prompts.reply("desk")
    match request:
        case Help():
            return guide(prompts, settings.slack_command) if question.strip() else ""
        case Ask():
            return ""
        case Explain(name, typed) if name not in ONLY_IN_SLACK:
            used = words.label("used", usage=usage(prompts, ASK, name))
            raise BotError("\n".join([used, *([words.label("or_asked", command=ASK, typed=typed)] if typed else [])]))
        case Suggest(typed, meant):
            raise BotError(words.label("suggest", command=ASK, meant=meant, typed=typed))
    raise BotError(prompts["cli"].label("only_in_slack", typed=question))


def _lines(batch: str) -> Iterator[str]:
    try:
        if batch == "-":
            yield from sys.stdin
            return
        with Path(batch).open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BotError(f"{batch} cannot be read: {why}.") from None


def _prompts(settings: Settings) -> PromptLibrary:
    return PromptLibrary.load(settings.prompts_dir)


def _words(settings: Settings) -> Template:
    return _prompts(settings)["cli"]
