"""What the plan checks found, in words: complete, sourced, and never an amount of our own."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from bot.content import plan_checks
from bot.content.checker import text_findings
from bot.content.drugs import load_drugs
from bot.content.plan_checks import (
    MOST_GROUPS,
    check_plan_check_words,
    line_of,
    load_check_words,
    screen_of,
    screen_values,
    words_of,
)
from bot.content.wording import visible
from care.plan import Plan
from care.plan_checks import CHECKS, CheckFacts, Level, PlanFinding, check_plan
from tests.care.plan_files import FOLDER, MEDICINES, names, read
from tests.care.planrule_strategies import random_plans

DRUGS = load_drugs()
THRESHOLDS = {Decimal("0.5"), Decimal("0.25")}  # P05, which names its limit in mg
FACTS = CheckFacts(date(2026, 11, 23), MEDICINES)


def screens(findings: tuple[PlanFinding, ...]) -> Iterator[str]:
    page, more = 0, True
    while more:
        yield screen_of(findings, "en", DRUGS, "Dr Okafor", page=page)
        more = bool(screen_values(findings, DRUGS, "Dr Okafor", page=page)["more"])
        page += 1


def amounts_in(text: str) -> set[Decimal]:
    return {Decimal(one) for one in re.findall(r"(\d+(?:\.\d+)?) mg", visible(text))}


def amounts_of(plan: Plan) -> set[Decimal]:
    regimens = [*plan.present, *(step.regimen for step in plan.steps)]
    doses = {dose.mg for regimen in regimens for dose in regimen.doses}
    return doses | {one.daily_mg for one in regimens} | {one.mg for one in plan.as_needed}


@pytest.mark.parametrize("name", names())
def test_every_screen_of_a_plan_file_keeps_to_the_rules_of_words(name: str) -> None:
    file = read(FOLDER / name)
    for screen in screens(check_plan(file.plan, file.facts)):
        assert list(text_findings(screen, "plans")) == [], screen
        assert len(visible(screen).splitlines()) <= 4 + 2 * MOST_GROUPS + 4


@pytest.mark.parametrize("name", names())
def test_every_finding_of_a_plan_file_has_a_line_with_its_threshold_and_sources(name: str) -> None:
    file = read(FOLDER / name)
    for finding in check_plan(file.plan, file.facts):
        line, words = line_of(finding, DRUGS), load_check_words()[finding.check]
        assert line.startswith(f"{finding.check} {finding.level.value.upper()}")
        assert words.threshold in line
        assert line.endswith(f"[{', '.join(words.sources)}]")
        assert set(finding.source.split(", ")) <= {*words.sources}
        assert "\n" not in line
        assert words_of(finding, "en", DRUGS)


def test_every_way_a_check_can_speak_is_heard_in_a_plan_file() -> None:
    files = [read(FOLDER / name) for name in names()]
    heard = {(f.check, f.case) for file in files for f in check_plan(file.plan, file.facts)}
    written = {(id_, case) for id_, words in load_check_words().items() for case in words.finds}
    assert heard == written


@settings(max_examples=100, deadline=None)
@given(random_plans())
def test_no_screen_holds_an_amount_that_is_not_of_the_plan(plan: Plan) -> None:
    for findings in (check_plan(plan, FACTS), check_plan(plan, replace(FACTS, weeks_taken=1))):
        for screen in screens(findings):
            assert amounts_in(screen) <= amounts_of(plan) | THRESHOLDS | {Decimal(0)}


@pytest.mark.parametrize("name", names())
def test_a_terminal_line_holds_the_plans_amounts_thresholds_and_published_spans_only(
    name: str,
) -> None:
    file = read(FOLDER / name)
    for finding in check_plan(file.plan, file.facts):
        words = load_check_words()[finding.check]
        limits = {Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", words.threshold)}
        tables = {one for one in finding.found.values() if isinstance(one, Decimal)}
        spans = tables if finding.check in ("P06", "P15") else set()
        allowed = amounts_of(file.plan) | limits | spans | {Decimal(0)}
        assert amounts_in(line_of(finding, DRUGS)) <= allowed


def test_a_patient_is_not_shown_what_the_tables_would_make_of_a_switch() -> None:
    file = read(FOLDER / "switch-in-one-day.yaml")
    off = next(f for f in check_plan(file.plan, file.facts) if f.case == "off_table")
    assert amounts_in(words_of(off, "en", DRUGS)) == set()
    assert "20 to 80 mg" in line_of(off, DRUGS)


def test_what_blocks_is_on_the_first_screen() -> None:
    file = read(FOLDER / "half-every-week.yaml")
    first, *_ = screens(check_plan(file.plan, file.facts))
    before, after = first.split("Also ask")
    assert "percent less in 14 days" in before
    assert "percent less in 14 days" not in after


def test_one_step_is_named_once_with_the_heaviest_that_is_to_say() -> None:
    file = read(FOLDER / "stop-baclofen-60.yaml")
    findings = check_plan(file.plan, file.facts)
    assert {one.check for one in findings} == {"P01", "P05", "P06"}
    text = "\n".join(screens(findings))
    assert text.count("Baclofen") == 1
    assert "stops all at once" in text


def test_what_is_said_again_and_again_is_one_point_with_a_count() -> None:
    file = read(FOLDER / "cks-diazepam-40.yaml")
    text = "\n".join(screens(check_plan(file.plan, file.facts)))
    said = Counter(re.findall(r"after the change before", text))
    assert said["after the change before"] == 1
    assert "There are 33 more like this." in text


def test_a_clean_plan_gets_a_clear_answer_that_promises_nothing() -> None:
    (text,) = screens(())
    assert "I found nothing to ask about." in text
    assert "I can't see all that Dr Okafor can." in text


def test_a_check_that_broke_is_said_in_both_ways() -> None:
    broken = PlanFinding(
        "P03", Level.WARN, "diazepam", None, {"error": "ValueError"}, "ENG", "unchecked"
    )
    assert "could not be checked (ValueError)" in line_of(broken, DRUGS)
    assert words_of(broken, "en", DRUGS).startswith("I could not check all of diazepam.")


def test_every_check_has_words_and_sources_that_are_known() -> None:
    assert list(check_plan_check_words()) == []
    assert {*load_check_words()} == {*CHECKS}


def test_a_check_without_words_or_with_an_unknown_source_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = dict(load_check_words())
    some["P02"] = replace(some["P02"], sources=("HEARSAY",))
    del some["P20"]
    monkeypatch.setattr(plan_checks, "load_check_words", lambda: some)
    assert list(check_plan_check_words()) == [
        "plan_check_words.yaml: P20: has no words",
        "plan_check_words.yaml: P02: source HEARSAY is not in sources.yaml",
    ]
