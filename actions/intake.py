"""The questions of joining whose choices depend on the person: place, time, medicines, plan."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from actions import caregivers, outbox, plans
from actions.tx import Tx
from bot.content.buttons import Keyboard
from bot.content.countries import City, common_first, find_city, find_country, nearest_zone
from bot.content.drugs import Drug, find_drug
from bot.content.render import clock
from care.localtime import is_zone, local, local_day
from care.planlines import read_doses, read_steps
from care.typedline import PlanLineError
from care.walltime import read_wall
from store.models import Consent, Patient, Person
from store.queries import people as query

CONSENT_VERSION: Final = "2026-11"
LONGEST_NAME: Final = 40
MOST_CHOICES: Final = 8
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a special question made of an answer.

    `answer` is the option taken, None when it must be asked again (for the reason in `problem`,
    a template name); `goto` another question than the next; `ends` the text that ends joining.
    """

    answer: str | None = None
    goto: str = ""
    problem: str = ""
    ends: str = ""
    details: Data = field(default_factory=dict)


AGAIN: Final = Result()


class Special:
    """A question with its own buttons and its own reading. The default understands nothing."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Return what its text needs."""
        del tx, person, data
        return {}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Return its rows of buttons."""
        del tx, person, data
        return []

    def reply(self, tx: Tx, person: Person) -> object:
        """Return a keyboard above the input, None for none."""
        del tx, person
        return None

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a typed answer."""
        del tx, person, data, text
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Read a tapped answer."""
        del tx, person, data, choice
        return AGAIN


def _pick(tx: Tx, person: Person, step: str, *choices: str) -> Keyboard:
    words = tx.content.buttons(person.locale)
    return [[words.button("ob.pick", step, one, label=f"ob.{step}.{one}")] for one in choices]


class Language(Special):
    """English only, said plainly in Spanish too."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer the languages whose texts are complete."""
        del data
        return _pick(tx, person, "language", "en")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Anything typed here is a hello: stay on the choice."""
        if text.strip().casefold() in {"english", "en", "ok", "yes"}:
            return self.tapped(tx, person, data, "en")
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the language."""
        del tx, data
        if choice != "en":
            return AGAIN
        person.locale = choice
        return Result(choice)


class ConsentQuestion(Special):
    """What this is and is not; adults only, for oneself (D18)."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer to agree, or the three honest other answers."""
        del data
        return _pick(tx, person, "consent", "agree", "minor", "proxy", "no")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Keep the consent with its version, or end kindly."""
        del data
        if choice in {"minor", "proxy", "no"}:
            emergency = tx.content.countries.get(person.country or "")
            number = emergency.emergency[0] if emergency else ""
            return Result(ends=f"onboarding/ends_{choice}", details={"emergency": number})
        if choice != "agree":
            return AGAIN
        tx.session.add(
            Consent(person_id=person.id, kind="patient", version=CONSENT_VERSION, at=tx.now)
        )
        if query.patient_of(tx.session, person) is None:
            patient = Patient(
                person_id=person.id,
                key_owner=person.key_owner,
                state="onboarding",
                created_at=tx.now,
            )
            tx.vault.seal_json(patient, "intake", {})
            tx.session.add(patient)
        tx.audit("consented", person, version=CONSENT_VERSION)
        return Result("agree")


class CountryQuestion(Special):
    """The country, for the numbers to call. Never guessed from the language."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer what was nearly typed, else the common countries."""
        del person
        words = tx.content.buttons("en")
        codes = data.get("pending") or [
            country.code
            for country in common_first(tx.content.countries.values())
            if country.common
        ]
        buttons = [
            words.saying(tx.content.countries[code].name, "ob.pick", "country", code)
            for code in codes
        ]
        return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Take a name that is surely meant; read a near one back."""
        found = find_country(text)
        if found.country is not None and found.exact:
            return self.tapped(tx, person, data, found.country.code)
        near = ([found.country] if found.country else []) + list(found.alternatives)
        data["pending"] = [country.code for country in near][:MOST_CHOICES]
        if data["pending"]:
            return Result(problem="onboarding/which_country")
        del data["pending"]
        return Result(problem="onboarding/no_country", details={"typed": text[:60]})

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the country."""
        del data
        if choice not in tx.content.countries:
            return AGAIN
        person.country = choice
        return Result(choice)


