"""Questions of joining about the person: consent, place, time, name, who to tell."""

from datetime import datetime, time
from typing import Final

from actions import caregivers, plans
from actions.intake_base import (
    AGAIN,
    LONGEST_NAME,
    MOST_CHOICES,
    Data,
    Result,
    Special,
    first_name_in,
    pick,
)
from actions.tx import Tx
from bot.content.buttons import Keyboard
from bot.content.countries import City, common_first, find_city, find_country, nearest_zone
from bot.content.render import clock
from care.localtime import is_zone, local
from care.walltime import read_wall
from store.models import Consent, Patient, Person
from store.queries import people as query

CONSENT_VERSION: Final = "2026-11"


class Language(Special):
    """English only, said plainly in Spanish too."""

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer the languages whose texts are complete."""
        del data
        return pick(tx, person, "language", "en")

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
        return pick(tx, person, "consent", "agree", "minor", "proxy", "no")

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
        zone = self.candidate(tx, person, data)
        return {"time": clock(local(tx.now, zone)) if zone else "", "zone": zone or ""}

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer yes and no for a candidate, else the places of the country."""
        if self.candidate(tx, person, data):
            return [[row[0] for row in pick(tx, person, "zone", "yes", "no")]]
        words = tx.content.buttons(person.locale)
        places = data.get("places") or [
            (zone.rsplit("/", 1)[-1].replace("_", " "), zone)
            for zone in tx.content.countries[person.country or ""].zones
        ]
        buttons = [
            words.saying(name, "ob.pick", "zone", zone) for name, zone in places[: MOST_CHOICES * 2]
        ]
        return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]

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
        candidate = self.candidate(tx, person, data)
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

    def candidate(self, tx: Tx, person: Person, data: Data) -> str:
        """Return the zone whose clock is to be confirmed, empty when there is none yet."""
        if "pending" in data:
            return str(data["pending"]["zone"])
        zones = tx.content.countries[person.country or ""].zones
        return zones[0] if len(zones) == 1 else ""

    @staticmethod
    def _place(tx: Tx, city: City) -> str:
        country = tx.content.countries.get(city.country)
        return f"{city.name}, {country.name if country else city.country}"


def has_candidate(tx: Tx, person: Person, data: Data) -> bool:
    """Whether the time zone question already has a clock to show."""
    return bool(ZONE.candidate(tx, person, data))


def located(data: Data, latitude: float, longitude: float) -> Result:
    """Take a shared location: the nearest listed city's zone, to be confirmed by its clock."""
    try:
        data["pending"] = {"zone": nearest_zone(latitude, longitude).zone}
    except ValueError:
        return Result(problem="onboarding/no_city", details={"typed": "that place"})
    return AGAIN


ZONE = ZoneQuestion()


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
        name = first_name_in(text)
        if not 1 <= len(name) <= LONGEST_NAME or "http" in name.casefold():
            return Result(problem="onboarding/name_length")
        tx.vault.seal(person, first_name=name)
        return Result("typed")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Keep the name Telegram shows."""
        del tx, data
        return Result(choice) if choice == "same" and person.first_name else AGAIN


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
            return pick(tx, person, "caregiver", "invite", "later")
        if stage == "share":
            return pick(tx, person, "caregiver", "words", "alerts")
        return []

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Take the caregiver's name."""
        del tx, person
        if (data.get("pending") or {}).get("stage") != "name":
            return Result(problem="onboarding/use_buttons")
        who = first_name_in(text)
        if not 1 <= len(who) <= LONGEST_NAME:
            return Result(problem="onboarding/name_length")
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
