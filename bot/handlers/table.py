"""Which button calls which action: the whole map on one page.

A handler here reads the pressed button and calls one action. A button that is not in the table,
or whose arguments do not fit, gets a kind answer.
"""

from collections.abc import Callable
from typing import Any, Final

from actions import (
    as_needed,
    asks,
    caregivers,
    checkin,
    conversation,
    dose_time,
    doses,
    help_button,
    holding,
    joining,
    lessons,
    onboarding,
    pause,
    pictures,
    plan_builder,
    plan_entry,
    recovery,
    responses,
    supply_entry,
    supply_screen,
    today,
    travel,
    travel_clock,
    week,
)
from bot.content.buttons import Press

Action = Callable[..., None]
Arguments = Callable[[Press], tuple[Any, ...]]


def nothing(press: Press) -> tuple[Any, ...]:
    """A button without arguments."""
    del press
    return ()


def number(press: Press) -> tuple[Any, ...]:
    """A button that names one row."""
    return (press.number(),)


def number_word(press: Press) -> tuple[Any, ...]:
    """A button that names a row and a choice."""
    return (press.number(), press.word(1))


def two_numbers(press: Press) -> tuple[Any, ...]:
    """A button that names a row and a number."""
    return (press.number(), press.number(1))


def word(press: Press) -> tuple[Any, ...]:
    """A button that names a choice."""
    return (press.word(),)


def two_words(press: Press) -> tuple[Any, ...]:
    """A button that names a question and a choice."""
    return (press.word(), press.word(1))


def question(press: Press) -> tuple[Any, ...]:
    """A button of a check-in: the check-in and its question."""
    return (press.number(), press.word(1))


def option(press: Press) -> tuple[Any, ...]:
    """An answer of a check-in: the check-in, its question, the option."""
    return (press.number(), press.word(1), press.word(2))


def fixed(*values: object) -> Arguments:
    """A button whose argument is its own name."""
    return lambda _press: values


