"""A prescriber's rule in the chat: typed once, worked out exactly, read back, confirmed."""

from tests.stories.joining import household, joins
from tests.stories.phone import Town


async def test_a_rule_is_typed_and_the_plan_is_worked_out_from_it(town: Town) -> None:
    (tom,) = await household(town, doses="6 mg 08:00, 10 mg 22:00", steps="tap:No changes")

    await tom.says("/plan")
    tom.reads_all()
    await tom.taps("Enter a new plan")
    await tom.expects("your prescriber's rule")
    await tom.taps("My prescriber's rule")
    await tom.expects("Did your prescriber give you a rule")
    await tom.taps("Yes, my prescriber did")
    await tom.expects("What is the rule")
    await tom.says("10% every 2 weeks until 12 mg, then 1mg every 10 days until 10 mg")
    await tom.expects("Of which dose is the percentage")
    await tom.taps("Of the current dose")
    await tom.expects("1. 10 percent of the current dose, every 14 days, until 12 mg a day")
    await tom.says("14 Dec")
    await tom.expects("Which dose of the day goes down first")
    await tom.taps("08:00")
    await tom.expects("What do you have to take the doses from")
    await tom.says("2mg and 5mg tablets, scored")
    tom.reads_all()
    assert tom.sees("agree to exactly this")
    assert tom.sees("Mon 14 Dec.*4.5 mg at 08:00.*10 mg at 22:00")


async def test_whoever_has_no_rule_of_a_prescriber_is_sent_to_one(town: Town) -> None:
    tom = await town.phone("Tom")
    await joins(tom)

    await tom.says("/plan")
    tom.reads_all()
    await tom.taps("Enter a new plan", "My prescriber's rule")
    tom.reads_all()
    await tom.says("no")
    await tom.expects("I never choose one.*Ask Dr Okafor how to go down: \\+44 20 7946 0123")
    await tom.says("10% a week")
    tom.reads_all()
    assert not tom.sees("I read the rule like this")
