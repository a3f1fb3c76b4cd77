"""The last dose, and the weeks after it."""

from tests.stories.joining import household
from tests.stories.phone import Phone, Town

SOON = {"doses": "2 mg 08:00", "steps": "2 Dec: stop"}


async def lives_on(town: Town, tom: Phone, days: int) -> int:
    """Live so many days, well and answering; returns on how many a check-in was offered."""
    offered = 0
    for _ in range(days):
        await town.at("20:00")
        offered += tom.sees_now("Time for your check-in")
        tom.reads_all()
        await tom.says("all good today")
        tom.reads_all()
    return offered


async def test_reaching_zero_and_six_weeks_later(town: Town) -> None:
    (tom,) = await household(town, **SOON)
    for _ in range(2):
        await town.at("08:00")
        await tom.taps("Taken")
    await town.at("20:00")
    await tom.expects("From tomorrow, Wed 2 Dec, the plan changes.*none any more")
    await tom.taps("OK, I have read it")
    tom.reads_all()

    await town.at("12:00")
    await tom.expects("From today the plan has no more doses.*I stopped diazepam on Wed 2 Dec 2026")
    await tom.expects("The plan has reached its end.*The old amount may be too strong")
    await tom.expects_nothing()
    await tom.says("/today")
    await tom.expects("No dose is planned.*every day until Wed 30 Dec")
    assert await lives_on(town, tom, 2) == 2

    await town.jumps(days=24)  # to the 27th of December, in the fourth week
    tom.reads_all()
    assert await lives_on(town, tom, 3) == 3  # to the 30th, the first weekly one
    await town.jumps(days=12)  # to the 11th of January
    tom.reads_all()
    assert await lives_on(town, tom, 4) == 1  # the 13th, six weeks after zero
    assert not tom.sees("isn't confirmed|no more amount")
    await tom.says("/today")
    await tom.expects("I stopped diazepam on Wed 2 Dec 2026.*once a week until")
    await tom.says("I just had a seizure")
    await tom.expects("999")
    tom.reads_all()
