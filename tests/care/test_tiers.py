from care.tiers import Tier, highest


def test_tiers_sort_by_severity_and_not_by_alphabet() -> None:
    assert sorted(Tier, reverse=True) == [Tier.EMERGENCY, Tier.URGENT, Tier.WATCH, Tier.NONE]
    assert Tier.EMERGENCY > Tier.URGENT >= Tier.URGENT > Tier.WATCH
    assert Tier.NONE < Tier.WATCH <= Tier.WATCH


def test_the_highest_tier_wins_and_nothing_is_none() -> None:
    assert highest(Tier.WATCH, Tier.EMERGENCY, Tier.URGENT) is Tier.EMERGENCY
    assert highest() is Tier.NONE