class ZoneQuestion(Special):
    """The time zone, confirmed by showing a clock."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Show the time it would be, once there is a candidate."""
        zone = self._candidate(tx, person, data)
        return {"time": clock(local(tx.now, zone)) if zone else "", "zone": zone or ""}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer yes and no for a candidate, else the places of the country."""
        if self._candidate(tx, person, data):
            return [[row[0] for row in _pick(tx, person, "zone", "yes", "no")]]
        words = tx.content.buttons(person.locale)
        places = data.get("places") or [
            (zone.rsplit("/", 1)[-1].replace("_", " "), zone)
            for zone in tx.content.countries[person.country or ""].zones
        ]
        buttons = [
            words.saying(name, "ob.pick", "zone", zone) for name, zone in places[: MOST_CHOICES * 2]
        ]
        return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]

    def reply(self, tx: Tx, person: Person) -> object:
        """Offer to share the location; it is used once and not kept."""
        label = tx.content.buttons(person.locale).text("ob.share_location")
        return {"rows": [[{"text": label, "request": "location"}]], "persistent": False}

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a city."""
        if text.strip().casefold() in {"yes", "y", "yes it is"}:
            return self.tapped(tx, person, data, "yes")
        if text.strip().casefold() in {"no", "n"}:
            return self.tapped(tx, person, data, "no")
        cities = find_city(text, person.country or "")
        zones = {city.zone for city in cities}
        if len(zones) == 1:
            data["pending"] = {"zone": cities[0].zone}
            return AGAIN
        if not cities:
            return Result(problem="onboarding/no_city", details={"typed": text[:60]})
        data["places"] = [(self._place(tx, city), city.zone) for city in cities[:MOST_CHOICES]]
        data["pending"] = {"zone": ""}
        return Result(problem="onboarding/which_city")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take a place, or the yes to the clock."""
        candidate = self._candidate(tx, person, data)
        if choice == "yes" and candidate:
            person.zone = candidate
            data.pop("places", None)
            return Result(candidate)
        if choice == "no":
            data["pending"] = {"zone": ""}
            data.pop("places", None)
            return Result(problem="onboarding/which_city")
        if is_zone(choice):
            data["pending"] = {"zone": choice}
        return AGAIN

    def _candidate(self, tx: Tx, person: Person, data: Data) -> str:
        if "pending" in data:
            return str(data["pending"]["zone"])
        zones = tx.content.countries[person.country or ""].zones
        return zones[0] if len(zones) == 1 else ""

    @staticmethod
    def _place(tx: Tx, city: City) -> str:
        country = tx.content.countries.get(city.country)
        return f"{city.name}, {country.name if country else city.country}"


def located(data: Data, latitude: float, longitude: float) -> Result:
    """Take a shared location: the nearest listed city's zone, to be confirmed by its clock."""
    try:
        data["pending"] = {"zone": nearest_zone(latitude, longitude).zone}
    except ValueError:
        return Result(problem="onboarding/no_city", details={"typed": "that place"})
    return AGAIN


class NameQuestion(Special):
    """What to call somebody."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer the name Telegram shows."""
        del data
        name = tx.vault.read(person, "first_name")
        if not name:
            return []
        words = tx.content.buttons(person.locale)
        return [[words.button("ob.pick", "name", "same", label="ob.name.same", name=name)]]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Take a typed name."""
        del data
        name = " ".join(text.split())
        if not 1 <= len(name) <= LONGEST_NAME or "http" in name.casefold():
            return Result(problem="onboarding/name_length")
        tx.vault.seal(person, first_name=name)
        return Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Keep the name Telegram shows."""
        del data
        return Result(choice) if choice == "same" and person.first_name else AGAIN


