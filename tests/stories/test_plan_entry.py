"""A plan comes in as people have it: pasted from a letter, with something left out."""

from tests.stories.joining import QUESTIONS, TAP, USUAL
from tests.stories.phone import Phone, Town

TABLE = "Diazepam reduction\n\nWeek\tMorning (mg)\tNight (mg)\n1-2\t4.5\t4.5\n3-4\t4.5\t4\n5\t4\t4"
RIGHT = TABLE.replace("3-4\t4.5\t4", "3-4\t4\t4.5")
GIVEN = USUAL | {"name": f"{TAP}Call me Tom", "doses": "5 mg 08:00, 5 mg 22:00"}


async def agrees(tom: Phone) -> None:
    """Say that the prescriber agreed to the plan, today and at a visit."""
    await tom.taps("Yes, exactly this", "Today", "At a visit", "We did not talk about it")


async def answers_until_steps(tom: Phone, first: str, **again: str) -> None:
    """Answer the questions of joining from one of them on, as far as the changes to come."""
    given = GIVEN | again
    names = list(QUESTIONS)
    for name in names[names.index(first) : names.index("steps")]:
        if not tom.sees_now(QUESTIONS[name]):
            continue
        await tom.expects(QUESTIONS[name])
        if given[name].startswith(TAP):
            await tom.taps(*given[name].removeprefix(TAP).split("|"))
        else:
            await tom.says(given[name])
    await tom.expects(QUESTIONS["steps"])


async def test_a_week_table_without_a_start_is_asked_for_it_and_then_read_back(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language")

    await tom.says(TABLE)
    await tom.expects("When does it start.*Type only the date")
    await tom.says("Monday")
    await tom.expects('can\'t read the date "Monday".*Type only the date')
    await tom.says("Monday 7 Dec")
    wrong = await tom.expects("Mon 7 Dec.*Mon 21 Dec.*Mon 4 Jan.*agree to exactly this")
    assert "4.5 mg at 08:00, 4 mg at 22:00" in wrong.text

    await tom.taps("Something here is wrong")
    await tom.expects("What is wrong")
    await tom.taps("The changes are wrong")
    await tom.expects(QUESTIONS["steps"])
    await tom.says(RIGHT + "\nstart 7 Dec")
    right = await tom.expects("agree to exactly this")
    assert "4 mg at 08:00, 4.5 mg at 22:00" in right.text
    await agrees(tom)
    await tom.expects("When shall I ask how you are")

    await tom.says("/plan")
    await tom.expects("Your plan.*Mon 7 Dec.*You said Dr Okafor agreed at a visit on Mon 30 Nov")
    tom.reads_all()


async def test_lines_sent_instead_of_the_date_are_read_anew(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language")

    await tom.says("week 1-2: 4.5 mg morning 4.5 at night")
    await tom.expects("When does it start")
    await tom.says("from 7 Dec: 9 mg")
    await tom.expects("is for a whole day.*how much at 08:00 and how much at 22:00")
    await tom.says("from 7 Dec: 4.5 mg morning 4.5 at night")
    await tom.expects("Mon 7 Dec.*4.5 mg at 08:00, 4.5 mg at 22:00.*agree to exactly this")
    tom.reads_all()


async def test_a_total_that_does_not_add_up_names_its_line_and_both_numbers(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language")

    await tom.says("Date | 08:00 | 22:00 | Total (mg)\n7 Dec | 4.5 | 4.5 | 9\n21 Dec | 4 | 4.5 | 9")
    await tom.expects("Line 3: the total says 9 mg, but the doses make 8.5 mg")
    await tom.taps("No changes set yet")
    await tom.expects("No change is planned")


RUNNING = "Date\tMorning (mg)\n1 Oct\t9.5\n12 Nov\t9\n12 Dec\t8.5\n12 Jan\t8"


async def test_who_joins_in_the_middle_of_a_taper_pastes_the_whole_table(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language", doses="10 mg 08:00")

    await tom.says(RUNNING)
    await tom.expects("Line 3 says 9 mg at 08:00 since 12 Nov 2026.*told me it is 10 mg at 08:00")
    await tom.taps("I take other doses now")
    await tom.expects(QUESTIONS["medicine"])
    await tom.says("diazepam")
    await tom.expects(QUESTIONS["doses"])
    await tom.says("9 mg 08:00")
    await tom.expects(QUESTIONS["read_back"])
    await tom.taps("Yes")
    await tom.expects(QUESTIONS["more"])
    await tom.taps("No")
    await tom.expects(QUESTIONS["steps"])
    await tom.says(RUNNING)
    await tom.expects(
        "picture.*2 changes to come, the first on Sat 12 Dec",
        "Now:.*9 mg at 08:00, since Thu 12 Nov 2026.*Changes to come.*Sat 12 Dec 2026.*8.5 mg"
        ".*Tue 12 Jan 2027.*I left out what is over.*agree to exactly this",
    )
    assert "1 Oct" not in tom.last("agree to exactly this").text
    await agrees(tom)
    tom.reads_all()
    await tom.taps("Finish later")
    tom.reads_all()
    await tom.says("/plan")
    await tom.expects("9 mg at 08:00.*Next change: Sat 12 Dec.*2 changes are still to come")
    tom.reads_all()


async def test_the_start_of_a_week_table_may_lie_in_the_past(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language", doses="9 mg 08:00")

    await tom.says("week 1-2: 9.5 mg\nweek 3-4: 9 mg\nweek 5-6: 8.5 mg")
    await tom.expects("When does it start")
    await tom.says("1 Sep")
    await tom.expects("can be two days.*1 Sep 2026 or 1 Sep 2027")
    await tom.says("9 Nov")
    await tom.expects("since Mon 23 Nov 2026.*Mon 7 Dec 2026.*8.5 mg.*agree to exactly this")
    tom.reads_all()


async def test_when_the_doses_of_today_are_wrong_only_the_plan_is_asked_again(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")
    await answers_until_steps(tom, "language", doses="10 mg 08:00")
    await tom.says("12 Dec: 8 mg")
    await tom.expects("10 mg at 08:00.*12 Dec")

    await tom.taps("Something here is wrong", "The doses of today are wrong")
    await tom.expects(QUESTIONS["medicine"])
    await tom.says("diazepam")
    await tom.expects(QUESTIONS["doses"])
    await tom.says("9 mg 08:00")
    await tom.expects(QUESTIONS["read_back"])
    await tom.taps("Yes")
    await tom.expects(QUESTIONS["more"])
    await tom.taps("No")
    await tom.expects(QUESTIONS["steps"])
    await tom.says("12 Dec: 8 mg")
    await tom.expects("9 mg at 08:00.*12 Dec.*agree to exactly this")
    tom.reads_all()
