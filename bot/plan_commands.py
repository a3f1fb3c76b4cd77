"""`steady plan`: prove a plan file, show it in words and as a picture, make a code of it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from actions import plan_codes, plan_words
from actions.runtime import wall_clock
from bot.app import make_runtime
from bot.cli_base import FOUND, fail
from bot.content.drugs import Drug, load_drugs
from bot.content.plan_checks import line_of, medicine_facts
from bot.settings import Settings, load_settings
from care.plan import Plan, Regimen, mg_text
from care.plan_checks import PATIENT_CHECKS, CheckFacts, Level, PlanFinding, check_plan
from care.plandoc import PlanDocument, write_document

plan = typer.Typer(no_args_is_help=True, help="Prove a plan file, show it, make a code of it.")

MOST_DAYS: Final = 366
_File = Annotated[Path, typer.Argument(help="YAML, JSON, CSV or XLSX: docs/plan-format.md")]
_Weeks = Annotated[
    int | None, typer.Option(help="for how many weeks it has been taken", min=0, max=5200)
]


@plan.command("check")
def plan_check(
    file: _File,
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
    prescriber: Annotated[
        bool, typer.Option("--prescriber", help="check it as entered by a prescriber")
    ] = False,
    weeks: _Weeks = None,
) -> None:
    """Run the plan checks; exit 0: nothing found, 1: findings, 2: the file cannot be read.

    Checks about the person (P16 to P20) need more than a file and run in the chat.
    """
    drugs = load_drugs()
    document = _read(file, drugs)
    found = _findings(document.plan, drugs, prescriber=prescriber, weeks=weeks)
    if as_json:
        typer.echo(json.dumps([_as_data(one, drugs) for one in found], ensure_ascii=False))
    else:
        for one in found:
            typer.echo(line_of(one, drugs))
        typer.echo(_summary(document.plan, found))
    if found:
        raise typer.Exit(FOUND)


@plan.command("show")
def plan_show(
    file: _File,
    chart: Annotated[Path | None, typer.Option(help="also draw it into this PNG file")] = None,
) -> None:
    """Say a plan line by line, as it was read."""
    drugs = load_drugs()
    document = _read(file, drugs)
    for line in _lines(document, drugs):
        typer.echo(line)
    if chart is not None:
        _write(chart, _picture(document.plan, drugs))


@plan.command("code")
def plan_code(
    file: _File,
    *,
    by: Annotated[str, typer.Option("--by", help='who stands for it: "Dr Okafor"')],
    out: Annotated[Path, typer.Option("--out", help="the PNG file to make")],
    reason: Annotated[str, typer.Option(help="why a plan that is blocked is right")] = "",
    days: Annotated[int, typer.Option(help="valid for so many days", min=1, max=MOST_DAYS)] = 30,
    bot: Annotated[str, typer.Option(help="the bot's @name; else BOT_USERNAME")] = "",
    weeks: _Weeks = None,
) -> None:
    """Make a code for one patient: a picture to scan or send, and its link.

    Refused for a plan that a check blocks, unless --reason says why it is right (D9).
    """
    from bot.plan_files import code_png  # noqa: PLC0415 (its libraries take a moment to load)

    if not by.strip():
        raise fail("--by: is empty; name the prescriber who stands for the plan")
    drugs = load_drugs()
    document = _read(file, drugs)
    found = _findings(document.plan, drugs, prescriber=True, weeks=weeks)
    for one in found:
        typer.echo(line_of(one, drugs), err=True)
    if any(one.level is Level.BLOCK for one in found) and not reason.strip():
        typer.echo("Blocked: no code was made. If it is right, say why with --reason.", err=True)
        raise typer.Exit(FOUND)
    settings = load_settings()
    if not settings.encryption_keys:
        raise fail("ENCRYPTION_KEYS: is empty; go to the folder the bot runs in, where .env is")
    name = _bot_name(bot or settings.bot_username)
    if out.exists():
        raise fail(f"{out}: is there already; choose another name")
    last = wall_clock().date() + timedelta(days=days)
    token = _issue(settings, document, by, reason, days)
    link = plan_codes.link_of(name, token)
    until = f"{last.day} {last:%b} {last.year}"
    caption = [f"A plan from {by.strip()}", f"Works once, until {until}."]
    _write(out, code_png(link, [*caption, "Scan it, or send this picture in the chat."]))
    typer.echo(link)


def _read(file: Path, drugs: Mapping[str, Drug]) -> PlanDocument:
    from bot.plan_files import (  # noqa: PLC0415 (its libraries take a moment to load)
        LARGEST,
        PlanFileError,
        read_plan_file,
    )

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
        return read_plan_file(file.name, content, drugs)
    except OSError as error:
        raise fail(f"{file}: {error.strerror or error}") from None
    except PlanFileError as error:
        raise fail(f"{file.name}: {error}") from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise fail(f"{file}: {error.strerror or error}") from None


def _findings(
    plan: Plan, drugs: Mapping[str, Drug], *, prescriber: bool, weeks: int | None
) -> list[PlanFinding]:
    """What the checks find that a file alone can answer."""
    # A file is proved whole, whenever it began: it is looked at as on the day before.
    begins = min((step.starts for step in plan.steps), default=date.max)
    facts = CheckFacts(
        today=min(wall_clock().date(), begins),
        medicines={drug.id: medicine_facts(drug) for drug in drugs.values()},
        entered_by_prescriber=prescriber,
        weeks_taken=weeks,
    )
    return [one for one in check_plan(plan, facts) if one.check not in PATIENT_CHECKS]


def _as_data(one: PlanFinding, drugs: Mapping[str, Drug]) -> dict[str, Any]:
    return {
        "check": one.check,
        "level": one.level.value,
        "medicine": one.medicine,
        "day": one.day.isoformat() if one.day else None,
        "case": one.case,
        "found": {key: str(value) for key, value in one.found.items()},
        "source": one.source,
        "line": line_of(one, drugs),
    }


def _summary(plan: Plan, found: list[PlanFinding]) -> str:
    levels = [one.level.value for one in found]
    counts = ", ".join(f"{levels.count(name)} {name}" for name in ("block", "warn", "note"))
    return f"medicines: {len(plan.medicines)}, steps: {len(plan.steps)}, findings: {counts}"


def _lines(document: PlanDocument, drugs: Mapping[str, Drug]) -> Iterator[str]:
    plan = document.plan
    yield f"Prescriber: {document.prescriber or 'not named'}"
    if document.if_unresolved:
        words = {"stay": "stay on the dose before", "go_ahead": "go ahead"}
        yield f"If a cut falls due while an alert is open: {words[document.if_unresolved.value]}"
    for regimen in plan.present:
        yield f"now         {_day(plan, regimen, drugs)}"
    for step in plan.steps:
        yield f"{step.starts.isoformat()}  {_day(plan, step.regimen, drugs)}"
    for one in plan.as_needed:
        most, apart = one.most_in_24h, mg_text(one.least_hours_apart)
        yield (
            f"when needed {drugs[one.medicine].name}: {mg_text(one.mg)} mg, at most {most} in"
            f" 24 hours, {apart} hours apart"
        )


def _day(plan: Plan, regimen: Regimen, drugs: Mapping[str, Drug]) -> str:
    name = drugs[regimen.medicine].name
    if not regimen.doses:
        return f"{name}: stop"
    doses = ", ".join(
        _dose(plan_words.dose(plan, regimen.medicine, dose)) for dose in regimen.doses
    )
    total = f"; {mg_text(regimen.daily_mg)} mg a day" if len(regimen.doses) > 1 else ""
    every = f" every {regimen.every} days" if regimen.every > 1 else ""
    return f"{name}{every}: {doses}{total}"


def _dose(one: Mapping[str, Any]) -> str:
    made = one["made_of"] or ("cannot be made of these products" if one["cannot"] else "")
    return f"{one['wall']:%H:%M} {mg_text(one['mg'])} mg" + (f" ({made})" if made else "")


def _picture(plan: Plan, drugs: Mapping[str, Drug]) -> bytes:
    from reports.charts import render  # noqa: PLC0415 (matplotlib takes a second to load)
    from reports.plan_chart import plan_recipe  # noqa: PLC0415 (the same)

    names = {one: drugs[one].name.capitalize() for one in plan.medicines}
    today: date = wall_clock().date()
    return render(plan_recipe(plan, names, today))


def _bot_name(name: str) -> str:
    plain = name.strip().removeprefix("@")
    if not plain:
        raise fail("BOT_USERNAME: is empty; set it, or name the bot with --bot")
    if not (plain.isascii() and plain.replace("_", "").isalnum()):
        raise fail(f"--bot: expected the bot's @name, not {name!r}")
    return plain


def _issue(settings: Settings, document: PlanDocument, by: str, reason: str, days: int) -> str:
    rt = make_runtime(settings)
    try:
        data = write_document(document)
        return rt.call(plan_codes.issue, data, prescriber=by, reason=reason, days_valid=days)
    finally:
        rt.close()
