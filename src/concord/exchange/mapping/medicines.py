"""Orders, reports, fills and doses: what a person was to take, and did."""

from __future__ import annotations

from datetime import datetime

import msgspec

from concord.exchange import fhir
from concord.exchange.mapping.context import Context, Item, digest, line_of
from concord.exchange.mapping.dosage import (
    dosages,
    first_start,
    last_end,
    read_in_words,
    supply,
)
from concord.exchange.mapping.values import codes, day, days, quantity, words
from concord.exchange.problems import LeftError, Place
from concord.record.model import (
    Change,
    ChangeKind,
    Dispensing,
    Dosage,
    DoseEvent,
    Indication,
    LineKind,
    MedicationLine,
    Medicine,
    Party,
    Supply,
    Taken,
)
from concord.terms import PartialDate, encode_hook

_ORDERS = {"order", "original-order", "reflex-order", "filler-order", "instance-order"}
_LEFT_ORDERS = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled before it began",
    "draft": "a draft, not yet an order",
}
_LEFT_REPORTS = {
    "entered-in-error": "entered in error",
    "intended": "intended, not begun",
}
_LEFT_FILLS = {
    "entered-in-error": "entered in error",
    "cancelled": "cancelled, nothing was handed over",
    "declined": "declined, nothing was handed over",
    "preparation": "not handed over yet",
    "in-progress": "not handed over yet",
    "on-hold": "on hold, nothing was handed over",
    "stopped": "stopped before it was handed over",
}
_LEFT_DOSES = {
    "entered-in-error": "entered in error",
    "in-progress": "not finished",
    "on-hold": "on hold, not finished",
    "stopped": "stopped in the middle, so the dose is not known",
}
_STATEMENT_TAKEN = {
    "active": Taken.TAKEN,
    "completed": Taken.TAKEN,
    "not-taken": Taken.NOT_TAKEN,
}
_DOSE_TAKEN = {"completed": Taken.TAKEN, "not-done": Taken.NOT_TAKEN}


# --- which medicine ---------------------------------------------------------------


def medicine_of(given: fhir.Medicinal, context: Context, place: Place) -> Medicine:
    """Return the medicine that is coded, contained, referred to, or only named.

    What is not recognised stays as it is written.
    """
    concept, element = given.medication_codeable_concept, "medicationCodeableConcept"
    reference = given.medication_reference
    if concept is None and reference is not None:
        element = "medicationReference"
        target = context.medication(reference, given.contained)
        if target is not None:
            concept = target.code
            if not words(concept) and not codes(concept):
                return _from_parts(target, context, place)
        elif reference.display:
            concept = fhir.Concept(text=reference.display)
        else:
            place.note(
                element,
                "a reference to a Medication that is not in the input",
                "the Medication itself, or its name",
                "export it with its medications; this medicine was left out",
            )
            raise LeftError("its medication is not in the input")
    text, all_ = words(concept), codes(concept)
    if not text and not all_:
        place.note(
            element,
            "neither a code nor words",
            "a code (RxNorm, NDC, ATC) or a name",
            "add it at the source; this medicine was left out",
        )
        raise LeftError("no code and no words")
    medicine, trouble = context.recogniser.medicine(text, all_)
    if trouble:
        place.note(
            element,
            trouble,
            "one medicine",
            "ask which one is meant; nothing was guessed",
        )
    return medicine


def _from_parts(target: fhir.Medication, context: Context, place: Place) -> Medicine:
    """Return a medicine that is told by its ingredients only."""
    told = [i.item_codeable_concept for i in target.ingredient]
    found = [context.recogniser.medicine(words(c), codes(c))[0] for c in told if c]
    if not found or any(not m.text for m in found):
        place.note(
            "medicationReference",
            "a Medication with neither a code, words nor ingredients",
            "a code (RxNorm, NDC, ATC) or a name",
            "add it at the source; this medicine was left out",
        )
        raise LeftError("no code and no words")
    complete = all(m.ingredients for m in found)
    return Medicine(
        text=" / ".join(m.text for m in found),
        ingredients=tuple(i for m in found for i in m.ingredients) if complete else (),
        form=words(target.form),
        recognised_by=found[0].recognised_by if complete else None,
    )


