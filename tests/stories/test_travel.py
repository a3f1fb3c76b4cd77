"""Journeys: the numbers of there at once, the clock of there only where the medicine allows it."""

from tests.stories.joining import BACLOFEN, household
from tests.stories.phone import Phone, Town

TWICE = "5 mg 08:00, 5 mg 20:00"
NO_STEPS = "tap:No changes"


async def arrives(tom: Phone, city: str, country: str, number: str) -> None:
    """Tom says where he is; country and clock are read back and confirmed."""
    await tom.says("/travel")
    await tom.expects("Where are you now")
    await tom.says(city)
    await tom.expects(f"Are you in {city}, {country}.*emergency number is {number}")
    await tom.taps("Yes, I am there")


async def takes(tom: Phone, town: Town, wall: str, planned: str) -> None:
    """The town's clock comes to a time; what is planned for `planned` is reminded of and taken."""
    await town.at(wall)
    await tom.expects(f"planned for {planned}")
    await tom.taps("Taken")
    await tom.expects("taken")


async def test_one_dose_a_day_follows_to_sydney_and_back(town: Town) -> None:
    (tom,) = await household(town, doses="10 mg 08:00", steps=NO_STEPS)
    await takes(tom, town, "08:00", "08:00")
    await town.at("12:00")

    await arrives(tom, "Sydney", "Australia", "000")
    shown = await tom.expects("Which clock shall I use")
    assert "Tue 1 Dec 08:00 (19:00 where you are): Diazepam 10 mg" in shown.text
    assert "Tue 1 Dec 08:00: Diazepam 10 mg" in shown.text
    await tom.taps("Use Sydney time")
    await tom.expects("From now on I use Sydney time")
    await takes(tom, town, "21:00", "08:00")
    await town.at("08:30")  # 19:30 in Sydney
    await tom.expects("How are you today|check-in")
    await takes(tom, town, "21:00", "08:00")

    await town.at("10:00")
    await tom.says("/travel")
    await tom.expects("You told me that you are in Sydney.*Type where you are now")
    await tom.says("London")
    await tom.expects("Are you in London")
    await tom.says("/travel")
    await tom.expects("You told me that you are in Sydney")
    await tom.says("home again")
    shown = await tom.expects("It is 10:00 in London. The emergency number is 999")
    # Eleven hours after the last one is too soon: the next dose stays that of the day after.
    assert "Thu 3 Dec 08:00: Diazepam 10 mg" in shown.text
    await tom.taps("Use London time")
    await tom.expects("From now on I use London time")
    assert not tom.sees_now("where you are")
    tom.reads_all()
    await takes(tom, town, "08:00", "08:00")


async def test_two_doses_a_day_stay_on_home_time_in_sydney(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await takes(tom, town, "08:00", "08:00")
    await town.at("12:00")

    await arrives(tom, "Sydney", "Australia", "000")
    await tom.expects("I can't use Sydney time.*Stay on London time. Ask Dr Okafor")
    assert not any("Use Sydney" in label for label in tom.buttons("Stay on London"))
    await tom.taps("A note for my prescriber")
    note = await tom.expects("I still take my doses on London time")
    assert "Diazepam 5 mg at 20:00\nDiazepam 5 mg at 08:00" in note.text
    await tom.taps("Keep London time")
    await tom.expects("I stay on London time.*12:0. in London and 23:0. where you are.*is 000")
    tom.reads_all()
    await takes(tom, town, "20:00", "20:00")
    await tom.expects("Time for your check-in")

    await tom.says("/travel")
    await tom.expects("I use London time for your doses")
    await tom.taps("I'm home again")
    await tom.expects("Welcome home.*emergency number is 999 again")
    await tom.says("/travel")
    await tom.expects("Where are you now")


async def test_baclofen_three_times_a_day_stays_on_home_time_and_the_numbers_are_those_of_there(
    town: Town,
) -> None:
    (tom,) = await household(town, **BACLOFEN)
    await takes(tom, town, "08:00", "08:00")

    await arrives(tom, "Sydney", "Australia", "000")
    await tom.expects("Doses of baclofen would come too close together or too far apart")
    await tom.says("I just had a seizure")
    await tom.expects("Call 000 now")
    tom.reads_all()


async def test_twice_a_day_follows_to_new_york_in_the_night_the_clocks_change(town: Town) -> None:
    await town.begins("2027-03-27 07:45")
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await takes(tom, town, "08:00", "08:00")
    await arrives(tom, "New York", "United States", "911")
    await tom.expects("Sat 27 Mar 20:00: Diazepam 5 mg")
    await tom.taps("Use New York time")
    await tom.expects("From now on I use New York time")
    await town.at("23:45")
    tom.reads_all()
    # London's clocks go forward at one in the morning, New York's have gone before.
    await takes(tom, town, "00:00", "20:00")
    await takes(tom, town, "13:00", "08:00")
    assert f"{town.now():%Z}" == "BST"


async def test_a_dose_that_is_open_is_answered_before_the_clock_turns(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await town.at("08:00")
    await tom.expects("planned for 08:00")
    await arrives(tom, "New York", "United States", "911")
    await tom.expects("Not yet. Your next dose is still on London time")
    await tom.taps("Taken")
    await tom.says("/travel")
    await tom.expects("You told me that you are in New York")
    await tom.taps("I am somewhere else")
    await tom.expects("Where are you now")
    await tom.says("New York")
    await tom.taps("Yes, I am there", "Use New York time")
    await tom.expects("From now on I use New York time")
    tom.reads_all()


async def test_where_the_clock_is_the_same_nothing_is_asked_but_the_country(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    await arrives(tom, "Lisbon", "Portugal", "112")
    await tom.expects("The clock there is the same as the one I use")
    await town.at("08:00")
    await tom.expects("planned for 08:00")


async def test_a_shared_place_is_confirmed_with_its_country(town: Town) -> None:
    (tom,) = await household(town, doses=TWICE, steps=NO_STEPS)
    town.emulator.people.send_location(tom.user_id, -33.87, 151.21)
    await town.settled()
    await tom.expects("Are you in Sydney, Australia")
    await tom.taps("No, somewhere else")
    await tom.expects("Where are you now")
    await tom.says("Qwxyzt")
    await tom.expects('I don\'t know "Qwxyzt"')
    await tom.says("Australia")
    await tom.expects("Which one is it")
    await tom.taps("Perth, Australia", "Yes, I am there")
    await tom.expects("It is .* in Perth")