BUTTONS: Final[dict[str, tuple[Action, Arguments]]] = {
    "ob.pick": (onboarding.pick, two_words),
    "ob.toggle": (onboarding.tick, two_words),
    "ob.done": (onboarding.done, word),
    "ob.skip": (onboarding.skip, word),
    "ob.back": (onboarding.back, word),
    "ob.later": (onboarding.later, nothing),
    "ob.resume": (onboarding.resume, nothing),
    "plan.new": (plan_entry.ways, nothing),
    "plan.confirm": (plan_entry.begin_confirm, nothing),
    "plan.type": (plan_entry.begin, nothing),
    "plan.rule": (plan_builder.begin, nothing),
    "rule.pick": (plan_builder.pick, two_words),
    "rule.back": (plan_builder.back, word),
    "rule.leave": (plan_builder.leave, nothing),
    "plan.hold": (holding.ask, nothing),
    "plan.stay": (holding.stay, nothing),
    "plan.resume": (holding.resume, nothing),
    "plan.picture": (today.show_picture, nothing),
    "plan.history": (today.show_history, nothing),
    "dose.taken": (doses.record, number),
    "dose.all": (doses.record_all, number),
    "dose.sure": (doses.sure, number),
    "dose.not": (doses.keep, number),
    "dose.same": (doses.same, number),
    "dose.more": (doses.more, number),
    "dose.undo": (doses.undo, number),
    "dose.later": (doses.offer_later, number),
    "dose.snooze": (doses.snooze, two_numbers),
    "dose.skip": (doses.offer_skip, number),
    "dose.why": (doses.skip, number_word),
    "dose.keep": (doses.keep, number),
    "dose.was": (doses.was, number_word),
    "dose.when": (dose_time.open_for, number),
    "dose.now": (doses.just_now, number),
    "week.open": (week.show, nothing),
    "week.day": (week.show_day, number),
    "week.dose": (week.open_dose, number),
    "week.undo": (week.undo, number),
    "week.unsure": (week.unsure, number),
    "dose.nevermind": (dose_time.never_mind, nothing),
    "needed.open": (as_needed.show, nothing),
    "needed.now": (as_needed.now, number),
    "needed.when": (as_needed.when, number),
    "needed.sure": (as_needed.sure, two_numbers),
    "needed.not": (as_needed.did_not, nothing),
    "supply.pick": (supply_screen.pick, word),
    "supply.count": (supply_entry.count, number),
    "supply.refill": (supply_entry.refill, number),
    "supply.none": (supply_entry.none_left, number),
    "supply.yes": (supply_entry.yes, nothing),
    "supply.never_mind": (supply_entry.never_mind, nothing),
    "supply.set": (supply_screen.set_date, word),
    "supply.date": (supply_screen.tapped_date, two_words),
    "checkin.start": (checkin.start, number),
    "checkin.later": (checkin.later, number),
    "checkin.open": (checkin.open_today, nothing),
    "checkin.bad_day": (checkin.bad_day, nothing),
    "ci.pick": (checkin.answer, option),
    "ci.tick": (checkin.tick, option),
    "ci.done": (checkin.done, question),
    "ci.skip": (checkin.skip, question),
    "ci.back": (checkin.back, question),
    "ask.yes": (conversation.answer_ask, lambda press: (press.number(), "yes")),
    "ask.no": (conversation.answer_ask, lambda press: (press.number(), "no")),
    "ask.talk": (conversation.answer_ask, lambda press: (press.number(), "talk")),
    "help.open": (help_button.ask, nothing),
    "help.body": (help_button.now, fixed("body")),
    "help.mind": (help_button.now, fixed("mind")),
    "help.took": (help_button.now, fixed("took")),
    "help.mistake": (help_button.mistake, nothing),
    "more.unwell": (help_button.took_more_unwell, nothing),
    "more.fine": (help_button.took_more_fine, nothing),
    "note.write": (conversation.begin_note, nothing),
    "about.who": (conversation.about_whom, two_numbers),
    "happening": (conversation.happening, word),
    "gap.again": (recovery.again, nothing),
    "safety.called": (help_button.called, number),
    "safety.safe": (responses.safe_for_now, number),
    "safety.not_safe": (responses.cannot_call, number),
    "safety.cannot": (responses.cannot_call, number),
    "safety.mistake": (responses.patient_says_mistake, number),
    "alert.ack": (responses.acknowledge, number),
    "alert.pass": (responses.pass_on, number),
    "alert.wrong": (responses.wrong_person, number),
    "alert.safe": (responses.close_by, lambda press: (press.number(), "safe")),
    "alert.false": (responses.close_by, lambda press: (press.number(), "false_alarm")),
    "care.accept": (joining.accept, number),
    "care.refuse": (joining.refuse, number),
    "care.not_them": (caregivers.not_them, number),
    "care.remove": (caregivers.remove, number),
    "care.leave": (caregivers.leave, number),
    "care.invite": (caregivers.begin_invite, nothing),
    "invite.words": (caregivers.finish_invite_words, nothing),
    "invite.alerts": (caregivers.finish_invite_alerts, nothing),
    "learn.menu": (lessons.show_menu, nothing),
    "learn.now": (lessons.now, nothing),
    "learn.group": (lessons.show_group, word),
    "learn.read": (lessons.read, word),
    "eve.ok": (lessons.eve_ok, nothing),
    "eve.ask": (lessons.eve_ask, nothing),
    "picture.show": (pictures.show, nothing),
    "pause.unknown": (pause.unknown, nothing),
    "pause.never": (pause.never, nothing),
    "pause.back": (pause.back, nothing),
    "pause.longer": (pause.longer, nothing),
    "pause.card": (pause.card, nothing),
    "pause.settle": (pause.settle, nothing),
    "pause.same": (pause.same, nothing),
    "pause.other": (pause.other, nothing),
    "trip.where": (travel.where, nothing),
    "trip.place": (travel.place, number),
    "trip.yes": (travel.yes, nothing),
    "trip.no": (travel.where, nothing),
    "trip.home": (travel.home, nothing),
    "trip.keep": (travel_clock.keep, nothing),
    "trip.follow": (travel_clock.follow, nothing),
    "trip.note": (travel_clock.note, nothing),
}

COMMANDS: Final[dict[str, Action]] = {
    "help": conversation.show_help,
    "today": today.show,
    "week": week.show,
    "plan": today.show_plan,
    "needed": as_needed.show,
    "supply": supply_screen.show,
    "checkin": checkin.open_today,
    "badday": checkin.bad_day,
    "learn": lessons.show_menu,
    "people": caregivers.show_people,
    "picture": pictures.show,
    "travel": travel.begin,
    "pause": pause.begin,
    "sos": help_button.ask,
}

__all__ = ["BUTTONS", "COMMANDS", "asks"]
