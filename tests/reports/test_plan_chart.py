import io
import json
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from PIL import Image

from care.plan import DoseTime, Plan, Regimen, TypedStep, plan_of
from reports import plan_chart
from reports.charts import render
from reports.plan_chart import plan_recipe
from tests.care.planrule_strategies import random_plans

TODAY = date(2026, 11, 27)
START = date(2026, 12, 7)
NAMES = {"diazepam": "Diazepam", "alprazolam": "Alprazolam"}


def now(medicine: str, mg: str) -> Regimen:
    return Regimen(medicine, (DoseTime("a", time(8), Decimal(mg)),))


def step(weeks: int, medicine: str, mg: str, every: int = 1) -> TypedStep:
    doses = ((time(8), Decimal(mg)),) if mg != "0" else ()
    return TypedStep(START + timedelta(weeks=weeks), medicine, doses, every)


TWELVE_WEEKS = plan_of(
    [now("diazepam", "10")],
    [step(2 * n, "diazepam", mg) for n, mg in enumerate(["9", "8", "7", "6", "5", "4", "0"])],
)
SWITCH = plan_of(
    [now("alprazolam", "3")],
    [
        *[step(n, "alprazolam", mg) for n, mg in enumerate(["2", "1", "0.5", "0"])],
        *[step(n, "diazepam", mg) for n, mg in enumerate(["20", "40", "50", "50", "45", "40"])],
    ],
)
SIXTY = plan_of(
    [now("diazepam", "20")],
    [step(2 * n, "diazepam", f"{20 * 0.9 ** (n + 1):.2f}") for n in range(59)]
    + [step(118, "diazepam", "0")],
)
REST_DAYS = plan_of(
    [now("diazepam", "5")], [step(0, "diazepam", "4"), step(4, "diazepam", "4", every=2)]
)


def picture(plan: Plan) -> Image.Image:
    return Image.open(io.BytesIO(render(plan_recipe(plan, NAMES, TODAY))))


def written(plan: Plan) -> list[str]:
    return [text.get_text().strip() for axes in panels(plan) for text in axes.texts]


def panels(plan: Plan) -> list[Any]:
    return list(plan_chart._figure(plan_recipe(plan, NAMES, TODAY)).axes)


def test_a_recipe_is_what_is_drawn_and_ready_for_json() -> None:
    recipe = plan_recipe(REST_DAYS, NAMES, TODAY)
    assert json.loads(json.dumps(recipe)) == {
        "picture": "plan",
        "today": "2026-11-27",
        "from": "2026-11-20",
        "to": "2027-01-04",
        "medicines": [
            {
                "name": "Diazepam",
                "days": ["2026-11-20", "2026-12-07", "2027-01-04"],
                "mg": ["5", "4", "4"],
                "every": [1, 1, 2],
            }
        ],
    }


def test_each_step_says_its_amount_and_the_end_its_day() -> None:
    words = written(TWELVE_WEEKS)
    assert words[:2] == ["today, 27 Nov", "ends\n1 Mar\n2027"]
    assert sorted(words[2:], key=int) == ["4", "5", "6", "7", "8", "9", "10"]
    assert "4 every\n2 days" in written(REST_DAYS)


def test_two_medicines_have_a_scale_each_and_differ_without_colour() -> None:
    first, second = panels(SWITCH)
    assert (first.get_title("left"), second.get_title("left")) == (
        "Alprazolam: mg a day",
        "Diazepam: mg a day",
    )
    assert first.get_ylim() != second.get_ylim()
    looks = [(one.lines[0].get_linestyle(), one.lines[1].get_marker()) for one in (first, second)]
    assert looks == [("-", "o"), ("--", "s")]


@pytest.mark.parametrize("plan", [TWELVE_WEEKS, SWITCH, SIXTY, REST_DAYS])
def test_no_words_lie_on_others(plan: Plan) -> None:
    for axes in panels(plan):
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_crowded_plan_names_some_amounts_and_never_all() -> None:
    words = written(SIXTY)
    assert {"20", "18.00"} & set(words)
    assert 8 < len(words) < 40


def test_today_is_a_line_on_every_panel() -> None:
    for axes in panels(SWITCH):
        assert [20784.0] * 2 in [list(line.get_xdata()) for line in axes.lines]


@pytest.mark.parametrize("plan", [TWELVE_WEEKS, SWITCH, SIXTY, REST_DAYS])
def test_a_picture_is_light_on_any_background_and_as_wide_as_a_phone_takes(plan: Plan) -> None:
    drawn = picture(plan)
    assert drawn.width == 900
    assert drawn.convert("RGBA").getpixel((2, 2)) == (255, 255, 255, 255)


def test_words_are_readable_at_the_width_of_a_phone() -> None:
    at_phone = 360 / 900 * 150 / 72
    sizes = [text.get_fontsize() for axes in panels(SWITCH) for text in axes.texts]
    assert min(sizes) * at_phone > 11


def test_at_most_five_days_are_named_below() -> None:
    for days in range(14, 15_000, 37):
        named = plan_chart._named_days(TODAY, TODAY + timedelta(days=days))
        assert 1 <= len(named) <= 5
        assert all(TODAY <= day <= TODAY + timedelta(days=days) for day in named)


def test_a_missing_step_would_be_seen() -> None:
    without = Plan(TWELVE_WEEKS.present, TWELVE_WEEKS.steps[:2] + TWELVE_WEEKS.steps[3:])
    assert picture(without).tobytes() != picture(TWELVE_WEEKS).tobytes()


@settings(max_examples=8, deadline=None)
@given(random_plans())
def test_any_plan_has_a_picture(plan: Plan) -> None:
    recipe = plan_recipe(plan, {name: name for name in plan.medicines}, TODAY)
    assert render(recipe).startswith(b"\x89PNG")
