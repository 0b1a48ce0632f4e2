"""Dosage instructions and supply: every amount as stated, none made up.

Where an instruction has words alone, they are kept, and read where they are understood
in full (`read_in_words`); what was read so is marked.
"""

from __future__ import annotations

from typing import Any

import msgspec

from concord.exchange import fhir
from concord.exchange.mapping.values import (
    day,
    days,
    duration,
    first_code,
    number,
    period,
    quantity,
    words,
)
from concord.exchange.problems import Place
from concord.record.model import AsNeeded, Dosage, Maximum, Medicine, Supply, Timing
from concord.terms import PartialDate, Period, Quantity
from concord.wording.parsing import Understood, parse
from concord.wording.vocabulary import ROUTES

# The words for a route that differ only by system; others stay as they are written.
_ROUTES = {
    "po": "oral",
    "by mouth": "oral",
    "orally": "oral",
    "im": "intramuscular",
    "iv": "intravenous",
    "sc": "subcutaneous",
    "sl": "sublingual",
}


def dosages(
    given: tuple[fhir.FhirDosage, ...], element: str, place: Place
) -> tuple[Dosage, ...]:
    """Return the instructions; one that says nothing at all is passed over."""
    found = (_dosage(d, f"{element}[{n}]", place) for n, d in enumerate(given))
    nothing = Dosage()
    return tuple(d for d in found if d != nothing)


def read_in_words(given: tuple[Dosage, ...], medicine: Medicine) -> tuple[Dosage, ...]:
    """Return the instructions, those of words alone with the fields that these state.

    Words count that are understood in full, and that the fields beside them (route, as
    needed, a most, dates) do not speak against; the others stay as they were stated.
    What was read is marked `read_from_text` and keeps its text.
    Of several instructions each must be a step of its own: two in words may be one in
    other words.
    """
    if len({dosage.sequence for dosage in given}) < len(given):
        return given
    found: list[Dosage] = []
    for stated in given:
        read = _read(stated, medicine)
        found += read if len(read) == 1 or len(given) == 1 else (stated,)
    return tuple(found)


def _read(stated: Dosage, medicine: Medicine) -> tuple[Dosage, ...]:
    if not stated.text or stated.dose or stated.dose_max or stated.timing:
        return (stated,)
    read = parse(stated.text, medicine)
    if not isinstance(read, Understood):
        return (stated,)
    alone = stated == Dosage(text=stated.text, sequence=stated.sequence)
    if len(read.dosages) > 1 and not alone:
        return (stated,)
    joined = [both for one in read.dosages if (both := _joined(stated, one))]
    return tuple(joined) if len(joined) == len(read.dosages) else (stated,)


def _joined(stated: Dosage, read: Dosage) -> Dosage | None:
    """Return what was read with what was stated beside it; `None` where they differ."""
    pairs = (
        (_named(stated.route), _named(read.route)),
        (_reason(stated), _reason(read)),
        (stated.maximum, read.maximum),
        (stated.bounds, read.bounds),
        (stated.lasts, read.lasts),
    )
    if any(a is not None and b is not None and a != b for a, b in pairs):
        return None
    reason = _reason(stated) or _reason(read)
    needed = AsNeeded(reason=reason) if stated.as_needed or read.as_needed else None
    return msgspec.structs.replace(
        read,
        text=stated.text,
        route=stated.route or read.route,
        as_needed=needed,
        maximum=stated.maximum or read.maximum,
        bounds=stated.bounds or read.bounds,
        lasts=stated.lasts or read.lasts,
        sequence=stated.sequence + read.sequence - 1,
        read_from_text=True,
    )


def _named(route: str | None) -> str | None:
    return ROUTES.get(route, route) if route else None


def _reason(dosage: Dosage) -> str | None:
    return dosage.as_needed.reason if dosage.as_needed else None


def _dosage(given: fhir.FhirDosage, element: str, place: Place) -> Dosage:
    dose, dose_max = _dose(given.dose_and_rate, f"{element}.doseAndRate", place)
    repeat = given.timing.repeat if given.timing else None
    at = f"{element}.timing.repeat"
    bounds: Period | None = None
    lasts = lasts_max = None
    if repeat is not None:
        bounds = period(repeat.bounds_period, f"{at}.boundsPeriod", place)
        lasts = duration(repeat.bounds_duration, f"{at}.boundsDuration", place)
        if repeat.bounds_range is not None:
            ends = repeat.bounds_range
            lasts = duration(ends.low, f"{at}.boundsRange.low", place)
            lasts_max = duration(ends.high, f"{at}.boundsRange.high", place)
    return Dosage(
        text=given.text or given.patient_instruction,
        dose=dose,
        dose_max=dose_max,
        route=_route(given.route),
        timing=_timing(given.timing, at, place),
        as_needed=_as_needed(given),
        maximum=_maximum(
            given.max_dose_per_period, f"{element}.maxDosePerPeriod", place
        ),
        sequence=_whole(given.sequence, f"{element}.sequence", place) or 1,
        bounds=bounds,
        lasts=lasts,
        lasts_max=lasts_max,
    )


