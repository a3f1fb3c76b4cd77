from copy import deepcopy
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from care.amounts import Form, Product
from care.plan import AsNeeded, doses_on, mg_text
from care.plandoc import (
    PlanDocument,
    PlanDocumentError,
    Unresolved,
    read_document,
    write_document,
)

NAMES = {"diazepam": "diazepam", "valium": "diazepam", "baclofen": "baclofen"}
DOCUMENT: dict[str, Any] = {
    "steady_plan": 1,
    "prescriber": "Dr Okafor",
    "if_unresolved": "stay",
    "medicines": [
        {
            "medicine": "Valium",
            "products": [
                {"form": "tablet", "mg": 2, "pieces": 2},
                {"form": "liquid", "mg_per_ml": "0.4", "smallest_ml": "0.5"},
            ],
            "now": [{"at": "22:00", "mg": 4}, {"at": "08:00", "mg": "5.5 mg"}],
            "steps": [
                {"from": "2026-12-01", "doses": [{"at": "08:00", "mg": 5, "how": "as entered"}]},
                {"from": "2026-12-15", "every": 2, "doses": [{"at": "08:00", "mg": "4"}]},
                {"from": "2027-01-01", "stop": True},
            ],
            "as_needed": {"mg": 2, "most_in_24h": 2, "least_hours_apart": "6"},
        },
        {"medicine": "baclofen", "now": [{"at": "09:00", "mg": "10"}]},
    ],
}


def read(data: object) -> PlanDocument:
    return read_document(data, lambda name: NAMES.get(name.casefold()))


def with_value(path: tuple[Any, ...], value: object) -> dict[str, Any]:
    data = deepcopy(DOCUMENT)
    inner: Any = data
    for part in path[:-1]:
        inner = inner[part]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return data


def refused(data: object) -> PlanDocumentError:
    with pytest.raises(PlanDocumentError) as caught:
        read(data)
    return caught.value


DIAZEPAM = ("medicines", 0)
STEPS = (*DIAZEPAM, "steps")


def test_a_document_is_read_whole() -> None:
    document = read(DOCUMENT)
    plan = document.plan
    assert (document.prescriber, document.if_unresolved) == ("Dr Okafor", Unresolved.STAY)
    assert plan.medicines == ("diazepam", "baclofen")
    assert [(d.slot, d.wall, d.mg) for d in plan.present[0].doses] == [
        ("a", time(8), Decimal("5.5")),
        ("b", time(22), Decimal(4)),
    ]
    assert [(s.starts, mg_text(s.regimen.daily_mg), s.regimen.every) for s in plan.steps] == [
        (date(2026, 12, 1), "5", 1),
        (date(2026, 12, 15), "4", 2),
        (date(2027, 1, 1), "0", 1),
    ]
    assert plan.steps[0].regimen.doses[0].how == "as entered"
    assert plan.products == (
        Product("diazepam", Form.TABLET, Decimal(2), 2),
        Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.5")),
    )
    assert plan.as_needed == (AsNeeded("diazepam", Decimal(2), 2, Decimal(6)),)


def test_a_written_document_is_read_as_the_same() -> None:
    document = read(DOCUMENT)
    assert read(write_document(document)) == document


def test_what_is_not_known_yet_stays_unset() -> None:
    least = {"steady_plan": "1", "medicines": [DOCUMENT["medicines"][1]]}
    assert (read(least).prescriber, read(least).if_unresolved) == ("", None)


def test_true_and_numbers_may_come_as_the_text_that_stood_there() -> None:
    data = with_value((*STEPS, 2, "stop"), "true")
    data["medicines"][0]["as_needed"]["most_in_24h"] = "2"
    assert read(data) == read(DOCUMENT)


def test_two_medicines_take_their_steps_in_the_order_of_days() -> None:
    data = deepcopy(DOCUMENT)
    data["medicines"][1]["steps"] = [{"from": "2026-12-08", "stop": True}]
    plan = read(data).plan
    assert [s.regimen.medicine for s in plan.steps] == ["diazepam", "baclofen", *["diazepam"] * 2]
    assert doses_on(plan, "baclofen", date(2026, 12, 8)) == ()


