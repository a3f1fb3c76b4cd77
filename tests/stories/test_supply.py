"""Tablets: counted, used up, warned about while a pharmacy is open, refilled, run out of."""

from tests.stories.joining import BACLOFEN, household
from tests.stories.phone import Phone, Town

STEADY = {"steps": "tap:No changes"}


async def counts(tom: Phone, typed: str, *, button: str = "I counted") -> None:
    await tom.says("/supply")
    await tom.expects("What you have left")
    await tom.taps(button)
    await tom.expects("How much")
    await tom.says(typed)
    await tom.expects("Please check this")
    await tom.taps("Yes, that is right")
    await tom.expects("Saved")


def warnings(tom: Phone) -> list[str]:
    return [m.text for m in tom.received if m.text.startswith("Please look at what you have left")]


async def takes_until(town: Town, tom: Phone, day: str) -> None:
    """Take every morning's dose as planned; what the days bring besides is not the point here."""
    while f"{town.now():%d %b}" != day:
        await town.at("08:00")
        await tom.taps("Taken")
        await town.at("08:30")
        tom.reads_all()
    await town.at("10:00")


async def test_christmas_comes_between_the_tablets_and_the_pharmacy(town: Town) -> None:
    await town.begins("2026-12-14 07:45")
    tom, maya = await household(town, "Maya", **STEADY)
    await counts(tom, "14 of 10 mg")
    assert tom.sees("to the end of Sun 27 Dec.*14 days, today included.*pharmacies is Thu 24 Dec")

    await takes_until(town, tom, "17 Dec")
    assert warnings(tom) == []
    await takes_until(town, tom, "18 Dec")
    assert tom.sees("Please look at what you have left.*10 days, today incl.*pharmacies is Thu 24")
    await maya.expects_nothing()

    await takes_until(town, tom, "22 Dec")
    assert tom.sees(
        "6 days, today included.*Call Dr Okafor or your pharmacy today.*I'm telling Maya"
    )
    assert len(warnings(tom)) == 2
    await maya.expects("Tom may need your help.*6 days, today included.*is Thu 24 Dec")
    assert not maya.sees("(?i)diazepam")

    await counts(tom, "28 of 10 mg", button="I got a refill")
    await maya.expects("Good to know: Tom has tablets again")
    await takes_until(town, tom, "26 Dec")
    assert len(warnings(tom)) == 2
    await maya.expects_nothing()


async def test_a_refill_is_read_back_with_what_was_left(town: Town) -> None:
    (tom,) = await household(town, **STEADY)
    await counts(tom, "5 mg: 10, 2 mg: 20")
    assert tom.sees("90 mg in all")
    await tom.says("/supply")
    await tom.expects("90 mg in all.*Next refill: not set.*Next appointment: not set")
    await tom.taps("I got a refill")
    await tom.expects("Type only what is new")
    await tom.says("2 boxes of 28")
    await tom.expects("How many is that in all")
    await tom.says("28")
    await tom.expects("Which strength is that")
    await tom.says("about 28 of 5 mg")
    await tom.expects("Please count")
    await tom.says("28 of 5 mg")
    await tom.expects("28 tablets of 5 mg.*230 mg in all.*Is that right")
    await tom.taps("No, type it again")
    await tom.expects("Type only what is new")
    await tom.says("18 of 5 mg")
    await tom.expects("180 mg in all")
    await tom.taps_twice("Yes, that is right")
    await tom.expects("Saved.*18 days", "nothing to save")


async def test_the_dates_of_refill_and_appointment_are_tapped_or_typed(town: Town) -> None:
    (tom,) = await household(town, **STEADY)
    await counts(tom, "14 of 10 mg")
    await tom.says("/supply")
    await tom.expects("What you have left")
    await tom.taps("Set refill date")
    await tom.expects("next refill.*In two weeks: Mon 14 Dec")
    await tom.taps("In two weeks")
    await tom.expects("Next refill: Mon 14 Dec", "too close to your next refill.*Call")
    await tom.taps("Set appointment")
    await tom.expects("next appointment")
    await tom.says("5/12")
    await tom.expects("two days: 5 Dec or 12 May")
    await tom.says("soon")
    await tom.expects("did not understand that day")
    await tom.says("5 Dec")
    await tom.expects("Next appointment: Sat 5 Dec", "Next refill: Mon 14 Dec.*Sat 5 Dec")


async def test_running_out_of_tablets_says_what_to_do_now(town: Town) -> None:
    tom, maya = await household(town, "Maya", **BACLOFEN)
    await counts(tom, "1 of 10 mg")
    await tom.expects("Please look at what you have left.*does not last through today")
    await maya.expects("not enough tablets for today")
    await town.at("08:00")
    await tom.expects("Time for what's planned now")
    await tom.taps("Taken")
    await tom.expects("taken 08:0")
    await town.passes(hours=1, minutes=5)
    await tom.expects("By my count nothing is left.*Call NHS 111 now, day or night: 111")
    await tom.taps("Yes")
    await tom.expects("Call NHS 111 now, day or night.*before your next dose")
    await maya.expects("Tom")
    await maya.taps("I'm on it")
    tom.reads_all()
    maya.reads_all()


async def test_having_none_left_is_one_button(town: Town) -> None:
    tom, maya = await household(town, "Maya", **STEADY)
    await tom.says("/supply")
    await tom.expects("Not counted yet")
    await tom.taps("I have none left")
    await tom.expects("Please call Dr Okafor today")
    await maya.expects("Tom")
    await maya.taps("I'm on it")
    await tom.says("/supply")
    await tom.expects("0 mg in all.*does not last through today")
    tom.reads_all()
    maya.reads_all()
