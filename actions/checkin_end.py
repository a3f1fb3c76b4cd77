"""The end of a check-in: one true, specific thing, what can happen, what to do."""

from actions import dialogues, lessons, missed
from actions import help as numbers_of
from actions.facts import answers_of, facts_of, scores
from actions.tx import Tx
from care.dayscore import baseline, day_score
from care.redflags import Facts
from store.models import CheckIn, Patient, Person
from store.queries import alerts as alert_query
from store.queries import people as query


def close(tx: Tx, person: Person, checkin: CheckIn) -> None:
    """Score the day, thank, say one true thing, offer what helps."""
    form = tx.content.questionnaires[checkin.questionnaire]
    checkin.score = day_score(form, answers_of(tx, checkin))
    patient = tx.session.get_one(Patient, person.id)
    facts = facts_of(tx, patient, checkin=checkin)
    dialogue = query.dialogue(tx.session, person.id, "checkin")
    words = tx.content.buttons(person.locale)
    values = {
        **numbers_of.prescriber(tx, patient),
        "short_nights": _short_nights(facts),
        "days": facts.days_since_step,
        "score": checkin.score,
        "usual": baseline(scores(tx, patient)),
        "hard": _hard(facts),
        "first": len(scores(tx, patient)) <= 1,
    }
    inline = [
        [words.button("learn.now")],
        [words.button("picture.show")],
        [words.button("note.write")],
    ]
    if dialogue is not None:
        dialogues.screen(tx, person, dialogue, "checkin/done", inline=inline, **values)
        dialogues.close(tx, dialogue)
    if alert_query.running(tx.session, person.id) is None:
        lessons.after_checkin(tx, person, patient, symptoms(facts))
        missed.ask_pending(tx, person)
    tx.audit("checkin_done", person, checkin=checkin.id)


def _short_nights(facts: Facts) -> int:
    """How many nights in a row sleep was under four hours, counted from the last one."""
    count = 0
    for day in facts.last_days(7):
        slept = (day or {}).get("sleep", ())
        if not slept or slept[0] not in {"0-1", "2", "3"}:
            break
        count += 1
    return count


def _hard(facts: Facts) -> list[str]:
    return sorted(symptoms(facts))


def symptoms(facts: Facts) -> frozenset[str]:
    """The questions answered with a lot or worse today; what a lesson can speak to."""
    bad = {"a_lot", "very_bad", "lot", "3", "4"}
    found = {q for q, chosen in facts.answers.items() if q != "sleep" and bad & set(chosen)}
    if facts.answers.get("sleep", ("",))[0] in {"0-1", "2", "3"}:
        found.add("sleep")
    return frozenset(found)
