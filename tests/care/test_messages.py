"""What may happen to each kind of message when it is unknown whether it arrived."""

import pytest

from care.messages import POLICIES, Ambiguous, Kind, may_send_again


def test_every_kind_has_a_policy() -> None:
    assert set(POLICIES) == set(Kind)


def test_alerts_and_safety_replies_go_first() -> None:
    first = {kind for kind, policy in POLICIES.items() if policy.priority == 0}
    assert first == {Kind.SAFETY, Kind.ALERT}


def test_a_reminder_is_said_at_most_once_more() -> None:
    assert may_send_again(Kind.REMINDER, 0)
    assert not may_send_again(Kind.REMINDER, 1)


@pytest.mark.parametrize("kind", [Kind.SAFETY, Kind.ALERT, Kind.QUESTION])
def test_what_matters_is_said_until_it_is_known_to_have_arrived(kind: Kind) -> None:
    assert all(may_send_again(kind, repeats) for repeats in range(5))


def test_confirmations_are_never_doubled() -> None:
    assert POLICIES[Kind.CONFIRMATION].ambiguous is Ambiguous.DROP
    assert not may_send_again(Kind.CONFIRMATION, 0)
