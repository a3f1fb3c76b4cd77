"""Plans that are under way: what is over is checked against what is taken, and left out."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plan import DoseTime, Regimen, TypedStep
from care.planlines import (
    PlanLineCode,
    PlanLineError,
    read_plan,
    read_start_date,
    read_steps,
    write_steps,
)

TODAY = date(2026, 11, 27)
ONE = {"diazepam": "diazepam", "Valium": "diazepam"}
TWO = {**ONE, "zopiclone": "zopiclone"}


def now(*doses: str, drug: str = "diazepam") -> dict[str, Regimen]:
    """What is taken: now("9 08:00", "4.5 22:00")."""
    times = [one.split() for one in doses]
    return {
        drug: Regimen(
            drug, tuple(DoseTime(w, time.fromisoformat(w), Decimal(mg)) for mg, w in times)
        )
    }


NINE = now("9 08:00")


def read(text: str, present: dict[str, Regimen] | None = None, **more: Any) -> str:
    """What has begun and what is to come: "12 Nov 9 mg 08:00 | 1 Dec 8 mg 08:00"."""
    plan = read_plan(text, today=TODAY, present=present, **({"medicines": ONE} | more))
    return " | ".join(" / ".join(map(shown, steps)) for steps in plan)


def shown(step: TypedStep) -> str:
    text = write_steps([step]).replace("diazepam: ", "")
    return text.replace(f"{step.starts}", f"{step.starts:%-d %b %y}")


def refused(text: str, present: dict[str, Regimen] | None = None, **more: Any) -> PlanLineError:
    with pytest.raises(PlanLineError) as caught:
        read(text, present, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("12 Nov: 9 mg 08:00\n1 Dec: 8 mg 08:00", "12 Nov 26 9 mg 08:00 | 1 Dec 26 8 mg 08:00"),
        (
            "12 Oct: 9.5 mg\n12 Nov: 9 mg\n12 Dec: 8.5 mg\n12 Jan: 8 mg",
            (
                "12 Oct 26 9.5 mg 08:00 / 12 Nov 26 9 mg 08:00 | "
                "12 Dec 26 8.5 mg 08:00 / 12 Jan 27 8 mg 08:00"
            ),
        ),
        (
            "1 Aug 9.5 mg, 1 Sep 9 mg, 1 Dec 8.5 mg",
            "1 Aug 26 9.5 mg 08:00 / 1 Sep 26 9 mg 08:00 | 1 Dec 26 8.5 mg 08:00",
        ),
        ("27 Nov: 9 mg\n12 Dec: 8 mg", "27 Nov 26 9 mg 08:00 | 12 Dec 26 8 mg 08:00"),
        ("Thu 12 Nov: 9 mg\nTue 1 Dec: 8 mg", "12 Nov 26 9 mg 08:00 | 1 Dec 26 8 mg 08:00"),
        ("Mon 12 Oct: 9 mg\nTue 1 Dec: 8 mg", "12 Oct 26 9 mg 08:00 | 1 Dec 26 8 mg 08:00"),
        ("2026-11-12 9 mg\n2026-12-01 stop", "12 Nov 26 9 mg 08:00 | 1 Dec 26 0 mg"),
        ("13/11/2026 9 mg\n13/12/2026 8 mg", "13 Nov 26 9 mg 08:00 | 13 Dec 26 8 mg 08:00"),
        (
            "start 16 Nov\nweek 1-2: 9 mg\nweek 3: 8 mg",
            "16 Nov 26 9 mg 08:00 | 30 Nov 26 8 mg 08:00",
        ),
        ("from 13 Nov 9 mg for 3 weeks then 8 mg", "13 Nov 26 9 mg 08:00 | 4 Dec 26 8 mg 08:00"),
        ("13 Nov - 10 Dec: 9 mg\n11 Dec: 8 mg", "13 Nov 26 9 mg 08:00 | 11 Dec 26 8 mg 08:00"),
        (
            "until 14 Nov 10 mg, then 9 mg until 14 Dec, then 8 mg",
            "14 Nov 26 10 mg 08:00 / 15 Nov 26 9 mg 08:00 | 15 Dec 26 8 mg 08:00",
        ),
        (
            "Week\tMorning (mg)\n1-2\t10\n3-4\t9\n5-6\t8\nstart 2 Nov",
            "2 Nov 26 10 mg 08:00 / 16 Nov 26 9 mg 08:00 | 30 Nov 26 8 mg 08:00",
        ),
        (
            "Date | 08:00 (mg)\n12 Nov | 9\n12 Dec | 8",
            "12 Nov 26 9 mg 08:00 | 12 Dec 26 8 mg 08:00",
        ),
    ],
)
def test_a_plan_under_way_is_split_at_today(text: str, steps: str) -> None:
    assert read(text, NINE) == steps


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("1 Nov: 9.5 mg\n1 Dec: 8 mg", 1, "9.5 mg at 08:00 since 1 Nov 2026"),
        ("1 Oct: 9 mg\n1 Nov: 8.5 mg\n1 Dec: 8 mg", 2, "8.5 mg at 08:00 since 1 Nov 2026"),
        ("1 Nov: 9 mg 09:00\n1 Dec: 8 mg 09:00", 1, "9 mg at 09:00 since 1 Nov 2026"),
        (
            "1 Nov: 4.5 mg 08:00, 4.5 mg 22:00\n1 Dec: 8 mg 08:00",
            1,
            "4.5 mg at 08:00, 4.5 mg at 22:00 since 1 Nov 2026",
        ),
        ("1 Nov: stop\n1 Dec: 8 mg", 1, "0 mg since 1 Nov 2026"),
        (
            "start 2 Nov\nweek 1-2: 9 mg\nweek 3-4: 8 mg\nweek 5: 7 mg",
            3,
            "8 mg at 08:00 since 16 Nov 2026",
        ),
    ],
)
def test_what_holds_today_by_the_lines_must_be_what_is_taken(
    text: str, line: int, found: str
) -> None:
    error = refused(text, NINE)
    assert (error.code, error.line, error.found) == (PlanLineCode.UNDER_WAY, line, found)
    assert error.expected == "9 mg at 08:00"


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("12 Nov: 9 mg", "past_date", "12 Nov"),
        ("12 Nov 2026: 9 mg", "past_date", "12 Nov 2026"),
        ("1 Oct 2026: 10 mg\n12 Nov 2026: 9 mg", "past_date", "1 Oct 2026"),
        ("start 1 Nov\nweek 1: 9 mg", "past_date", "1 Nov"),
        ("1 Nov 2025: 9 mg\n1 Dec 2026: 8 mg", "past_date", "1 Nov 2025"),
        ("1 Dec: 9 mg\n12 Nov: 8 mg", "past_date", "12 Nov"),
        ("12 Nov: 9 mg\n1 Nov: 9 mg\n1 Dec: 8 mg", "past_date", "1 Nov"),
        ("12 Nov 2026: 9 mg\n1 Nov 2026: 9 mg\n1 Dec: 8 mg", "past_date", "1 Nov 2026"),
        ("12 Nov: 9 mg\n1 Dec: 8 mgs at moon", "time_missing", "8 mgs at moon"),
        ("1/11: 9 mg\n1 Dec: 8 mg", "ambiguous_date", "1/11"),
    ],
)
def test_a_past_that_nothing_follows_in_order_is_refused_as_ever(
    text: str, code: str, found: str
) -> None:
    error = refused(text, NINE)
    assert (error.code, error.found) == (code, found)


def test_without_the_doses_of_now_nothing_past_is_read() -> None:
    text = "12 Nov: 9 mg 08:00\n1 Dec: 8 mg 08:00"
    assert refused(text).code is PlanLineCode.PAST_DATE
    assert refused(text, now("5 22:00", drug="zopiclone")).found == (
        "9 mg at 08:00 since 12 Nov 2026"
    )


def test_each_medicine_is_held_against_its_own_doses() -> None:
    both = {**NINE, **now("3.75 22:00", drug="zopiclone")}
    text = (
        "Diazepam\n12 Oct 9.5 mg\n12 Nov 9 mg\n12 Dec 8.5 mg\n"
        "Zopiclone\n1 Oct 2026 3.75 mg\n1 Feb stop"
    )
    plan = read_plan(text, today=TODAY, medicines=TWO, present=both)
    assert [(s.starts, s.medicine) for s in plan.coming] == [
        (date(2026, 12, 12), "diazepam"),
        (date(2027, 2, 1), "zopiclone"),
    ]
    error = refused(text, {**NINE, **now("7.5 22:00", drug="zopiclone")}, medicines=TWO)
    assert (error.line, error.expected) == (6, "7.5 mg at 22:00")


def test_only_what_is_to_come_makes_the_steps() -> None:
    text = "12 Nov: 9 mg\n1 Dec: 8 mg"
    steps = read_steps(text, today=TODAY, medicines=ONE, present=NINE)
    assert [step.starts for step in steps] == [date(2026, 12, 1)]


def test_weeks_that_fit_this_year_and_the_next_are_asked_for_their_year() -> None:
    text = "start 1 Sep\nweek 1-8: 9.5 mg\nweek 9-16: 9 mg\nweek 17: 8 mg"
    error = refused(text, NINE)
    assert (error.code, error.expected) == ("ambiguous_date", "1 Sep 2026 or 1 Sep 2027")
    assert read(text.replace("Sep", "Sep 2026"), NINE).endswith("| 22 Dec 26 8 mg 08:00")
    assert read(text.replace("Sep", "Sep 2027"), NINE).startswith(" | 1 Sep 27 9.5 mg")
    assert read(text, now("7 08:00")).startswith(" | 1 Sep 27 9.5 mg")


def test_the_first_day_of_week_1_may_lie_in_the_past() -> None:
    text = "week 1-2: 9.5 mg\nweek 3-4: 9 mg\nweek 5: 8 mg"
    start = read_start_date("it started on 2 Nov", today=TODAY)
    assert start == date(2026, 11, 2)
    assert read(text, NINE, start=start).endswith("16 Nov 26 9 mg 08:00 | 30 Nov 26 8 mg 08:00")
    assert refused(text, now("8 08:00"), start=start).code is PlanLineCode.UNDER_WAY
    assert refused("week 1: 9 mg", NINE, start=start).code is PlanLineCode.PAST_DATE


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27 Nov", date(2026, 11, 27)),
        ("2 Nov", date(2026, 11, 2)),
        ("Mon 2 Nov", date(2026, 11, 2)),
        ("1 Sep 2026", date(2026, 9, 1)),
        ("1 Dec 2025", date(2025, 12, 1)),
        ("1 Feb", date(2027, 2, 1)),
    ],
)
def test_a_first_day_is_near_or_names_its_year(text: str, day: date) -> None:
    assert read_start_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [("1 Sep", "ambiguous_date"), ("1 Nov 2025", "past_date"), ("Tue 2 Nov", "bad_date")],
)
def test_a_first_day_that_is_not_clear_is_asked_again(text: str, code: str) -> None:
    with pytest.raises(PlanLineError) as caught:
        read_start_date(text, today=TODAY)
    assert caught.value.code == code


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40)), min_size=2, max_size=8),
    st.integers(0, 366),
)
def test_a_table_that_is_under_way_is_read_or_asked_about_and_never_bent(
    plan: list[tuple[int, int]], ago: int
) -> None:
    day = date.fromordinal(TODAY.toordinal() - ago)
    rows = []
    for after, mg in plan:
        rows.append((day, mg))
        day = date.fromordinal(day.toordinal() + after)
    text = "\n".join(f"{on}: {mg} mg 08:00" for on, mg in rows)
    held = [mg for on, mg in rows if on <= TODAY]
    coming = [on for on, _ in rows if on > TODAY]
    if not coming:
        assert refused(text, NINE).code is PlanLineCode.PAST_DATE
    elif held and held[-1] != 9:
        assert refused(text, NINE).code is PlanLineCode.UNDER_WAY
    else:
        steps = read_steps(text, today=TODAY, medicines=ONE, present=NINE)
        assert [step.starts for step in steps] == coming
