"""`steady simulate`: a cohort of synthetic patients against the real bot."""

import asyncio
import json
import secrets
import sys
from dataclasses import asdict
from time import monotonic
from typing import Annotated, Final

import typer

from bot import logs
from simulation.run import MOST_SHOWN, Progress, Result, quiet, simulate_run
from simulation.stage import NotEmptyError
from simulation.weather import PROFILES

FOUND, BAD_INPUT = 1, 2
PATIENCE: Final = 2.0


def simulate(
    *,
    patients: Annotated[int, typer.Option(min=1, max=10_000, help="how many patients")] = 4,
    days: Annotated[int, typer.Option(min=1, max=3650, help="how many virtual days")] = 5,
    seed: Annotated[str, typer.Option(help="a whole number, or random")] = "random",
    faults: Annotated[str, typer.Option(help=f"{', '.join(PROFILES)}")] = "none",
    db: Annotated[str, typer.Option(help="URL of an empty database; a temporary SQLite")] = "",
    transcript: Annotated[int, typer.Option(min=0, help="show the chat of patient N")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """Run a cohort through the real bot on a virtual clock; exit 1 when an invariant breaks."""
    number = _seed(seed)
    if faults not in PROFILES:
        raise _bad(f"--faults: expected one of {', '.join(PROFILES)}, not {faults!r}")
    if transcript > patients:
        raise _bad(f"--transcript: there are {patients} patients, none is number {transcript}")
    logs.configure("ERROR")
    if not as_json:
        typer.echo(f"seed {number}: {patients} patients, {days} days, faults: {faults}")
    run = simulate_run(
        patients,
        days,
        number,
        faults=faults,
        database_url=db,
        shown=transcript or None,
        progress=_progress() if sys.stderr.isatty() and not as_json else quiet,
    )
    try:
        result = asyncio.run(run)
    except NotEmptyError as error:
        raise _bad(f"--db: {error}") from error
    except Exception as error:
        error.add_note(f"seed {number}, {patients} patients, {days} days, faults: {faults}")
        raise
    typer.echo(json.dumps(asdict(result) | {"ok": result.ok}) if as_json else _report(result))
    if not result.ok:
        raise typer.Exit(FOUND)


def _seed(text: str) -> int:
    if text == "random":
        return secrets.randbelow(1_000_000)
    if not (text.isascii() and text.isdigit()):
        raise _bad(f"--seed: expected a whole number or random, not {text!r}")
    return int(text)


def _bad(line: str) -> typer.Exit:
    typer.echo(line, err=True)
    return typer.Exit(BAD_INPUT)


def _progress() -> Progress:
    begun = monotonic()

    def show(line: str) -> None:
        if monotonic() - begun > PATIENCE:
            typer.echo(f"{line}, {monotonic() - begun:.0f} s", err=True)

    return show


def _report(result: Result) -> str:
    lines = [result.transcript, ""] if result.transcript else []
    for claim, wrong in result.broken.items():
        lines.append(f"{'BROKEN' if wrong else 'holds '}  {claim}")
        lines += [f"        {line}" for line in wrong[:MOST_SHOWN]]
        if len(wrong) > MOST_SHOWN:
            lines.append(f"        and {len(wrong) - MOST_SHOWN} more")
    lines += [
        f"{name.replace('_', ' ')}: {_shown(value)}" for name, value in result.figures.items()
    ]
    lines.append(f"seed {result.seed}")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return str(value)