def _indications(
    concepts: tuple[fhir.Concept, ...],
    references: tuple[fhir.Reference, ...],
    context: Context,
) -> tuple[Indication, ...]:
    told = [
        Indication(text=words(c), codes=codes(c))
        for c in concepts
        if words(c) or codes(c)
    ]
    for reference in references:
        line = context.line_of(reference)
        target = context.target(reference)
        text = reference.display
        if target is not None and target.kind == "Condition":
            try:
                code = msgspec.convert(target.content, fhir.Condition).code
            except msgspec.ValidationError:
                code = None
            told.append(
                Indication(text=text or words(code), codes=codes(code), condition=line)
            )
        elif text or (line and line.startswith("Condition/")):
            told.append(Indication(text=text, condition=line))
    return tuple(told)


# --- changes ----------------------------------------------------------------------


class _Changes:
    """The decisions that one resource tells of, in their order.

    An id is made of the line, the number, the kind and a digest of the content; not
    of when it was recorded, so the same decision exported again is the same change.
    The content is what was stated: what is read in its words is left out, so that a
    change stays the same when more words are understood.
    """

    def __init__(
        self,
        line: str,
        recorded_at: datetime,
        author: Party | None,
        medicine: Medicine,
    ) -> None:
        self._line = line
        self._recorded_at = recorded_at
        self._author = author
        self._medicine = medicine
        self._made: list[Change] = []

    def add(
        self,
        kind: ChangeKind,
        effective: PartialDate | None,
        dosage: tuple[Dosage, ...] = (),
        reason: str | None = None,
    ) -> None:
        stated = msgspec.to_builtins((effective, dosage, reason), enc_hook=encode_hook)
        # The number keeps a hold behind the start of the same moment.
        place = f"{len(self._made) + 1}-{kind}"
        self._made.append(
            Change(
                id=f"{self._line}:{place}:{digest(stated)}",
                kind=kind,
                recorded_at=self._recorded_at,
                effective=effective,
                dosage=read_in_words(dosage, self._medicine),
                author=self._author,
                reason=reason,
            )
        )

    def all(self) -> tuple[Change, ...]:
        return tuple(self._made)


# --- orders and reports -----------------------------------------------------------


def order(
    given: fhir.MedicationRequest, item: Item, context: Context, place: Place
) -> MedicationLine:
    """Return an order; or what a person said they take, where it is marked as said."""
    said = bool(given.reported_boolean) or given.reported_reference is not None
    if given.do_not_perform:
        raise LeftError("says that the medicine is not to be taken")
    if given.status in _LEFT_ORDERS:
        raise LeftError(_LEFT_ORDERS[given.status])
    if given.intent not in _ORDERS and not (said and given.intent == "plan"):
        known = given.intent in ("proposal", "plan", "option")
        raise LeftError(f"{given.intent}, not an order" if known else "no known intent")
    medicine = medicine_of(given, context, place)
    dosage = dosages(given.dosage_instruction, "dosageInstruction", place)
    authored = day(given.authored_on, "authoredOn", place)
    start = first_start(dosage) or authored
    author = context.party(given.requester)
    recorded = context.recorded(given.meta, authored)
    changes = _Changes(item.line, recorded, author, medicine)
    changes.add(ChangeKind.STARTED, start, dosage)
    reason = words(given.status_reason)
    match given.status:
        case "active":
            pass
        case "on-hold":
            changes.add(ChangeKind.HELD, None, reason=reason)
        case "stopped" | "completed":
            end = last_end(dosage, given.dispense_request, place)
            changes.add(ChangeKind.STOPPED, end, reason=reason)
        case _:
            _unknown_status(place)
    requester = given.requester.reference if given.requester else None
    return MedicationLine(
        **line_of(item, given.meta, context),
        medicine=medicine,
        kind=LineKind.REPORT if said else LineKind.ORDER,
        indications=_indications(given.reason_code, given.reason_reference, context),
        prescriber=None if said else author,
        supply=supply(given.dispense_request, place),
        over_the_counter=said and "Patient/" in (requester or ""),
        replaces=context.line_of(given.prior_prescription),
        changes=changes.all(),
    )