class MedicineQuestion(Special):
    """Which medicine; anything but an exact name is read back."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say which medicines are known already."""
        del person
        return {"have": [tx.content.drugs[m["drug"]].name for m in _medicines(data)]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer what may have been meant."""
        words = tx.content.buttons(person.locale)
        return [
            [words.saying(tx.content.drugs[drug].name, "ob.pick", "medicine", drug)]
            for drug in data.get("pending") or []
        ]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a name; a near one is asked about, a stranger is said to be one."""
        found = find_drug(text[:80], tx.content.drugs)
        if found.drug is not None and found.exact:
            return self.tapped(tx, person, data, found.drug.id)
        near: list[Drug] = ([found.drug] if found.drug else []) + list(found.alternatives)
        data["pending"] = [drug.id for drug in near][:MOST_CHOICES]
        if data["pending"]:
            return Result(problem="onboarding/which_medicine", details={"typed": text[:60]})
        del data["pending"]
        return Result(problem="onboarding/no_medicine", details={"typed": text[:60]})

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take the medicine; its doses are asked next."""
        del person
        if choice not in tx.content.drugs:
            return AGAIN
        others = [m for m in _medicines(data) if m["drug"] != choice]
        data["medicines"] = [*others, {"drug": choice, "doses": []}]
        return Result(choice)


class DosesQuestion(Special):
    """What is taken today, typed and read back like a pharmacist would."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Name the medicine, and read the doses back once they are understood."""
        del person
        drug = tx.content.drugs[_medicines(data)[-1]["drug"]]
        read = [(time.fromisoformat(w), Decimal(mg)) for w, mg in data.get("pending") or []]
        return {"drug": drug.name, "read": read, "daily": sum((mg for _, mg in read), Decimal(0))}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Ask whether the reading is right."""
        return _pick(tx, person, "doses", "yes", "again") if data.get("pending") else []

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read amounts and times; what is unclear is asked, never guessed."""
        if data.get("pending") and text.strip().casefold() in {"yes", "y", "right", "ok"}:
            return self.tapped(tx, person, data, "yes")
        data.pop("pending", None)
        drug = tx.content.drugs[_medicines(data)[-1]["drug"]]
        try:
            doses = read_doses(text, max_daily_mg=drug.max_daily_mg)
        except PlanLineError as error:
            return line_problem(error)
        data["pending"] = [[wall.isoformat(), str(mg)] for wall, mg in doses]
        return AGAIN

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take what was read back."""
        del tx, person
        if choice == "yes" and data.get("pending"):
            _medicines(data)[-1]["doses"] = data["pending"]
            return Result("yes")
        data.pop("pending", None)
        return AGAIN


class MoreQuestion(Special):
    """Another medicine, or that is all."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Say which medicines are known."""
        del person
        return {"have": [tx.content.drugs[m["drug"]].name for m in _medicines(data)]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer both."""
        del data
        return _pick(tx, person, "more", "all", "add")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Understand yes and no."""
        word = text.strip().casefold()
        if word in {"no", "that's all", "thats all", "all", "done"}:
            return self.tapped(tx, person, data, "all")
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Go on, or back to the medicine question."""
        del tx, person, data
        if choice == "add":
            return Result("add", goto="medicine")
        return Result("all") if choice == "all" else AGAIN


class StepsQuestion(Special):
    """Dated changes as the prescriber gave them, typed as lines."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Show an example with the patient's own medicine, and no amount of our own."""
        drugs = [tx.content.drugs[m["drug"]].name for m in _medicines(data)]
        del person
        return {"several": len(drugs) > 1, "drug": drugs[0]}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer to have none yet."""
        del data
        return _pick(tx, person, "steps", "none")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the lines; the first unclear place is named."""
        names, limits = _medicine_names(tx, data)
        today = local_day(tx.now, person.zone or "UTC")
        try:
            steps = read_steps(text, today=today, medicines=names, max_daily_mg=limits)
        except PlanLineError as error:
            return line_problem(error)
        data["steps"] = [
            {
                "on": step.starts.isoformat(),
                "drug": step.medicine,
                "doses": [[wall.isoformat(), str(mg)] for wall, mg in step.doses],
            }
            for step in steps
        ]
        return Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """No dated changes."""
        del tx, person
        if choice != "none":
            return AGAIN
        data["steps"] = []
        return Result("none")


class ConfirmQuestion(Special):
    """The whole plan read back; confirmed as the prescriber's, or not yet (D9)."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Read everything back, line by line."""
        patient = query.patient_of(tx.session, person)
        intake = tx.json(patient, "intake") if patient else {}
        return plans.read_back(tx, data) | {
            "prescriber": intake.get("prescriber") or "",
            "asks_when": bool(data.get("pending")),
        }

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Ask for the agreement, and then for its day."""
        if data.get("pending"):
            return _pick(tx, person, "confirm", "today", "week")
        patient = query.patient_of(tx.session, person)
        has_prescriber = bool(patient and tx.json(patient, "intake").get("prescriber"))
        choices = ("yes", "not_yet", "wrong") if has_prescriber else ("not_yet", "wrong")
        return _pick(tx, person, "confirm", *choices)

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read the day of the agreement."""
        if not data.get("pending"):
            return Result(problem="onboarding/use_buttons")
        today = local_day(tx.now, person.zone or "UTC")
        day = plans.read_past_day(text, today)
        if day is None:
            return Result(problem="onboarding/which_day")
        return self._confirmed(data, day)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take yes (then its day), not yet, or a correction."""
        if choice == "wrong":
            data["medicines"] = []
            data.pop("pending", None)
            return Result("wrong", goto="medicine")
        if choice == "yes":
            data["pending"] = {"asks": "when"}
            return AGAIN
        if choice == "not_yet":
            data["confirmed"] = None
            return Result("not_yet")
        today = local_day(tx.now, person.zone or "UTC")
        if choice == "today" and data.get("pending"):
            return self._confirmed(data, today)
        if choice == "week" and data.get("pending"):
            return Result(problem="onboarding/which_day")
        return AGAIN

    @staticmethod
    def _confirmed(data: Data, day: date) -> Result:
        data["confirmed"] = day.isoformat()
        return Result("yes")


class CheckInTime(Special):
    """When the daily check-in comes."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer some evening times."""
        del data
        words = tx.content.buttons(person.locale)
        times = ("18:00", "19:00", "20:00", "21:00")
        row = [words.saying(one, "ob.pick", "checkin_at", one.replace(":", "")) for one in times]
        return [row]

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Read a clock time."""
        del data
        wall = read_wall(text.strip())
        if wall is None:
            return Result(problem="onboarding/which_time", details={"typed": text[:40]})
        return self._take(tx, person, wall)

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Take a tapped time."""
        del data
        try:
            wall = datetime.strptime(choice, "%H%M").time()  # noqa: DTZ007 (a wall time has no zone)
        except ValueError:
            return AGAIN
        return self._take(tx, person, wall)

    @staticmethod
    def _take(tx: Tx, person: Person, wall: time) -> Result:
        plans.set_checkin_time(tx, person, wall)
        return Result(wall.isoformat())


class CaregiverQuestion(Special):
    """Whom to tell. Nobody is shut out for want of a caregiver (D9)."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Know whether the name or the sharing is being asked."""
        del tx, person
        return {
            "stage": (data.get("pending") or {}).get("stage", "ask"),
            "who": (data.get("pending") or {}).get("who", ""),
        }

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer to invite; then ask what they may see."""
        stage = (data.get("pending") or {}).get("stage", "ask")
        if stage == "ask":
            return _pick(tx, person, "caregiver", "invite", "later")
        if stage == "share":
            return _pick(tx, person, "caregiver", "words", "alerts")
        return []

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Take the caregiver's name."""
        del tx, person
        if (data.get("pending") or {}).get("stage") != "name":
            return Result(problem="onboarding/use_buttons")
        who = " ".join(text.split())[:LONGEST_NAME]
        data["pending"] = {"stage": "share", "who": who}
        return AGAIN

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Move through name and sharing to the invitation."""
        pending = data.get("pending") or {}
        if choice == "later":
            return Result("later")
        if choice == "invite":
            data["pending"] = {"stage": "name"}
            return AGAIN
        if choice in {"words", "alerts"} and pending.get("stage") == "share":
            caregivers.invite(tx, person, pending["who"], shares_words=choice == "words")
            return Result("invite")
        return AGAIN


def line_problem(error: PlanLineError) -> Result:
    """Return the kind answer to a typed line that was not understood."""
    return Result(
        problem="plans/line_problem",
        details={
            "code": error.code.value,
            "line": error.line,
            "found": error.found,
            "expected": error.expected,
        },
    )


def _medicines(data: Data) -> list[Data]:
    found: list[Data] = data.setdefault("medicines", [])
    return found


def _medicine_names(tx: Tx, data: Data) -> tuple[dict[str, str], dict[str, Decimal]]:
    drugs = [tx.content.drugs[m["drug"]] for m in _medicines(data)]
    names = {name: drug.id for drug in drugs for name in drug.names}
    return names, {drug.id: drug.max_daily_mg for drug in drugs}


SPECIAL: Final[dict[str, Special]] = {
    "language": Language(),
    "consent": ConsentQuestion(),
    "country": CountryQuestion(),
    "zone": ZoneQuestion(),
    "name": NameQuestion(),
    "medicine": MedicineQuestion(),
    "doses": DosesQuestion(),
    "more": MoreQuestion(),
    "steps": StepsQuestion(),
    "confirm": ConfirmQuestion(),
    "checkin_at": CheckInTime(),
    "caregiver": CaregiverQuestion(),
}
__all__ = ["SPECIAL", "Result", "Special", "located", "outbox"]