@pytest.mark.parametrize(
    ("path", "value", "found", "expected"),
    [
        (("steady_plan",), 2, '"2"', "1, the version of the format"),
        (("steady_plan",), None, "nothing", "a whole number from 1 to 1000000"),
        (("prescriber",), 7, '"7"', "one line of words, at most 200 characters"),
        (("if_unresolved",), "wait", '"wait"', "one of stay, go_ahead"),
        (("patient",), "Sam", '"patient" here', "one of steady_plan, prescriber, if_unresolved"),
        (("medicines",), "diazepam", '"diazepam"', "a list"),
        ((*DIAZEPAM, "medicine"), "clonidine", '"clonidine"', "medicine that Steady follows"),
        ((*DIAZEPAM, "dose"), "5", '"dose" here', "one of medicine, products, now"),
        ((*DIAZEPAM, "now", 0, "mg"), 2.5, '"2.5"', "a binary number is not exact"),
        ((*DIAZEPAM, "now", 0, "mg"), True, '"True"', "an amount in mg, like 2.5"),
        ((*DIAZEPAM, "now", 0, "mg"), "10 mcg", '"10 mcg"', "an amount in mg"),
        ((*DIAZEPAM, "now", 0, "mg"), "2,5", '"2,5"', "2.5"),
        ((*DIAZEPAM, "now", 0, "mg"), "1,125", '"1,125"', "a decimal point, like 2.5"),
        ((*DIAZEPAM, "now", 0, "mg"), ".5", '".5"', "0.5"),
        ((*DIAZEPAM, "now", 0, "mg"), "-5", '"-5"', "an amount above 0 mg"),
        ((*DIAZEPAM, "now", 0, "mg"), 0, '"0"', "more than 0 mg; an end is stop: true"),
        ((*DIAZEPAM, "now", 0, "mg"), "501", '"501"', "at most 500 mg"),
        ((*DIAZEPAM, "now", 0, "mg"), "1e2", '"1e2"', "an amount in mg, like 2.5"),
        ((*DIAZEPAM, "now", 0, "mg"), "NaN", '"NaN"', "an amount in mg, like 2.5"),
        ((*DIAZEPAM, "now", 0, "mg"), "1.23456", '"1.23456"', "at most 4 decimals"),
        ((*DIAZEPAM, "now", 0, "at"), "24:00", '"24:00"', "00:00 for midnight"),
        ((*DIAZEPAM, "now", 0, "at"), "13:75", '"13:75"', "a time like 08:00"),
        ((*DIAZEPAM, "now", 0, "at"), 480, '"480"', "a time like 08:00"),
        ((*DIAZEPAM, "now", 1, "at"), "22:00", '"22:00"', "each time once"),
        ((*DIAZEPAM, "as_needed", "least_hours_apart"), "6 days", '"6 days"', "an amount in hours"),
        ((*DIAZEPAM, "as_needed", "most_in_24h"), 0, '"0"', "a whole number from 1 to 24"),
        ((*DIAZEPAM, "products", 0, "pieces"), 3, '"3"', "one of 1, 2, 4"),
        ((*DIAZEPAM, "products", 0, "form"), "capsule", '"2"', "only a scored tablet is split"),
        ((*DIAZEPAM, "products", 1, "form"), "tablet", '"mg_per_ml" here', "one of form, mg"),
        ((*STEPS, 0, "from"), "2026-11-31", '"2026-11-31"', "a date that exists"),
        ((*STEPS, 0, "from"), "01/12/2026", '"01/12/2026"', "a date like 2026-12-01"),
        ((*STEPS, 0, "from"), "0026-12-01", '"0026-12-01"', "a year from 2000 to 2099"),
        ((*STEPS, 1, "from"), "2026-12-01", '"2026-12-01"', "one step a day for each medicine"),
        ((*STEPS, 1, "from"), "2026-11-30", '"2026-11-30"', "a date after 2026-12-01, the step"),
        ((*STEPS, 1, "every"), 0, '"0"', "a whole number from 1 to 31"),
        ((*STEPS, 0, "doses"), [], "an empty list", "at least one dose, or stop: true"),
        ((*STEPS, 0, "doses"), None, "nothing", "a list"),
        ((*STEPS, 2, "stop"), False, '"False"', "true, or doses in its place"),
        ((*STEPS, 2, "doses"), [], "an empty list", "either stop or doses"),
        (("medicines", 1, "now"), [], "an empty list", "what is taken now, or steps, or as_needed"),
        (("medicines", 1, "medicine"), "Diazepam", '"Diazepam"', "each medicine once"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(
    path: tuple[Any, ...], value: object, found: str, expected: str
) -> None:
    error = refused(with_value(path, value))
    assert (error.path[: len(path) - 1], error.found) == (path[:-1], found)
    assert expected in error.expected


def test_a_place_is_named_as_a_person_counts() -> None:
    error = refused(with_value((*STEPS, 2, "from"), "1 Jan"))
    assert str(error) == (
        'medicine 1, step 3, from: found "1 Jan", expected a date like 2026-12-01'
    )


def test_something_else_than_a_table_is_no_document() -> None:
    assert refused(["diazepam"]).path == ()
    assert refused(None).found == "nothing"


def test_a_day_above_500_mg_is_a_typing_error() -> None:
    doses = [{"at": "08:00", "mg": 300}, {"at": "20:00", "mg": 300}]
    error = refused(with_value((*DIAZEPAM, "now"), doses))
    assert (error.found, error.expected) == ("600 mg a day", "at most 500 mg a day")
    assert error.path == (*DIAZEPAM, "now", 1, "mg")


def test_a_medicine_has_a_lower_limit_of_its_own() -> None:
    with pytest.raises(PlanDocumentError) as caught:
        read_document(DOCUMENT, lambda name: NAMES[name.lower()], most_mg={"baclofen": Decimal(9)})
    assert caught.value.path == ("medicines", 1, "now", 0, "mg")


def many_steps(number: int) -> dict[str, Any]:
    start = date(2026, 1, 1).toordinal()
    steps = [
        {
            "from": date.fromordinal(start + day).isoformat(),
            "doses": [{"at": f"{day % 24:02}:{day % 60:02}", "mg": "5"}],
        }
        for day in range(number)
    ]
    return {"steady_plan": 1, "medicines": [{"medicine": "diazepam", "steps": steps}]}


def test_a_thousand_steps_are_read_and_one_more_is_refused() -> None:
    assert len(read(many_steps(1000)).plan.steps) == 1000
    error = refused(many_steps(1001))
    assert (error.path, error.found) == ((*STEPS, 1000), "1001 of them")


def test_a_thousand_steps_are_counted_over_all_medicines() -> None:
    data = many_steps(1000)
    more = {"medicine": "baclofen", "steps": [{"from": "2026-01-01", "stop": True}]}
    data["medicines"].append(more)
    assert refused(data).path == ("medicines", 1, "steps", 0)


def test_two_as_needed_doses_of_one_medicine_cannot_be_written() -> None:
    document = read(DOCUMENT)
    twice = AsNeeded("diazepam", Decimal(1), 1, Decimal(4))
    plan = deepcopy(document.plan)
    object.__setattr__(plan, "as_needed", (*plan.as_needed, twice))
    with pytest.raises(ValueError, match="one as-needed dose"):
        write_document(PlanDocument(plan))