def _dose(
    given: tuple[fhir.DoseAndRate, ...], element: str, place: Place
) -> tuple[Quantity | None, Quantity | None]:
    """Return the dose that was ordered (not the one calculated), and its upper end."""
    if not given:
        return None, None
    ordered = [n for n, d in enumerate(given) if first_code(d.type) == "ordered"]
    place_in = ordered[0] if ordered else 0
    chosen, at = given[place_in], f"{element}[{place_in}]"
    if chosen.dose_quantity is not None:
        return quantity(chosen.dose_quantity, f"{at}.doseQuantity", place), None
    if chosen.dose_range is not None:
        low = quantity(chosen.dose_range.low, f"{at}.doseRange.low", place)
        high = quantity(chosen.dose_range.high, f"{at}.doseRange.high", place)
        return low, high
    return None, None


def _timing(given: fhir.FhirTiming | None, element: str, place: Place) -> Timing | None:
    if given is None:
        return None
    values: dict[str, Any] = {"code": first_code(given.code) or words(given.code)}
    moments = (
        day(text, f"{element.removesuffix('.repeat')}.event[{n}]", place)
        for n, text in enumerate(given.event)
    )
    values["event"] = tuple(moment for moment in moments if moment is not None)
    repeat = given.repeat
    if repeat is not None:
        values |= {
            "frequency": _whole(repeat.frequency, f"{element}.frequency", place),
            "frequency_max": _whole(
                repeat.frequency_max, f"{element}.frequencyMax", place
            ),
            "period": number(repeat.period, f"{element}.period", place),
            "period_max": number(repeat.period_max, f"{element}.periodMax", place),
            "period_unit": repeat.period_unit,
            "times_of_day": tuple(t[:5] for t in repeat.time_of_day),
            "days_of_week": repeat.day_of_week,
            "when": repeat.when,
            "count": _whole(repeat.count, f"{element}.count", place),
            "count_max": _whole(repeat.count_max, f"{element}.countMax", place),
            "offset": _whole(repeat.offset, f"{element}.offset", place),
            "duration": number(repeat.duration, f"{element}.duration", place),
            "duration_max": number(
                repeat.duration_max, f"{element}.durationMax", place
            ),
            "duration_unit": repeat.duration_unit,
        }
    timing = Timing(**values)
    return None if timing == Timing() else timing


def _whole(value: int | None, element: str, place: Place) -> int | None:
    exact = number(value, element, place)
    if exact is None:
        return None
    if not 0 <= exact < 1_000_000:
        place.note(
            element,
            "a count that no direction has",
            "a whole number from 0",
            "correct the number; it was taken as not known",
        )
        return None
    return int(exact)


def _as_needed(given: fhir.FhirDosage) -> AsNeeded | None:
    if given.as_needed_codeable_concept is not None:
        return AsNeeded(reason=words(given.as_needed_codeable_concept))
    return AsNeeded() if given.as_needed_boolean else None


def _maximum(given: fhir.Ratio | None, element: str, place: Place) -> Maximum | None:
    if given is None:
        return None
    amount = quantity(given.numerator, f"{element}.numerator", place)
    within = duration(given.denominator, f"{element}.denominator", place)
    return Maximum(amount=amount, within=within) if amount and within else None


def _route(given: fhir.Concept | None) -> str | None:
    text = words(given) or first_code(given)
    if text is None:
        return None
    plain = text.casefold().removesuffix("(qualifier value)").strip()
    plain = plain.removesuffix(" use").removesuffix(" route").strip()
    return _ROUTES.get(plain, plain) or None


def supply(given: fhir.DispenseRequest | None, place: Place) -> Supply | None:
    """Return what an order supplies, `None` where it does not say."""
    if given is None:
        return None
    refills = _whole(
        given.number_of_repeats_allowed,
        "dispenseRequest.numberOfRepeatsAllowed",
        place,
    )
    told = Supply(
        quantity=quantity(given.quantity, "dispenseRequest.quantity", place),
        days=days(
            given.expected_supply_duration,
            "dispenseRequest.expectedSupplyDuration",
            place,
        ),
        refills=refills,
    )
    return None if told == Supply() else told


def first_start(found: tuple[Dosage, ...]) -> PartialDate | None:
    """Return the earliest day on which one of the instructions begins."""
    starts = [d.bounds.start for d in found if d.bounds and d.bounds.start]
    return min(starts, key=lambda s: s.order[0], default=None)


def last_end(
    found: tuple[Dosage, ...], request: fhir.DispenseRequest | None, place: Place
) -> PartialDate | None:
    """Return the day on which the instructions end, else the order's validity."""
    ends = [d.bounds.end for d in found if d.bounds and d.bounds.end]
    if ends:
        return max(ends, key=lambda e: e.order[0])
    validity = request.validity_period if request else None
    if validity is None:
        return None
    return day(validity.end, "dispenseRequest.validityPeriod.end", place)
