from collections.abc import Callable

import pytest
from hypothesis import Phase, find, given, settings

from care.plan import Plan
from tests.care.planrule_strategies import FIRST, MEDICINES, random_plans

FEATURES: dict[str, Callable[[Plan], bool]] = {
    "several medicines": lambda plan: len(plan.medicines) > 1,
    "a medicine that only begins": lambda plan: len(plan.present) < len(plan.medicines),
    "rest days": lambda plan: any(step.regimen.every > 1 for step in plan.steps),
    "a stop": lambda plan: any(not step.regimen.doses for step in plan.steps),
    "products": lambda plan: bool(plan.products),
    "as needed": lambda plan: bool(plan.as_needed),
    "how": lambda plan: any(dose.how for step in plan.steps for dose in step.regimen.doses),
}


@given(random_plans())
def test_a_random_plan_is_in_the_order_in_which_it_would_be_read(plan: Plan) -> None:
    order = plan.medicines
    ranks = [(step.starts, order.index(step.regimen.medicine)) for step in plan.steps]
    assert ranks == sorted(ranks)
    assert [one.medicine for one in plan.present] == list(order[: len(plan.present)])
    assert all(step.starts >= FIRST for step in plan.steps)
    assert {one.medicine for one in plan.products} <= set(order)
    assert set(order) <= set(MEDICINES)


@pytest.mark.parametrize("feature", FEATURES)
def test_random_plans_reach_everything_a_plan_can_hold(feature: str) -> None:
    assert find(random_plans(), FEATURES[feature], settings=settings(phases=[Phase.generate]))
