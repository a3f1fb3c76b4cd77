"""Doses taken when needed: recorded as they were, within the plan's limits and beyond them."""

from actions import plans
from actions.people import by_chat
from actions.tx import Tx
from tests.stories.joining import household
from tests.stories.phone import Phone, Town


async def with_needed(town: Town) -> Phone:
    """Tom, whose plan has 2 mg when needed, at most twice a day, six hours apart."""
    (tom,) = await household(town, steps="tap:No changes")

    def adds(tx: Tx) -> None:
        needed = {"drug": "diazepam", "mg": "2", "most": 2, "apart": "6"}
        taken = {"drug": "diazepam", "doses": [["08:00", "10"]]}
        data = {"confirmed": "2026-11-30", "medicines": [taken], "as_needed": [needed]}
        plans.adopt(tx, by_chat(tx, tom.user_id), data)

    town.sandbox.rt.call(adds)
    await town.settled()
    return tom


async def test_within_the_limits_it_is_simply_saved(town: Town) -> None:
    tom = await with_needed(town)
    await town.at("11:00")
    tom.reads_all()
    await tom.says("/today")
    await tom.expects("Diazepam 10 mg")
    await tom.taps("Doses when needed")
    await tom.expects("Diazepam 2 mg: at most 2 in 24 hours, 6 hours apart.*None logged")
    await tom.taps_twice("Took diazepam now")
    await tom.expects("When needed:\nDiazepam 2 mg: taken 11:0")
    assert "Already saved" in tom.toast
    await tom.says("/today")
    await tom.expects("11:0. Diazepam 2 mg, when needed: taken 11:0")
    await town.passes(hours=6, minutes=5)
    tom.reads_all()
    await tom.says("/needed")
    await tom.expects("Last taken 11:0")
    await tom.taps("Took diazepam now")
    await tom.expects("When needed:\nDiazepam 2 mg: taken 17:0")


async def test_too_soon_is_said_and_saved_when_it_is_true(town: Town) -> None:
    tom = await with_needed(town)
    await town.at("11:00")
    await tom.says("/needed")
    await tom.taps("Took diazepam now")
    await town.passes(hours=1)
    tom.reads_all()
    await tom.says("/needed")
    await tom.taps("Took diazepam now")
    await tom.expects("You logged one taken at 11:0.*6 hours apart.*have you taken it already")
    await tom.taps("No, I did not take it")
    await tom.expects("Nothing was saved")
    await tom.taps("Took diazepam now")
    await tom.expects("Before I save this")
    await tom.taps("Yes, I took it")
    await tom.expects("Diazepam 2 mg: taken 12:0")
    await tom.taps("Undo")
    await tom.expects("Diazepam 2 mg: not taken")
    tom.reads_all()


async def test_beyond_the_most_in_a_day_it_is_answered_without_scolding(town: Town) -> None:
    tom = await with_needed(town)
    for hour in ("11:00", "17:30"):
        await town.at(hour)
        await tom.says("/needed")
        await tom.taps("Took diazepam now")
    await town.at("19:00")
    tom.reads_all()
    await tom.says("/needed")
    await tom.taps("I took diazepam at")
    await tom.expects("When did you take it")
    await tom.says("18:40")
    await tom.expects("at most 2 in 24 hours. With this one it is more")
    await tom.taps("Yes, I took it")
    await tom.expects("Diazepam 2 mg: taken 18:40", "Call 999 now if you are very sleepy")
    await tom.taps("As usual")
    tom.reads_all()
