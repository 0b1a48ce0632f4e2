"""A line of a record in words and typed values, so that old and new can be compared.

The template shows each value through the one formatter; nothing is formatted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from concord.record import model as rec
from concord.record.agreed import Entry
from concord.record.fold import state_on
from concord.terms import Code, Period, Value

# A fact's `how` names the filter that shows it.
TEXT, DAY, AMOUNT, MEDICINE, DIRECTIONS = "text", "day", "amount", "medicine", "doses"

KINDS = {
    "person": "Who the person is",
    "medications": "Medicines",
    "dispensings": "Fills",
    "dose_events": "Doses logged",
    "conditions": "Conditions",
    "allergies": "Allergies",
    "observations": "Results",
    "responses": "Questionnaires",
    "encounters": "Visits and stays",
    "procedures": "Procedures",
    "goals": "Goals",
    "plans": "Plans of care",
    "therapies": "Therapies",
    "settings": "Changes of setting",
    "legal_bases": "Legal basis of treatment",
    "proxies": "People who may act for the person",
    "consents": "Consents",
    "practitioners": "Care team",
    "organisations": "Clinics and other bodies",
    "reconciliations": "The list gone through",
    "overrides": "Dates set by a prescriber",
}
SETTINGS = {
    rec.SettingKind.ADMITTED: "Admitted to hospital",
    rec.SettingKind.DISCHARGED: "Discharged from hospital",
    rec.SettingKind.IN_CUSTODY: "In custody",
    rec.SettingKind.RELEASED: "Released from custody",
    rec.SettingKind.IN_SHELTER: "In a shelter",
    rec.SettingKind.HOME: "At home again",
}
STATUSES = {
    rec.ConditionStatus.ACTIVE: "present",
    rec.ConditionStatus.INACTIVE: "not present now (in remission)",
    rec.ConditionStatus.RESOLVED: "over",
    rec.ConditionStatus.UNKNOWN: "not known",
}
_TAKEN = {
    rec.Taken.TAKEN: "taken",
    rec.Taken.NOT_TAKEN: "not taken, as somebody said",
    rec.Taken.NOT_LOGGED: "not logged",
}


class Fact(Value, frozen=True, kw_only=True):
    """One thing that a line says: what it is called, and its value as it is."""

    label: str
    value: Any
    how: str = TEXT


class Told(Value, frozen=True, kw_only=True):
    """A line as it is shown: its name, and what it says."""

    kind: str
    line: str
    title: Fact
    facts: tuple[Fact, ...]
    recognised: bool | None = None


class Compared(Value, frozen=True, kw_only=True):
    """One thing that a line said before, and what it says now."""

    label: str
    before: Fact | None
    after: Fact | None


def told(kind: str, line: rec.Line, as_of: date) -> Told:
    """Return a line in words; `recognised` only where a medicine is named."""
    describe = _DESCRIBE.get(kind, _other)
    title, *facts = [f for f in describe(line, as_of) if f.value not in (None, "", ())]
    return Told(
        kind=kind,
        line=getattr(line, "id", ""),
        title=title,
        facts=tuple(facts),
        recognised=_recognised(line),
    )


def compared(
    kind: str, before: rec.Line, after: rec.Line, as_of: date
) -> tuple[Compared, ...]:
    """Return what differs between two versions of a line, by what it is called."""
    was, now = told(kind, before, as_of), told(kind, after, as_of)
    old = {f.label: f for f in (was.title, *was.facts)}
    new = {f.label: f for f in (now.title, *now.facts)}
    labels = dict.fromkeys((*old, *new))
    found = [
        Compared(label=label, before=old.get(label), after=new.get(label))
        for label in labels
        if _value(old.get(label)) != _value(new.get(label))
    ]
    if found:
        return tuple(found)
    # What differs is not among what is shown: its version or a detail of its coding.
    detail = "Details of its coding"
    return (
        Compared(
            label=detail,
            before=Fact(label=detail, value="as they were"),
            after=Fact(label=detail, value="as the file has them"),
        ),
    )


def _value(fact: Fact | None) -> Any:
    if fact is None:
        return None
    if fact.how == DIRECTIONS:
        return fact.value.state.dosage
    if fact.how == MEDICINE:
        medicine = fact.value
        return (medicine.text, medicine.ingredients, medicine.form, medicine.release)
    return fact.value


def _recognised(line: rec.Line) -> bool | None:
    if isinstance(line, rec.Allergy):
        return None if line.none_known else bool(line.ingredients)
    medicine = getattr(line, "medicine", None)
    return None if medicine is None else bool(medicine.ingredients)


# --- each kind of line ------------------------------------------------------------


def _person(line: rec.Person, _: date) -> Iterator[Fact]:
    yield Fact(label="Name", value=", ".join(n.text for n in line.names) or "Not given")
    yield Fact(label="Birth date", value=line.birth, how=DAY)
    yield Fact(label="Sex", value=line.sex.value)
    yield Fact(
        label="Identifiers",
        value=", ".join(
            f"{i.value} ({i.system})" if i.system else i.value for i in line.identifiers
        ),
    )
    yield Fact(label="Pronouns", value=line.pronouns)
    yield Fact(label="Languages", value=", ".join(line.languages))
    yield Fact(label="Died", value=line.died, how=DAY)


def _medication(line: rec.MedicationLine, as_of: date) -> Iterator[Fact]:
    state = state_on(line.changes, as_of)
    entry = Entry(line=line, state=state)
    yield Fact(label="Medicine", value=line.medicine, how=MEDICINE)
    if state.dosage:
        yield Fact(label="How it is taken", value=entry, how=DIRECTIONS)
    yield Fact(label="On the list as", value=state.status.value)
    yield Fact(label="Since", value=state.since, how=DAY)
    yield Fact(label="Stopped", value=state.ended, how=DAY)
    yield Fact(
        label="For", value=", ".join(_words(i.text, i.codes) for i in line.indications)
    )
    yield Fact(
        label="Prescriber", value=line.prescriber.name if line.prescriber else None
    )
    yield Fact(
        label="Told by",
        value="a prescription" if line.kind is rec.LineKind.ORDER else "a report",
    )
    if line.taken is not rec.Taken.NOT_LOGGED:
        yield Fact(label="Taken", value=_TAKEN[line.taken])


def _dispensing(line: rec.Dispensing, _: date) -> Iterator[Fact]:
    yield Fact(label="Medicine", value=line.medicine, how=MEDICINE)
    yield Fact(label="Filled", value=line.on, how=DAY)
    yield Fact(label="Amount", value=line.supply.quantity, how=AMOUNT)
    days = line.supply.days
    yield Fact(label="Days of supply", value=None if days is None else f"{days:f}")


def _dose_event(line: rec.DoseEvent, _: date) -> Iterator[Fact]:
    yield Fact(label="Medicine", value=line.medicine, how=MEDICINE)
    yield Fact(label="On", value=line.at, how=DAY)
    yield Fact(label="Taken", value=_TAKEN[line.taken])
    yield Fact(label="Dose", value=line.dose, how=AMOUNT)


def _condition(line: rec.Condition, _: date) -> Iterator[Fact]:
    yield Fact(label="Condition", value=_words(line.text, line.codes))
    yield Fact(label="State", value=STATUSES[line.status])
    yield Fact(label="Since", value=line.onset, how=DAY)
    yield Fact(label="Until", value=line.abated, how=DAY)
    if line.refuted:
        yield Fact(label="Refuted", value="found not to be so")
    yield Fact(label="Code", value=_codes(line.codes))


def _allergy(line: rec.Allergy, _: date) -> Iterator[Fact]:
    if line.none_known:
        yield Fact(label="Allergy", value="No known allergies")
        return
    yield Fact(label="Allergy", value=_words(line.text, line.codes))
    yield Fact(label="Reaction", value=", ".join(line.reactions))
    yield Fact(label="Kind", value=line.kind)
    yield Fact(label="How grave it can be", value=line.criticality)
    if not line.active:
        yield Fact(label="State", value="no longer present")
    if line.refuted:
        yield Fact(label="Refuted", value="found not to be so")


def _observation(line: rec.Observation, _: date) -> Iterator[Fact]:
    yield Fact(label="Result of", value=_words(line.text, line.codes))
    yield Fact(label="Value", value=line.quantity, how=AMOUNT)
    answers = ", ".join(c.display or c.code for c in line.coded)
    yield Fact(label="Answer", value=line.value_text or answers)
    for part in line.components:
        label = _words(None, part.codes)
        yield Fact(label=label, value=part.quantity, how=AMOUNT)
        yield Fact(label=label, value=part.text)
    yield Fact(label="On", value=line.at, how=DAY)
    if line.preliminary:
        yield Fact(label="State", value="not final")


def _response(line: rec.Response, _: date) -> Iterator[Fact]:
    yield Fact(label="Questionnaire", value=line.questionnaire or "Not named")
    yield Fact(label="Answers", value=str(len(line.answers)))
    yield Fact(label="On", value=line.at, how=DAY)


def _encounter(line: rec.Encounter, _: date) -> Iterator[Fact]:
    yield Fact(label="Visit", value=_words(line.kind, line.codes))
    yield from _period(line.period)


def _setting(line: rec.SettingEvent, _: date) -> Iterator[Fact]:
    yield Fact(label="Setting", value=SETTINGS[line.kind])
    yield Fact(label="On", value=line.on, how=DAY)


def _procedure(line: rec.Procedure, _: date) -> Iterator[Fact]:
    yield Fact(label="Procedure", value=_words(line.text, line.codes))
    yield from _period(line.at)
    if not line.done:
        yield Fact(label="State", value="not done")


def _other(line: rec.Line, _: date) -> Iterator[Fact]:
    """Yield what any other line says: its words, its state and its dates."""
    words = getattr(line, "text", None) or getattr(line, "name", None)
    codes = getattr(line, "codes", ())
    yield Fact(label="Name", value=_words(words, codes))
    for label, field in (("State", "status"), ("Scope", "scope")):
        yield Fact(label=label, value=getattr(line, field, None))
    roles: tuple[str, ...] = getattr(line, "roles", ())
    yield Fact(label="Role", value=", ".join(roles))
    yield Fact(label="On", value=getattr(line, "on", None), how=DAY)
    yield from _period(getattr(line, "period", None))


def _period(period: Period | None) -> Iterator[Fact]:
    if period is not None:
        yield Fact(label="From", value=period.start, how=DAY)
        yield Fact(label="To", value=period.end, how=DAY)


def _words(text: str | None, codes: tuple[Code, ...]) -> str:
    if text:
        return text
    named = next((c.display for c in codes if c.display), None)
    return named or (f"code {codes[0].code}" if codes else "Not named")


def _codes(codes: tuple[Code, ...]) -> str:
    return ", ".join(c.code for c in codes)


_Describe = Callable[[Any, date], Iterator[Fact]]
_DESCRIBE: dict[str, _Describe] = {
    "person": _person,
    "medications": _medication,
    "dispensings": _dispensing,
    "dose_events": _dose_event,
    "conditions": _condition,
    "allergies": _allergy,
    "observations": _observation,
    "responses": _response,
    "encounters": _encounter,
    "settings": _setting,
    "procedures": _procedure,
}
