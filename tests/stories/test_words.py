"""Danger in somebody's own words, wherever they write them."""

from tests.sandbox.fakes import png
from tests.stories.joining import household, plays_joining
from tests.stories.phone import Town

SEIZURE = "I just had a seizure"
UNSURE = "can't do this any more"


async def test_a_yes_to_the_question_about_suicide_is_an_alert(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says(UNSURE)
    await tom.expects("ending your life.*999|If you don't answer in 10 minutes")
    await maya.expects_nothing()
    await tom.taps("Yes")
    await tom.expects("I'm glad you told me.*116 123")
    await maya.expects("about Tom.*Don't leave Tom alone")


async def test_a_no_to_the_question_about_suicide_is_believed(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says(UNSURE)
    await tom.expects("ending your life")
    await tom.says("no")
    await tom.expects("Thank you for telling me")
    await town.passes(minutes=11)
    await maya.expects_nothing()


async def test_ten_minutes_of_silence_on_it_send_a_human(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says(UNSURE)
    await tom.expects("If you don't answer in 10 minutes I'll ask Maya")
    await town.passes(minutes=9)
    await maya.expects_nothing()
    await town.passes(minutes=1)
    await maya.expects("about Tom")
    await tom.expects("I'm glad you told me|116 123")


async def test_danger_in_the_middle_of_joining_comes_first(town: Town) -> None:
    tom = await town.phone("Tom")

    await tom.says("/start")
    await tom.expects("Hello. I'm Steady")
    await tom.taps("English", "I am 18 or over")
    await tom.expects("Which country")
    await tom.says("United Kingdom")
    await tom.expects("Is it .* where you are")
    await tom.says(SEIZURE)
    await tom.expects("Call 999 now")
    await tom.taps("Yes")
    await tom.expects("What shall I call you")


async def test_danger_in_the_middle_of_a_check_in_comes_first(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.says("Check-in")
    await tom.expects("How many hours|how many hours")
    await tom.taps("6+")
    await tom.says(SEIZURE)
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")
    await tom.taps("A little")
    await tom.expects("How sad or low")


async def test_an_edited_message_is_read_again(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    said = await tom.says("I had a bad night")
    await tom.expects("I have kept what you wrote")
    await tom.edits(said, "I had a seizure in the night")
    await tom.expects("Call 999 now")
    await maya.expects("about Tom.*seizure")


async def test_a_caption_is_read_like_words(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await tom.sends_photo(png(), "I took all my tablets")
    await tom.expects("Call 999 now")
    await maya.expects("about Tom")


async def test_a_stranger_in_danger_gets_the_numbers(town: Town) -> None:
    eve = await town.phone("Eve")

    await eve.says(SEIZURE)
    await eve.expects("Call .*now")
    await eve.says("hello")
    await eve.expects("Hello. I'm Steady.*In an emergency call")


async def test_danger_before_anybody_was_invited_says_that_nobody_was_told(town: Town) -> None:
    tom = await town.phone("Tom")
    await plays_joining(tom)
    await tom.expects("Who should I tell")

    await tom.says(SEIZURE)
    await tom.expects("Call 999 now.*Nobody else has been told")


async def test_getting_sleepy_after_extra_tablets_is_an_emergency(town: Town) -> None:
    tom, maya = await household(town, "Maya")

    await town.at("08:00")
    await tom.expects("Time for what's planned now")
    await tom.taps("Taken")
    await town.passes(minutes=5)
    await tom.says("/today")
    await tom.expects("Mon 30 Nov\n08:00 Diazepam 10 mg: taken 08:00")
    await tom.says("i took two extra tablets and i can hardly stay awake")
    await tom.expects("999")
    await maya.expects("about Tom")
