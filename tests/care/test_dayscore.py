from decimal import Decimal

import pytest

from bot.content.questionnaires import load_questionnaires
from care.dayscore import answer_baseline, answer_number, baseline, day_score, highest_score

BENZO = load_questionnaires()["daily_benzo"]
BACLOFEN = load_questionnaires()["daily_baclofen"]
GOOD = {
    "sleep": ("6+",), "worry": ("none",), "mood": ("none",), "body": ("none",),
    "senses": ("none",), "day": ("all",), "danger": ("none",), "thoughts": ("no",),
}  # fmt: skip
WORST = {
    **GOOD, "sleep": ("0-1",), "worry": ("very_bad",), "mood": ("very_bad",),
    "body": ("very_bad",), "senses": ("very_bad",), "day": ("none",),
}  # fmt: skip


def test_the_score_runs_from_0_to_24() -> None:
    assert day_score(BENZO, GOOD) == 0
    assert day_score(BENZO, WORST) == highest_score(BENZO) == 24
    assert highest_score(BACLOFEN) == 22


@pytest.mark.parametrize(
    ("sleep", "points"), [("6+", 0), ("4-5", 1), ("3", 3), ("2", 3), ("0-1", 4)]
)
def test_short_sleep_weighs_more(sleep: str, points: int) -> None:
    assert day_score(BENZO, {**GOOD, "sleep": (sleep,)}) == points


@pytest.mark.parametrize("gap", [("skipped",), ()])
def test_a_day_with_a_gap_has_no_score(gap: tuple[str, ...]) -> None:
    assert day_score(BENZO, {**GOOD, "mood": gap}) is None
    assert day_score(BENZO, {}) is None


def test_dangers_do_not_count_as_points() -> None:
    assert day_score(BENZO, {**GOOD, "danger": ("confused",), "thoughts": ("yes",)}) == 0


def test_an_option_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        day_score(BENZO, {**GOOD, "sleep": ("2-3",)})


def test_the_baseline_is_the_median_of_the_first_seven_completed_days() -> None:
    assert baseline([3, None, 9, 4, 4, None, 5, 4, 8, 20, 20]) == 4


def test_there_is_no_baseline_before_the_seventh_day() -> None:
    assert baseline([3, None, 9, 4, 4, None, 5, 4]) is None


def test_later_days_do_not_move_the_baseline() -> None:
    week = [4, 4, 5, 5, 6, 6, 7]
    assert baseline(week) == baseline([*week, 20, 20, 20, 20, 20, 20, 20, 20])


def test_the_stiffness_baseline_uses_the_middle_of_the_bands() -> None:
    days = [{"stiffness": (band,)} for band in ("4-5", "2-3", "4-5", "6-7", "4-5", "2-3", "4-5")]
    assert answer_baseline([None, *days], "stiffness") == Decimal("4.5")
    assert answer_baseline(days[:6], "stiffness") is None


def test_a_skipped_answer_has_no_number() -> None:
    assert answer_number({"stiffness": ("skipped",)}, "stiffness") is None
    assert answer_number(None, "stiffness") is None
