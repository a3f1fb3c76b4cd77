from datetime import timedelta
from typing import Any

import pytest

from actions import plan_codes, retention
from actions.plan_codes import link_of, token_in
from care.plan import mg_text
from care.plandoc import PlanDocument
from store.models import PlanCode
from tests.actions.house import House

DOCUMENT: dict[str, Any] = {
    "steady_plan": 1,
    "prescriber": "somebody else",
    "medicines": [
        {
            "medicine": "diazepam",
            "now": [{"at": "08:00", "mg": "10"}],
            "steps": [{"from": "2026-12-01", "doses": [{"at": "08:00", "mg": "9.5"}]}],
        }
    ],
}
OTHERS = ["", "plan_", "x" * 22, "../../etc", "a" * 500]


def issued(house: House, reason: str = "", days_valid: int = 30) -> str:
    return house.call(
        plan_codes.issue,
        DOCUMENT,
        prescriber="Dr Okafor",
        reason=reason,
        days_valid=days_valid,
    )


def first_mg(document: PlanDocument | None) -> str:
    assert document is not None
    return mg_text(document.plan.steps[0].regimen.daily_mg)


def test_a_code_gives_its_plan_in_the_name_of_who_made_it(any_house: House) -> None:
    tom = any_house.patient()
    document = any_house.does(tom, plan_codes.redeem, issued(any_house))
    assert first_mg(document) == "9.5"
    assert document.prescriber == "Dr Okafor"
    (row,) = any_house.rows(PlanCode)
    assert (row.used_by, row.used_at) == (tom.id, any_house.clock.at)


def test_a_code_is_used_once_and_a_double_tap_loses_nothing(any_house: House) -> None:
    tom, sam = any_house.patient(), any_house.patient()
    token = issued(any_house)
    first = any_house.does(tom, plan_codes.redeem, token)
    assert any_house.does(tom, plan_codes.redeem, token) == first
    assert any_house.does(sam, plan_codes.redeem, token) is None
    any_house.clock.at += timedelta(minutes=61)
    assert any_house.does(tom, plan_codes.redeem, token) is None


def test_a_code_runs_out(house: House) -> None:
    tom = house.patient()
    token = issued(house, days_valid=2)
    house.clock.at += timedelta(days=2)
    assert house.does(tom, plan_codes.redeem, token) is None


def test_codes_that_are_used_or_over_are_deleted_and_others_stay(any_house: House) -> None:
    tom = any_house.patient()
    used, over, open_one = (issued(any_house, days_valid=days) for days in (30, 1, 3))
    any_house.clock.at += timedelta(hours=23)
    any_house.does(tom, plan_codes.redeem, used)
    assert any_house.call(plan_codes.let_go) == 0
    any_house.clock.at += timedelta(hours=2)
    assert any_house.call(retention.purge, 30) >= 2
    assert any_house.how_many(PlanCode) == 1
    assert any_house.does(tom, plan_codes.redeem, over) is None
    assert first_mg(any_house.does(tom, plan_codes.redeem, open_one)) == "9.5"


@pytest.mark.parametrize("token", OTHERS)
def test_an_unknown_code_gives_nothing(house: House, token: str) -> None:
    tom = house.patient()
    issued(house)
    assert house.does(tom, plan_codes.redeem, token) is None


def test_only_a_hash_of_the_token_is_kept_and_the_plan_is_sealed(house: House) -> None:
    token = issued(house, reason="agreed on the ward")
    (row,) = house.rows(PlanCode)
    kept = " ".join(str(value) for value in vars(row).values())
    assert token not in kept
    assert "diazepam" not in kept
    assert "Okafor" not in kept
    assert row.key_owner == "house"


def test_the_reason_for_a_blocked_plan_goes_with_its_code(house: House) -> None:
    tom = house.patient()
    token = issued(house, reason="agreed on the ward")

    def reason(tx: Any, person: Any) -> str:
        row = plan_codes.take(tx, person, token)
        assert row is not None
        return plan_codes.reason_of(tx, row)

    assert house.does(tom, reason) == "agreed on the ward"


def test_a_code_without_a_name_or_with_an_odd_life_is_not_made(house: House) -> None:
    with pytest.raises(ValueError, match="1 to 366 days, not 0"):
        issued(house, days_valid=0)
    with pytest.raises(ValueError, match="name of its prescriber"):
        house.call(plan_codes.issue, DOCUMENT, prescriber=" ")


def test_a_link_fits_what_telegram_carries(house: House) -> None:
    token = issued(house)
    payload = link_of("steady_bot", token).partition("?start=")[2]
    assert len(payload) <= 64
    assert set(payload) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/steady_bot?start=plan_{}",
        "my doctor sent t.me/Steady_Bot?start=plan_{} today",
        "tg://resolve?domain=steady_bot&start=plan_{}",
        "/start plan_{}",
        "/start@steady_bot plan_{}",
    ],
)
def test_a_token_is_found_in_every_form_of_its_link(text: str) -> None:
    for token in ("a1B2-_wxyz" * 2 + "Qq", "-" * 22, "_" * 22):
        assert token_in(text.format(token)) == token


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/steady_bot?start=a1B2c3d4e5f6g7h8i9j0Qq",
        "/start plan_short",
        "/start",
        "https://example.org/steady_bot?start=plan_a1B2c3d4e5f6g7h8i9j0Qq",
        "plan_a1B2c3d4e5f6g7h8i9j0Qq",
    ],
)
def test_something_else_holds_no_token(text: str) -> None:
    assert token_in(text) is None
