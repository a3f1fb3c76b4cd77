"""From a red flag to somebody who answers, or to the truth that nobody does."""

from tests.stories.joining import household, joins
from tests.stories.phone import Phone, Town

SEIZURE = "came round on the kitchen floor, wife says i was shaking"


async def falls_ill(tom: Phone) -> None:
    await tom.says(SEIZURE)
    await tom.expects("Call 999 now.*Say you take diazepam")


async def test_a_red_flag_reaches_a_caregiver_who_takes_it_on_and_ends_it(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await falls_ill(tom)
    assert tom.sees("Delivered to Maya .* No answer yet")
    await maya.expects(f"about Tom.*{SEIZURE}.*Call 999 now.*7700 900123.*cushion")
    await maya.taps("I'm on it")
    await maya.expects("You're on it.*7700 900123")
    await tom.expects("Maya is on it.\nIn danger")
    await maya.taps("They are safe now")
    await maya.expects("Thank you")
    await tom.expects("Maya told me that you are safe")
    await town.passes(minutes=12)
    await maya.expects_nothing()


async def test_words_are_kept_from_a_caregiver_who_may_only_see_the_alert(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan")

    await falls_ill(tom)
    await maya.expects("about Tom.*kitchen floor")
    await maya.taps("I can't, pass it on")
    await maya.expects("asking the next person")
    alert = await dan.expects("about Tom")
    assert "kitchen" not in alert.text


async def test_a_second_caregiver_is_told_after_two_minutes(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan")

    await falls_ill(tom)
    await maya.expects("about Tom")
    await dan.expects_nothing()
    await town.passes(minutes=2)
    await dan.expects("about Tom")
    maya.reads_all()
    assert tom.sees("Delivered to Dan")
    await dan.taps("I'm on it")
    await dan.expects("You're on it")
    await maya.expects("Dan is on it")
    await tom.expects("Dan is on it.\nIn danger")
    await dan.taps("It was a false alarm")
    await dan.expects("Thank you")
    await maya.expects("false alarm")
    await tom.expects("false alarm")


async def test_nobody_answers_and_the_patient_is_told_so(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await falls_ill(tom)
    await maya.expects("about Tom")
    await town.passes(minutes=70)
    await maya.expects(*["Nobody has answered yet. I'm sending this again"] * 7)
    await tom.expects("Nobody I wrote to has said yes")
    await tom.expects("Time for what's planned", "Still open", "Still open")
    await town.passes(minutes=20)
    await maya.expects_nothing()


async def test_a_caregiver_who_blocked_the_bot_is_passed_over_at_once(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan")

    await maya.blocks()
    await tom.expects("can't reach Maya any more")
    await falls_ill(tom)
    await dan.expects("about Tom")
    assert tom.sees("I could not reach Maya")
    await maya.expects_nothing()


async def test_a_patient_whose_only_caregiver_blocked_the_bot_is_told(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await maya.blocks()
    await tom.expects("can't reach Maya any more")
    await falls_ill(tom)
    assert tom.sees("I could not reach Maya. Call them if you can")


async def test_an_alert_that_is_passed_on_goes_to_the_next_at_once(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan")

    await falls_ill(tom)
    await maya.expects("about Tom")
    await maya.taps("I can't, pass it on")
    await maya.expects("asking the next person now")
    await dan.expects("about Tom")
    assert tom.sees("Maya can't take it")


async def test_a_mistake_is_told_and_ends_nothing(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await falls_ill(tom)
    await maya.expects("about Tom")
    await tom.taps("This is a mistake")
    await tom.expects("noted that it was a mistake")
    await maya.expects("Tom says it was a mistake.*check all the same")
    await maya.taps("It was a false alarm")
    await maya.expects("Thank you")
    await tom.expects("false alarm")


async def test_two_patients_of_one_caregiver_are_told_apart(town: Town) -> None:
    maya, tom, ben = [await town.phone(name) for name in ("Maya", "Tom", "Ben")]
    await joins(tom, maya)
    await joins(ben, maya)

    await falls_ill(tom)
    await maya.expects("It's about Tom")
    await ben.says("my heart is racing and i have crushing chest pain")
    await ben.expects("Call 999 now")
    await maya.expects("It's about Ben")
    await maya.taps("I'm on it")
    await maya.expects("You're on it.*Ben")
    await ben.expects("Maya is on it.\nIn danger")
    await tom.expects_nothing()

    await maya.says("he is not waking up")
    await maya.expects("Who is this about")
    await maya.taps("Tom")
    await maya.expects("This is about Tom")


async def test_a_caregiver_who_writes_that_he_does_not_wake_gets_first_aid(town: Town) -> None:
    tom, maya, dan = await household(town, "Maya", "Dan")

    await maya.says("he is not waking up")
    await maya.expects("Thank you for writing. This is about Tom.*999")
    await dan.expects("about Tom")
    await maya.taps("I'm on it")
    await maya.expects("You're on it")
    await dan.expects("Maya is on it")
    await tom.expects("Maya is on it.\nIn danger")


async def test_the_help_button_gives_the_numbers_before_it_asks(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says("I need help now")
    await tom.expects("Call 999 now.*What is wrong")
    await maya.expects_nothing()
    await tom.taps("Pressed by mistake")
    await tom.expects("I told nobody")
    await tom.says("I need help now")
    await tom.expects("Call 999 now.*What is wrong")
    await tom.taps("My body")
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")
    await tom.taps("I can't call")
    await tom.expects("Ask anyone near you to call 999")
    await maya.expects("Tom can't make the call.*Call 999 now for Tom")
    await tom.taps("I have called")
    await tom.expects("Good that you called")
    await maya.expects("the call for help has been made")
