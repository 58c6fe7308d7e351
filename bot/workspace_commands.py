"""`tencent-bot workspaces …`: which installed the app over OAuth, and forgetting one."""

from typing import Annotated

import typer

from bot import listing
from bot.config import load_settings
from bot.errors import BotError
from bot.prompts import PromptLibrary
from bot.store import Store

app = typer.Typer(no_args_is_help=False, help="The workspaces that installed the app over OAuth.")


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """List them."""
    if context.invoked_subcommand is None:
        list_workspaces()


@app.command("list")
def list_workspaces() -> None:
    """List them: id, name, when, what was granted. No token is shown."""
    settings = load_settings()
    listing.print_installations(Store(settings.database_url).installations(), PromptLibrary.load(settings.prompts_dir)["cli"])


@app.command("forget")
def forget(installation_id: Annotated[str, typer.Argument(help="Its id, as `workspaces list` shows it.")]) -> None:
    """Forget an installation and its token, and close what that workspace has open; Slack itself is told nothing."""
    settings = load_settings()
    words, store = PromptLibrary.load(settings.prompts_dir)["cli"], Store(settings.database_url)
    if installation_id not in {installation.id for installation in store.installations()}:
        raise BotError(words.label("no_workspace", id=installation_id))
    typer.echo(words.label("workspace_forgotten", id=installation_id, count=len(store.uninstall(installation_id))))