def _unknown_status(place: Place) -> None:
    place.note(
        "status",
        "no status or one that says nothing",
        "active, on-hold, stopped or completed",
        "ask whether it is still taken; it was read as current",
    )


def report(
    given: fhir.MedicationStatement, item: Item, context: Context, place: Place
) -> MedicationLine:
    """Return what somebody said that the person takes, or does not take."""
    if given.status in _LEFT_REPORTS:
        raise LeftError(_LEFT_REPORTS[given.status])
    medicine = medicine_of(given, context, place)
    dosage = dosages(given.dosage, "dosage", place)
    asserted = day(given.date_asserted, "dateAsserted", place)
    span = given.effective_period
    start = day(given.effective_date_time, "effectiveDateTime", place) or first_start(
        dosage
    )
    end = None
    if span is not None:
        start = day(span.start, "effectivePeriod.start", place) or start
        end = day(span.end, "effectivePeriod.end", place)
    author = context.party(given.information_source)
    recorded = context.recorded(given.meta, asserted, start)
    reason = next((t for c in given.status_reason if (t := words(c))), None)
    changes = _Changes(item.line, recorded, author, medicine)
    changes.add(ChangeKind.STARTED, start, dosage)
    match given.status:
        case "active" | "not-taken":
            pass
        case "on-hold":
            changes.add(ChangeKind.HELD, None, reason=reason)
        case "stopped" | "completed":
            changes.add(ChangeKind.STOPPED, end, reason=reason)
        case _:
            _unknown_status(place)
    taken = _STATEMENT_TAKEN.get(given.status or "", Taken.NOT_LOGGED)
    return MedicationLine(
        **line_of(item, given.meta, context),
        medicine=medicine,
        kind=LineKind.REPORT,
        indications=_indications(given.reason_code, given.reason_reference, context),
        taken=taken,
        not_taken_reason=reason if taken is Taken.NOT_TAKEN else None,
        changes=changes.all(),
    )


# --- fills and doses --------------------------------------------------------------


def fill(
    given: fhir.MedicationDispense, item: Item, context: Context, place: Place
) -> Dispensing:
    """Return a fill that was handed over."""
    if given.status in _LEFT_FILLS:
        raise LeftError(_LEFT_FILLS[given.status])
    return Dispensing(
        **line_of(item, given.meta, context),
        medicine=medicine_of(given, context, place),
        on=day(given.when_handed_over, "whenHandedOver", place)
        or day(given.when_prepared, "whenPrepared", place),
        supply=Supply(
            quantity=quantity(given.quantity, "quantity", place),
            days=days(given.days_supply, "daysSupply", place),
        ),
        order=next((context.line_of(r) for r in given.authorizing_prescription), None),
        pharmacy=next(
            (context.party(p.actor) for p in given.performer if p.actor), None
        ),
    )


def dose_event(
    given: fhir.MedicationAdministration, item: Item, context: Context, place: Place
) -> DoseEvent:
    """Return a dose that was given, or was not as somebody said."""
    if given.status in _LEFT_DOSES:
        raise LeftError(_LEFT_DOSES[given.status])
    span = given.effective_period
    taken = _DOSE_TAKEN.get(given.status or "", Taken.NOT_LOGGED)
    reason = next((t for c in given.status_reason if (t := words(c))), None)
    return DoseEvent(
        **line_of(item, given.meta, context),
        medicine=medicine_of(given, context, place),
        at=day(given.effective_date_time, "effectiveDateTime", place)
        or (day(span.start, "effectivePeriod.start", place) if span else None),
        taken=taken,
        dose=quantity(
            given.dosage.dose if given.dosage else None, "dosage.dose", place
        ),
        order=context.line_of(given.request),
        reason=reason,
    )
