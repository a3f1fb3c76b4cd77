"""What people type and paste, each with what is read or with what is asked."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plan import DoseTime, Regimen, TypedStep
from care.planlines import (
    PlanLineCode,
    PlanLineError,
    read_doses,
    read_start_date,
    read_steps,
    write_steps,
)

TODAY = date(2026, 11, 23)
ONE = {"diazepam": "diazepam", "Valium": "diazepam"}
TWO = {**ONE, "zopiclone": "zopiclone"}


def now(*walls: str, drug: str = "diazepam") -> dict[str, Regimen]:
    doses = [DoseTime(wall, time.fromisoformat(wall), Decimal(10)) for wall in walls]
    return {drug: Regimen(drug, tuple(doses))}


NIGHT = now("22:00")
TWICE = now("08:00", "22:00")
THRICE = now("08:00", "14:00", "22:00")
BOTH = {**TWICE, **now("22:30", drug="zopiclone")}


def read(text: str, present: dict[str, Regimen] | None = None, **more: Any) -> str:
    """The steps on one line: "1 Dec 9 mg 22:00 / 15 Dec 0 mg"."""
    steps = read_steps(text, today=TODAY, present=present, **({"medicines": ONE} | more))
    return " / ".join(shown(step) for step in steps)


def shown(step: TypedStep) -> str:
    text = write_steps([step]).replace("diazepam: ", "")
    return text.replace(f"{step.starts}", f"{step.starts:%-d %b}")


def refused(text: str, present: dict[str, Regimen] | None = None, **more: Any) -> PlanLineError:
    with pytest.raises(PlanLineError) as caught:
        read(text, present, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("from 1 Dec 10mg morning 5 at night", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec 10 mg mane 5 mg nocte", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec: 10 mg am, 5 mg pm", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec: 10mg in the morning and 5mg at bedtime", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec morning 10mg evening 5", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec 10 mg with breakfast, 5 mg before bed", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec 10 mg at 8am, 5 at 10pm", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("10 mg morning 5 mg night from 1 Dec", "1 Dec 10 mg 08:00, 5 mg 22:00"),
        ("1 Dec 9+9 mg", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 10 mg + 8 mg", "1 Dec 10 mg 08:00, 8 mg 22:00"),
        ("1 Dec 18 mg (9+9)", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 18 mg (9 mg + 9 mg)", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 9 mg twice a day", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 9mg bd", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec: 9 mg b.d.", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 2 x 5 mg", "1 Dec 5 mg 08:00, 5 mg 22:00"),
        ("1 Dec 9 mg twice a day at 8 and 20", "1 Dec 9 mg 08:00, 9 mg 20:00"),
        ("1 Dec 18 mg/day: 9 mg 08:00, 9 mg 22:00", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 9 mg 08:00 + 9 mg 22:00 = 18 mg", "1 Dec 9 mg 08:00, 9 mg 22:00"),
        ("1 Dec 9 mg 08:00, 8 mg 22:00, total 17 mg", "1 Dec 9 mg 08:00, 8 mg 22:00"),
        ("1 Dec 2.5mg 08:00 2.5mg 22:00", "1 Dec 2.5 mg 08:00, 2.5 mg 22:00"),
        ("1 Dec morning (8am): 9 mg, night (10pm): 8 mg", "1 Dec 9 mg 08:00, 8 mg 22:00"),
        (
            "1 Dec\n10 mg morning\n5 mg night\n15 Dec\n9 mg morning\n5 mg night",
            "1 Dec 10 mg 08:00, 5 mg 22:00 / 15 Dec 9 mg 08:00, 5 mg 22:00",
        ),
        (
            "start 1 Dec, every 2 weeks: 9+9 mg, 8+8 mg, stop",
            "1 Dec 9 mg 08:00, 9 mg 22:00 / 15 Dec 8 mg 08:00, 8 mg 22:00 / 29 Dec 0 mg",
        ),
    ],
)
def test_words_and_splits_stand_for_the_two_times_of_now(text: str, steps: str) -> None:
    assert read(text, TWICE) == steps


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1 Dec 3 x 5 mg", "1 Dec 5 mg 08:00, 5 mg 14:00, 5 mg 22:00"),
        ("1 Dec 5 mg tds", "1 Dec 5 mg 08:00, 5 mg 14:00, 5 mg 22:00"),
        ("1 Dec 5mg three times a day", "1 Dec 5 mg 08:00, 5 mg 14:00, 5 mg 22:00"),
        ("1 Dec 5+5+2.5 mg", "1 Dec 5 mg 08:00, 5 mg 14:00, 2.5 mg 22:00"),
        (
            "1 Dec 5 mg morning, 5 mg lunch, 2.5 mg bedtime",
            "1 Dec 5 mg 08:00, 5 mg 14:00, 2.5 mg 22:00",
        ),
        ("1 Dec 5 mg am 5 mg afternoon 2 nocte", "1 Dec 5 mg 08:00, 5 mg 14:00, 2 mg 22:00"),
        ("1 Dec 5+0+5 mg", "1 Dec 5 mg 08:00, 5 mg 22:00"),
    ],
)
def test_words_and_splits_stand_for_the_three_times_of_now(text: str, steps: str) -> None:
    assert read(text, THRICE) == steps


TWO_STEPS = "1 Dec 9 mg 22:00 / 15 Dec 8 mg 22:00"


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        # weeks
        ("start 1 Dec\nweek 1-2: 9 mg, week 3-4 8 mg", TWO_STEPS),
        ("starting Tuesday 1 December\nweeks 1 and 2 9 mg\nweeks 3 & 4: 8mg", TWO_STEPS),
        ("Week 1–2 = 9mg\nWeek 3–4 = 8mg\nStart date: 1 Dec", TWO_STEPS),  # noqa: RUF001
        ("start 1 Dec\nweek 1-2 9 mg week 3-4 8 mg", TWO_STEPS),
        ("start 1 Dec\nw1-2: 9 mg\nw3-4 8mg", TWO_STEPS),
        ("start 1 Dec\nweeks 1, 2: 9 mg\nweeks 3, 4 and 5: 8 mg", TWO_STEPS),
        ("start 1 Dec\nday 1-14: 9 mg\nday 15-28: 8 mg", TWO_STEPS),
        ("starting 1 Dec, week 1-2: 9 mg, then 8 mg", TWO_STEPS),
        ("Week 1 (1 Dec): 9 mg\nWeek 3: 8 mg", TWO_STEPS),
        ("week 1 starts 1 Dec\nwk 1-2 9mg\nwk 3 onwards 8mg", TWO_STEPS),
        ("w/c 30 Nov 9 mg\nweek commencing 14 Dec 8 mg", "30 Nov 9 mg 22:00 / 14 Dec 8 mg 22:00"),
        ("start 1 Dec\n1st week: 9 mg, 3rd week: 8 mg", TWO_STEPS),
        (
            "start 1 Dec\nweek 1-2: 9 mg\nweek 4-5: 8 mg\nweek 6: stop",
            "1 Dec 9 mg 22:00 / 22 Dec 8 mg 22:00 / 5 Jan 0 mg",
        ),
        # lengths
        ("from 1 Dec 9 mg for 2 weeks then 8 mg", TWO_STEPS),
        ("start 1 Dec\n2 weeks at 9 mg, 2 weeks at 8 mg", TWO_STEPS),
        ("9mg for 2/52 from 1 Dec then 8mg for 2/52", TWO_STEPS),
        ("9 mg for a fortnight from 1 Dec, then 8 mg", TWO_STEPS),
        ("9 mg x 14 days from 1 Dec\nthen 8 mg", TWO_STEPS),
        ("1 Dec 9 mg (2 weeks)\n15 Dec 8 mg", TWO_STEPS),
        (
            "from 1 Dec 9 mg for 2 weeks, then 2 weeks 8 mg, then 7 mg for 14 days, then stop",
            TWO_STEPS + " / 29 Dec 7 mg 22:00 / 12 Jan 0 mg",
        ),
        # lists that the prescriber wrote out
        ("start 1 Dec, every 2 weeks: 9, 8, 7 mg", TWO_STEPS + " / 29 Dec 7 mg 22:00"),
        ("1 Dec: 9 mg, 8 mg, 7 mg every 2 weeks", TWO_STEPS + " / 29 Dec 7 mg 22:00"),
        ("every fortnight 9 mg then 8 mg then 0 starting 1 Dec", TWO_STEPS + " / 29 Dec 0 mg"),
        ("weekly: 9 mg → 8 mg from 1 Dec", "1 Dec 9 mg 22:00 / 8 Dec 8 mg 22:00"),
        # ranges
        ("1 Dec - 14 Dec: 9 mg\n15 Dec - 28 Dec: 8 mg", TWO_STEPS),
        ("1-14 Dec 9mg\n15-28 dec 8 mg", TWO_STEPS),
        ("Dec 1-14: 9 mg\nDec 15-28: 8 mg", TWO_STEPS),
        ("1st to 14th December 9 mg, from 15 December 8 mg", TWO_STEPS),
        ("From 1 Dec until 14 Dec take 9 mg at night, then 8 mg at night", TWO_STEPS),
        ("2026-12-01 to 2026-12-14: 9 mg\n2026-12-15: 8 mg", TWO_STEPS),
        ("13/12/2026 - 26/12/2026: 9 mg", "13 Dec 9 mg 22:00"),
        ("13/12-26/12: 9 mg", "13 Dec 9 mg 22:00"),
        ("28 Dec - 10 Jan 9 mg\n11 Jan 8 mg", "28 Dec 9 mg 22:00 / 11 Jan 8 mg 22:00"),
        ("until 14 Dec 10 mg then 8 mg", "15 Dec 8 mg 22:00"),
        ("stay on 10 mg until 14 Dec, then 9 mg", "15 Dec 9 mg 22:00"),
        ("up to 14 Dec 10 mg, from 15 Dec 9 mg", "15 Dec 9 mg 22:00"),
        # one line for several steps
        ("1 Dec 9 mg, 15 Dec 8 mg", TWO_STEPS),
        ("1 Dec 9 mg; 15 Dec 8 mg; 29 Dec stop", TWO_STEPS + " / 29 Dec 0 mg"),
        ("from 1 Dec 9 mg then from 15 Dec 8 mg", TWO_STEPS),
        ("1. 1 Dec: 9 mg\n2. 15 Dec: 8 mg", TWO_STEPS),
        ("1 Dec: reduce to 9 mg\n15 Dec: go down to 8 mg", TWO_STEPS),
        # a whole day is the one dose of the day
        ("from 1 Dec 18 mg", "1 Dec 18 mg 22:00"),
        ("1 Dec: 9 mg/day", "1 Dec 9 mg 22:00"),
        ("1 Dec: 9 mg od", "1 Dec 9 mg 22:00"),
        ("1 Dec: 9 mg once daily at 21:00", "1 Dec 9 mg 21:00"),
        ("1 Dec: total 9 mg a day", "1 Dec 9 mg 22:00"),
        ("1 Dec 9mg nocte", "1 Dec 9 mg 22:00"),
        # the end
        ("1 Dec 1 mg\nstop on 3 March", "1 Dec 1 mg 22:00 / 3 Mar 0 mg"),
        ("1 Dec 1 mg\nlast dose 2 March", "1 Dec 1 mg 22:00 / 3 Mar 0 mg"),
        ("1 Dec 1 mg\n5 Jan 0", "1 Dec 1 mg 22:00 / 5 Jan 0 mg"),
        ("1-14 Dec 1 mg\nthen stop", "1 Dec 1 mg 22:00 / 15 Dec 0 mg"),
        ("stop diazepam on 1 Dec", "1 Dec 0 mg"),
        ("0 mg from 1 Dec", "1 Dec 0 mg"),
        # what comes along when people paste
        ("1 Dec 9.5 mg (4.75 tablets)", "1 Dec 9.5 mg 22:00"),
        ("1 Dec 9 mg (4 x 2 mg + 1 x 1 mg)", "1 Dec 9 mg 22:00"),
        ("1 Dec 9 mg (was 10 mg)", "1 Dec 9 mg 22:00"),
        ("1 Dec diazepam 9 mg", "1 Dec 9 mg 22:00"),
        ("Valium: 1 Dec 9 mg", "1 Dec 9 mg 22:00"),
        ("1 Dec 9 mg diazepam", "1 Dec 9 mg 22:00"),
        ("１ Dec：　９ mg", "1 Dec 9 mg 22:00"),  # noqa: RUF001 - full-width signs are the point
        ("1\u00a0Dec:\u202f9\u00a0mg", "1 Dec 9 mg 22:00"),
        ("“1 Dec”: 9 mg", "1 Dec 9 mg 22:00"),
        ("**1 Dec** – 9 mg 🙂", "1 Dec 9 mg 22:00"),  # noqa: RUF001 - so is this dash
        ("✅ 1 Dec 9 mg\r\n▪ 15 Dec 8 mg\r\n", TWO_STEPS),
        ("- 1 Dec: 9 mg\n- 15 Dec: 8 mg", TWO_STEPS),
        ("* 1 Dec → 9 mg\n* 15 Dec -> 8 mg", TWO_STEPS),
        ("Diazepam taper plan\n--------\n1 Dec 9 mg\n\n15 Dec 8 mg\n\nThank you", TWO_STEPS),
        ("Diazepam (mg)\nstart 1 Dec\nweek 1-2: 9\nweek 3: 8", TWO_STEPS),
        ("Tue 1 Dec: 9 mg\nTuesday, 15 Dec: 8 mg", TWO_STEPS),
        ("1 Dec\t9 mg\t22:00\n15 Dec | 8 mg | 22:00", TWO_STEPS),
        ("1 Dec 9 mg at bedtime (10pm)", "1 Dec 9 mg 22:00"),
    ],
)
def test_what_people_paste_is_read_as_it_stands(text: str, steps: str) -> None:
    assert read(text, NIGHT) == steps


@pytest.mark.parametrize(
    ("text", "code", "line", "found"),
    [
        ("1 Dec 18 mg", "split_missing", 1, "18 mg"),
        ("1 Dec 9+9+9 mg", "split_missing", 1, "9+9+9 mg"),
        ("1 Dec 10 mg in the morning, 5 mg at noon", "time_missing", 1, "5 mg at noon"),
        ("1 Dec 10 mg evening 5 mg night", "time_missing", 1, "5 mg night"),
        ("1 Dec 10 mg dinner 5 mg night", "time_missing", 1, "10 mg dinner"),
        ("1 Dec 3 x 5 mg", "time_missing", 1, "3 x 5 mg"),
        ("1 Dec 5 mg tds", "time_missing", 1, "5 mg tds"),
        ("1 Dec 9 mg od", "time_missing", 1, "9 mg od"),
        ("1 Dec 2 x 5 mg at night", "bad_amount", 1, "2 x 5 mg at night"),
        ("1 Dec 2 x 5 mg tablets", "bad_amount", 1, "2 x 5 mg tablets"),
        ("1 Dec 5 at night", "unit_missing", 1, "5"),
        ("1 Dec 10 mg morning, 5", "unit_missing", 1, "5"),
        ("1 Dec 9+9", "unit_missing", 1, "9+9"),
        ("1 Dec: 10 mg 8 at night", "bad_time", 1, "8 at night"),
        ("1 Dec 10 mg 8,5 at night", "unit_missing", 1, "5"),
        ("1 Dec 10mg morning 5 sprays at night", "bad_time", 1, "morning 5 sprays at night"),
        ("1 Dec 10mg morning 5 ml at night", "wrong_unit", 1, "5 ml"),
        ("1 Dec 9 mg morning and night", "bad_amount", 1, "night"),
        ("1 Dec 18 mg/day: 9 mg 08:00, 8 mg 22:00", "total_mismatch", 1, "18 mg"),
        ("1 Dec 10 mg + 7 mg = 18 mg", "total_mismatch", 1, "18 mg"),
        ("1 Dec 9 mg morning 10pm", "bad_time", 1, "morning 10pm"),
    ],
)
def test_with_two_times_a_day_nothing_is_split_by_guess(
    text: str, code: str, line: int, found: str
) -> None:
    error = refused(text, TWICE)
    assert (error.code, error.line, error.found) == (code, line, found)


@pytest.mark.parametrize(
    ("text", "code", "line", "found"),
    [
        ("week 1-2: 9 mg, week 3-4 8 mg", "start_missing", 1, "week 1-2: 9 mg"),
        ("1 Dec 9 mg\nthen 2 weeks 8 mg", "no_date", 2, "then 2 weeks 8 mg"),
        ("until 14 Dec 9 mg then 8 mg", "start_missing", 1, "until 14 Dec 9 mg"),
        ("every 2 weeks: 9 mg, 8 mg", "start_missing", 1, "every 2 weeks: 9 mg, 8 mg"),
        ("every 2 weeks: 9, 8, 7 from 1 Dec", "unit_missing", 1, "9"),
        ("every 2 weeks: 9,8,7 mg from 1 Dec", "bad_amount", 1, "9,8"),
        ("1 Dec 9 mg every 2 weeks", "bad_amount", 1, "1 Dec 9 mg every 2 weeks"),
        ("1 Dec 9 mg every other day", "time_missing", 1, "9 mg every other day"),
        ("start 1 Dec\nweek 1-3: 9 mg\nweek 3-4: 8 mg", "overlap", 3, "week 3-4: 8 mg"),
        ("1-14 Dec 9 mg\n14-28 Dec 8 mg", "overlap", 2, "14-28 Dec 8 mg"),
        ("1-14 Dec 9 mg\n20-28 Dec 8 mg", "gap", 2, "20-28 Dec 8 mg"),
        ("9 mg for 2 weeks from 1 Dec, 20 Dec 8 mg", "gap", 1, "20 Dec 8 mg"),
        ("start 1 Dec\nweek 3: 9 mg\nweek 1: 8 mg", "out_of_order", 3, "week 1: 8 mg"),
        ("start 1 Dec\nstart 2 Dec\nweek 1 9 mg", "bad_date", 2, "start 2 Dec"),
        ("Week 1 (1 Dec): 9 mg\nWeek 2 (9 Dec): 8 mg", "bad_date", 2, "Week 2 9 Dec : 8 mg"),
        ("starting Monday 1 December\nweek 1: 9 mg", "bad_date", 1, "Monday 1 December"),
        ("start 1/12\nweek 1: 9 mg", "ambiguous_date", 1, "1/12"),
        ("start 1 Nov\nweek 1: 9 mg", "past_date", 1, "1 Nov"),
        ("week 2-1: 9 mg", "bad_date", 1, "week 2-1"),
        ("week 0: 9 mg", "bad_date", 1, "week 0"),
        ("9 mg until week 4", "bad_date", 1, "week 4"),
        ("start 1 Dec\nweek 900: 9 mg", "bad_date", 2, "week 900: 9 mg"),
        ("month 1: 9 mg", "bad_date", 1, "month 1"),
        ("from 1 Dec 9 mg for a month", "bad_date", 1, "for a month"),
        ("14 Dec - 1 Dec: 9 mg", "past_date", 1, "1 Dec"),
        ("14-1 Dec: 9 mg", "bad_date", 1, "14-1 Dec: 9 mg"),
        ("1 Dec until 20 Nov 9 mg", "past_date", 1, "20 Nov"),
        ("in two weeks 9 mg", "no_date", 1, "in two weeks 9 mg"),
        ("9 mg", "no_date", 1, "9 mg"),
        ("start 1 Dec", "bad_amount", 1, "start 1 Dec"),
        ("start 1 Dec\n15 Dec 9 mg", "bad_amount", 1, "start 1 Dec"),
        ("1 Dec 9 mg\n15 Dec\n29 Dec 8 mg", "bad_amount", 2, "15 Dec"),
        ("1 Dec: 9 mg then stop", "no_date", 1, "then stop"),
        ("1 Dec 10 mg 08:00 then 8 mg", "time_missing", 1, "8 mg"),
        ("1-14 Dec 10 mg 08:00 then 5 mg 22:00", "no_date", 1, "then 5 mg 22:00"),
        ("last dose 1 Dec 1 mg", "bad_amount", 1, "last dose 1 Dec 1 mg"),
        ("1 Dec 9 mg 08:00, 15 Dec 8 mg", "time_missing", 1, "8 mg"),
        ("reduce by 10% every 2 weeks", "computed", 1, "reduce by"),
        ("1 Dec: reduce by 1 mg", "computed", 1, "reduce by"),
        ("drop 1 mg every 2 weeks from 1 Dec", "computed", 1, "drop"),
        ("1 Dec: 500 mcg", "wrong_unit", 1, "500 mcg"),
        ("1 Dec 2 tablets", "wrong_unit", 1, "2 tablets"),
        ("1 Dec 2 tablets (10 mg)", "wrong_unit", 1, "2 tablets"),
        ("1 Dec: 2 (10 mg)", "unit_missing", 1, "2"),
        ("1 Dec: 9", "unit_missing", 1, "9"),
        ("1 Dec ½ tablet", "word_amount", 1, "½"),
        ("1 Dec: half a tablet", "word_amount", 1, "half"),
        ("1 Dec: nine mg", "word_amount", 1, "nine"),
        ("1 Dec 9½ mg", "word_amount", 1, "½"),
        ("1 Dec: 9,5 mg", "comma_amount", 1, "9,5 mg"),
        ("1 Dec 9·5 mg", "bad_time", 1, "9·"),
        ("1 Dec: 1 000 mg", "bad_amount", 1, "000 mg"),
        ("1 Dec: 1 0 mg", "bad_time", 1, "1"),
        ("1 Dec: 2 5 mg", "bad_time", 1, "2"),
        ("1 Dec: 05 mg", "bad_amount", 1, "05 mg"),
        ("1 Dec 2🙂5 mg", "bad_time", 1, "2🙂"),
        ("1 Dec -9 mg", "negative", 1, "-9"),
        ("1 Dec 9-10 mg", "bad_amount", 1, "9-10 mg"),
        ("1 Dec 9 or 10 mg", "bad_time", 1, "9 or"),
        ("1 Dec 600 mg", "absurd", 1, "600 mg"),
        ("1 Dec: 24:00 9 mg", "bad_time", 1, "24:00"),
        ("1 Dec: 9 mg 13:75", "bad_time", 1, "13:75"),
        ("1 Dec: 9 mg 12 am", "bad_time", 1, "12 am"),
        ("1 Dec: lorazepam 1 mg", "unknown_medicine", 1, "lorazepam"),
        ("lorazepam 1 Dec 1 mg", "unknown_medicine", 1, "lorazepam"),
        ("1 Dec: don't take 9 mg", "unknown_medicine", 1, "don't"),
        ("1 Dec 9 mg if tolerated", "time_missing", 1, "9 mg if tolerated"),
        ("1 Dec 9 mg, review in 2 weeks", "bad_amount", 1, "review in 2 weeks"),
        ("1 Dec stop 9 mg", "time_missing", 1, "stop 9 mg"),
        ("❌ 1 Dec 9 mg", "no_date", 1, "❌ 1 Dec 9 mg"),
        ("1\n" * 1000, "no_date", 1, "1"),
        ("hello", "no_date", 1, "hello"),
        ("Hi doctor says\n1 Dec 9 mg", "no_date", 1, "Hi doctor says"),
    ],
)
def test_what_is_unclear_is_asked_about_at_its_line(
    text: str, code: str, line: int, found: str
) -> None:
    error = refused(text, NIGHT)
    assert (error.code, error.line, error.found) == (code, line, found)


@pytest.mark.parametrize("text", ["1 Dec 18 mg", "1 Dec 9 mg bd", "1 Dec 9+9 mg", "1 Dec 9 mg am"])
def test_without_known_times_no_time_is_made_up(text: str) -> None:
    assert refused(text).code is PlanLineCode.TIME_MISSING


def test_the_question_how_a_day_is_split_names_the_times_of_now() -> None:
    error = refused("week 1-2: 18 mg", TWICE)
    assert error.expected == "how much at 08:00 and how much at 22:00"


def test_micrograms_are_only_ever_asked_about() -> None:
    assert refused("1 Dec 500 mcg", NIGHT).expected == "0.5 mg"
    assert refused("1 Dec 5 mcg", NIGHT).expected == "mg"


def test_overlapping_lines_are_both_named() -> None:
    error = refused("1-14 Dec 9 mg\n14-28 Dec 8 mg", NIGHT)
    assert error.line == 2
    assert error.expected == "line 1, which lasts until 14 Dec 2026: 1-14 Dec 9 mg"


def test_the_days_of_a_gap_are_named() -> None:
    assert refused("1-14 Dec 9 mg\n20 Dec 8 mg", NIGHT).expected == "15 Dec 2026 to 19 Dec 2026"
    assert refused("1-14 Dec 9 mg\n16 Dec 8 mg", NIGHT).expected == "15 Dec 2026"


def test_the_first_day_may_come_with_the_next_message() -> None:
    text = "week 1-2: 9 mg, week 3-4 8 mg"
    assert refused(text, NIGHT).code is PlanLineCode.START_MISSING
    start = read_start_date("it starts on Tuesday 1 Dec", today=TODAY)
    assert read(text, NIGHT, start=start) == TWO_STEPS


@pytest.mark.parametrize("text", ["1 Dec 9 mg", "Monday", "1/12", "31 Nov", "soon", "1 Dec\n2 Dec"])
def test_an_answer_that_is_no_clear_date_is_asked_again(text: str) -> None:
    with pytest.raises(PlanLineError):
        read_start_date(text, today=TODAY)


def test_a_start_in_the_text_stands_over_the_answer() -> None:
    text = "start 1 Dec\nweek 1-2: 9 mg, week 3-4 8 mg"
    assert read(text, NIGHT, start=date(2027, 1, 1)) == TWO_STEPS


def test_a_first_day_over_a_year_ago_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="366 days"):
        read("week 1: 9 mg", NIGHT, start=TODAY - timedelta(days=367))


def test_a_heading_names_the_medicine_of_the_lines_below_it() -> None:
    text = "Diazepam:\n1 Dec 9 mg bd\n15 Dec 8+8 mg\nZopiclone\n1 Dec 3.75 mg\n15 Dec stop"
    assert read(text, BOTH, medicines=TWO) == (
        "1 Dec 9 mg 08:00, 9 mg 22:00 / 15 Dec 8 mg 08:00, 8 mg 22:00 / "
        "1 Dec zopiclone: 3.75 mg 22:30 / 15 Dec zopiclone: 0 mg"
    )


def test_each_medicine_stands_for_its_own_times() -> None:
    text = "1 Dec diazepam 9 mg bd, 15 Dec 8 mg bd\n1 Dec zopiclone 3.75 mg"
    assert read(text, BOTH, medicines=TWO) == (
        "1 Dec 9 mg 08:00, 9 mg 22:00 / 15 Dec 8 mg 08:00, 8 mg 22:00 / "
        "1 Dec zopiclone: 3.75 mg 22:30"
    )
    assert refused("1 Dec 9 mg", BOTH, medicines=TWO).code is PlanLineCode.UNKNOWN_MEDICINE


def test_what_people_paste_is_read_for_the_doses_of_now_too() -> None:
    both = ((time(8), Decimal(10)), (time(22), Decimal(5)))
    for text in (
        "- 10 mg 08:00 (2 tablets)\n- 5 mg 22:00 (1 tablet)",
        "10mg at 8am, 5 at 10pm",
        "10 mg daily at 08:00, 5 mg daily at 22:00",
        "15 mg/day: 10 mg 08:00, 5 mg 22:00",
        "１０ mg 08：00，5 mg 22：00",  # noqa: RUF001 - full-width signs are the point
    ):
        assert read_doses(text) == both


WORDS = (
    *("1 Dec", "15 Dec", "from", "until", "week", "weeks 1-2", "then", "stop", "start", "-", ","),
    *("every 2 weeks", "for 2 weeks", "mg", "9", "8.5", "10 mg", "morning", "at night", "08:00"),
    *(
        "bd",
        "+",
        "(",
        ")",
        "\n",
        "\t",
        "|",
        "total",
        "½",
        "0",
        "last dose",
        "2 x",
        "mcg",
        "=",
        "Date",
    ),
    *("diazepam", "zopiclone", "Monday", "1/12", "2027-01-01", "every", "day", "a", "/", "5 mg pm"),
)
pasted = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
typed = pasted | st.text(st.sampled_from("0123456789 .,:/-+()|\t\nmgdaywekDec½x") | st.characters())
presents = st.sampled_from([{}, NIGHT, TWICE, THRICE, BOTH])
starts = st.none() | st.dates(TODAY + timedelta(days=1), date(2031, 1, 1))


def amounts(text: str) -> Iterator[Decimal]:
    digits = "".join(one if one in "0123456789." and one.isascii() else " " for one in text)
    for word in digits.split():
        if word.replace(".", "", 1).rstrip(".").isdigit():
            yield Decimal(word.rstrip("."))


def outcome(text: str, **more: Any) -> tuple[TypedStep, ...] | PlanLineError:
    try:
        return read_steps(text, today=TODAY, **more)
    except PlanLineError as error:
        return error


def inside(error: PlanLineError, text: str) -> bool:
    lines = text.replace("\r\n", "\n").split("\n")
    return 1 <= error.column <= len(lines[error.line - 1]) + 1 and len(error.found) <= 200


@given(typed, presents, starts, st.sampled_from([ONE, TWO]))
def test_any_text_is_refused_inside_it_or_holds_every_amount_that_is_read(
    text: str, present: dict[str, Regimen], start: date | None, medicines: dict[str, str]
) -> None:
    read = outcome(text, medicines=medicines, present=present, start=start)
    if isinstance(read, PlanLineError):
        assert inside(read, text)
        return
    assert read
    said = set(amounts(text))
    for step in read:
        assert step.starts > TODAY
        assert all(mg in said for _, mg in step.doses)


walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
mgs = st.integers(1, 400_000).map(lambda n: Decimal(n).scaleb(-4))
days = st.dictionaries(walls, mgs, max_size=6).map(lambda doses: tuple(doses.items()))


@given(st.lists(st.tuples(st.integers(1, 40), days), min_size=1, max_size=6), presents)
def test_steps_that_are_written_back_read_the_same(
    plan: list[tuple[int, tuple[tuple[time, Decimal], ...]]], present: dict[str, Regimen]
) -> None:
    starts, steps = TODAY, []
    for number, (after, doses) in enumerate(plan):
        starts += timedelta(days=after)
        steps.append(TypedStep(starts, ["diazepam", "zopiclone"][number % 2], doses))
    read = read_steps(write_steps(steps), today=TODAY, medicines=TWO, present=present)
    assert list(read) == steps


@given(st.lists(st.tuples(st.integers(1, 4), mgs), min_size=1, max_size=8))
def test_weeks_lay_the_amounts_one_after_the_other(plan: list[tuple[int, Decimal]]) -> None:
    week, lines, expected = 1, [], []
    for length, mg in plan:
        lines.append(f"week {week}-{week + length - 1}: {mg:f} mg")
        expected.append((date(2026, 12, 1) + timedelta(weeks=week - 1), mg))
        week += length
    read = read_steps("start 1 Dec\n" + "\n".join(lines), today=TODAY, medicines=ONE, present=NIGHT)
    assert [(step.starts, step.doses[0][1]) for step in read] == expected
