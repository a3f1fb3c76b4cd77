"""The `steady` command. Exit code 0: fine, 1: something was found, 2: bad input."""

import asyncio
import json
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from actions import retention
from actions.runtime import wall_clock
from bot import logs
from bot.app import make_runtime
from bot.checktext import UnknownDrugError, read_lines
from bot.cli_base import BAD_INPUT, FOUND, fail, settings_or_exit
from bot.plan_commands import plan
from bot.run import ROLES, run
from bot.settings import SettingsError, load_settings
from store import migrate
from store.backup import BackupError, backup

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Steady: a companion for a slow, supervised taper.",
)
database = typer.Typer(no_args_is_help=True, help="Migrations and backups.")
content = typer.Typer(no_args_is_help=True, help="The words and rules.")
app.add_typer(database, name="db")
app.add_typer(content, name="content")
app.add_typer(plan, name="plan")


@app.command("run")
def run_command(
    role: Annotated[str, typer.Option(help="all, web or worker")] = "all",
) -> None:
    """Run the bot against Telegram."""
    if role not in ROLES:
        raise fail(f"--role: expected one of {', '.join(ROLES)}, not {role!r}")
    settings = settings_or_exit()
    if not settings.bot_token:
        raise fail("BOT_TOKEN: is empty; put the token from @BotFather into .env")
    logs.configure(settings.log_level)
    asyncio.run(run(settings, role))


@app.command("start")
def start_command() -> None:
    """Migrate and start: on Telegram with a BOT_TOKEN, in the sandbox without (`make run`)."""
    settings = load_settings()
    if settings.bot_token:
        migrate.upgrade(settings.database_url)
        run_command("all")
        return
    typer.main.get_command(app).main(["sandbox"], standalone_mode=False)


@app.command("check-text")
def check_text(
    drug: Annotated[str, typer.Option(help="drug id, such as baclofen")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines")] = False,
) -> None:
    """Read messages from stdin, one a line or JSON Lines with "text"; say what each is."""
    # Bytes that are no text must not end the reading of all lines after them.
    lines = typer.get_text_stream("stdin", encoding="utf-8", errors="replace")
    try:
        for line in read_lines(lines, drug=drug, as_json=as_json):
            typer.echo(line)
    except UnknownDrugError as error:
        raise fail(str(error)) from None


@app.command("status")
def status(
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """Say how the house stands; exit 1 when something is wrong."""
    rt = make_runtime(settings_or_exit())
    figures = rt.call(retention.status)
    rt.close()
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            shown = ("; ".join(value) or "nothing") if isinstance(value, list) else value
            typer.echo(f"{name.replace('_', ' '):14} {'-' if shown is None else shown}")
    if figures["wrong"]:
        raise typer.Exit(FOUND)


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version."""
    settings = settings_or_exit()
    migrate.upgrade(settings.database_url)
    typer.echo(f"revision {migrate.current(settings.database_url)}")


@database.command("check")
def db_check() -> None:
    """Look for a wrong revision, missing columns, broken references, damage."""
    problems = migrate.problems(settings_or_exit().database_url)
    for line in problems:
        typer.echo(line)
    if problems:
        raise typer.Exit(FOUND)
    typer.echo("nothing wrong")


@database.command("backup")
def db_backup(target: Path) -> None:
    """Copy the database into a new file and prove the copy."""
    settings = settings_or_exit()
    report = backup(settings.database_url, settings.key_store_url(), target)
    typer.echo(f"{report.database}: {sum(report.rows.values())} rows, proved")


@database.command("rotate-keys")
def db_rotate() -> None:
    """Wrap every data key with the first key of ENCRYPTION_KEYS."""
    rt = make_runtime(settings_or_exit())
    changed = rt.vault.keys.rotate()
    rt.close()
    typer.echo(f"{changed} data keys rewrapped")


@content.command("check")
def content_check() -> None:
    """Prove every rule, template, source and length."""
    from bot.content.checker import check  # noqa: PLC0415 (its dictionary takes 1.6 s to load)

    report = check(today=wall_clock().date())
    for line in report.findings:
        typer.echo(line)
    typer.echo(", ".join(f"{count} {name}" for name, count in report.counts.items()))
    if report.findings:
        raise typer.Exit(FOUND)


def add_outer_commands(wanted: list[str]) -> None:
    """Add the commands of sandbox and simulation, which nothing here may import.

    Only the one that is asked for is loaded (all of them for help), so that the bot itself
    starts without the outer rooms.
    """
    for entry in entry_points(group="steady.commands"):
        if not wanted or wanted[0] in {entry.name, "--help", "start"}:
            app.command(entry.name)(entry.load())


def main() -> None:
    """Run `steady`; bad settings and input end in one line, never a traceback."""
    add_outer_commands(sys.argv[1:])
    try:
        app()
    except (SettingsError, BackupError, migrate.MigrationError) as error:
        typer.echo(str(error), err=True)
        sys.exit(BAD_INPUT)
