from care.textreader import Hit, Outcome, Reading, Tier, failed_reading, merge
from care.textreader.model import reading_of


def hit(rule_id: str, label: str, tier: Tier, outcome: Outcome, start: int = 0) -> Hit:
    return Hit(rule_id, label, tier, outcome, "words", start, start + 5, (), label)


def reading(*hits: Hit, supported: bool = True) -> Reading:
    return reading_of(hits, lexicon_version="v1", supported=supported)


FLAG = hit("E01-seizure", "seizure", Tier.EMERGENCY, Outcome.FLAG)
ASK = hit("E08-despair", "suicide", Tier.EMERGENCY, Outcome.ASK)
CLEARED = hit("E06-stroke", "stroke_signs", Tier.EMERGENCY, Outcome.CLEAR)
URGENT = hit("U01-stopped", "stopped_abruptly", Tier.URGENT, Outcome.FLAG, start=9)


def test_the_tier_is_that_of_what_is_flagged_or_asked_never_of_what_is_cleared() -> None:
    assert reading(URGENT, CLEARED).tier is Tier.URGENT
    assert reading(CLEARED).tier is Tier.NONE
    assert reading(ASK).tier is Tier.EMERGENCY


def test_the_most_severe_label_comes_first_and_cleared_labels_not_at_all() -> None:
    assert reading(URGENT, ASK, CLEARED).labels == ("suicide", "stopped_abruptly")


def test_of_two_labels_from_one_place_the_one_with_more_words_comes_first() -> None:
    longer = Hit("E02", "seizure", Tier.EMERGENCY, Outcome.FLAG, "fell, shaking", 0, 13, (), "")
    shorter = Hit("E01", "fainting", Tier.EMERGENCY, Outcome.FLAG, "fell", 0, 4, (), "")
    assert reading(shorter, longer).labels == ("seizure", "fainting")


def test_a_label_that_is_flagged_is_not_asked_about_too() -> None:
    asked = hit("E01-other", "seizure", Tier.EMERGENCY, Outcome.ASK)
    assert reading(FLAG, asked).asks == ()
    assert reading(asked).asks == (asked,)


def test_a_reader_that_failed_asks_for_a_human_and_is_urgent_unanswered() -> None:
    failed = failed_reading("the lexicon is gone")
    assert (failed.outcome, failed.tier) == (Outcome.ASK, Tier.URGENT)
    assert failed.labels == ("unreadable",)
    assert "the lexicon is gone" in failed.because


def test_merged_readings_keep_every_hit_and_the_higher_outcome() -> None:
    both = merge(reading(ASK), reading(URGENT, supported=False))
    assert (both.outcome, both.tier) == (Outcome.FLAG, Tier.EMERGENCY)
    assert set(both.hits) == {ASK, URGENT}
    assert not both.supported
    assert merge(reading(ASK), failed_reading("x")).labels == ("suicide", "unreadable")


def test_merging_a_reading_with_itself_changes_nothing() -> None:
    once = reading(FLAG, ASK)
    assert merge(once, once) == once


def test_nothing_merged_is_a_clear_reading() -> None:
    assert merge().outcome is Outcome.CLEAR


def test_outcomes_are_ordered_by_severity() -> None:
    assert max(Outcome.CLEAR, Outcome.FLAG, Outcome.ASK) is Outcome.FLAG
    assert min(Outcome.FLAG, Outcome.ASK) is Outcome.ASK
