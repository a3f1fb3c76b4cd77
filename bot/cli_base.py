"""What every part of the command line needs: exit codes, one line on stderr, the settings."""

from typing import Final

import typer

from bot.settings import Settings, load_settings, make_keys

FOUND: Final = 1
BAD_INPUT: Final = 2


def fail(line: str) -> typer.Exit:
    """Say one clear line on stderr; the caller raises what is returned."""
    typer.echo(line, err=True)
    return typer.Exit(BAD_INPUT)


def settings_or_exit(**overrides: object) -> Settings:
    """Read the settings; makes an encryption key on first use."""
    settings = load_settings(**overrides)
    if not settings.encryption_keys:
        settings.encryption_keys = make_keys()
        typer.echo("Made ENCRYPTION_KEYS in .env. Keep a copy of it elsewhere.", err=True)
    return settings
