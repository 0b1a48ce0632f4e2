"""Conditions, allergies, observations, questionnaires, visits, procedures, plans."""

from __future__ import annotations

from collections.abc import Iterator

from concord.exchange import fhir
from concord.exchange.mapping.context import Context, Item, line_of
from concord.exchange.mapping.values import (
    all_codes,
    coded,
    codes,
    day,
    first_code,
    number,
    period,
    quantity,
    unit_of,
    words,
)
from concord.exchange.problems import LeftError, Place
from concord.record.model import (
    Allergy,
    Answer,
    Component,
    Condition,
    ConditionStatus,
    Encounter,
    Goal,
    Ingredient,
    Observation,
    Plan,
    Procedure,
    Response,
    SettingEvent,
    SettingKind,
    Source,
)
from concord.terms import Period, Quantity, System

ERROR = "entered-in-error"

_CONDITION = {
    "active": ConditionStatus.ACTIVE,
    "recurrence": ConditionStatus.ACTIVE,
    "relapse": ConditionStatus.ACTIVE,
    "inactive": ConditionStatus.INACTIVE,
    "remission": ConditionStatus.INACTIVE,
    "resolved": ConditionStatus.RESOLVED,
}
# SNOMED CT: no known allergy, no known drug allergy; and those that say nothing of
# medicines (food, environment).
_NONE_KNOWN = {"716186003", "409137002"}
_NONE_KNOWN_ELSE = {"429625007", "428607008"}
_NONE_KNOWN_WORDS = {
    "no known allergies",
    "no known allergy",
    "no known drug allergies",
    "no known drug allergy",
    "no known medication allergies",
    "nka",
    "nkda",
}
_INPATIENT = {"IMP", "ACUTE", "NONAC"}
# FHIR's and the older way to say how many points an answer is worth.
_POINTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)


def condition(
    given: fhir.Condition, item: Item, context: Context, place: Place
) -> Condition:
    """Return a condition with the codes and the status that it was given."""
    verification = first_code(given.verification_status)
    if verification == ERROR:
        raise LeftError("entered in error")
    text, all_ = words(given.code), codes(given.code)
    if not text and not all_:
        place.note(
            "code",
            "neither a code nor words",
            "what the condition is",
            "add it; the condition was left out",
        )
        raise LeftError("no code and no words")
    onset, ended = given.onset_period, given.abatement_period
    return Condition(
        **line_of(item, given.meta, context),
        text=text,
        codes=all_,
        status=_CONDITION.get(
            first_code(given.clinical_status) or "", ConditionStatus.UNKNOWN
        ),
        onset=day(given.onset_date_time, "onsetDateTime", place)
        or (day(onset.start, "onsetPeriod.start", place) if onset else None),
        abated=day(given.abatement_date_time, "abatementDateTime", place)
        or (day(ended.end, "abatementPeriod.end", place) if ended else None),
        refuted=verification == "refuted",
    )


def allergy(
    given: fhir.AllergyIntolerance, item: Item, context: Context, place: Place
) -> Allergy:
    """Return an allergy, its ingredient recognised where it is a medicine."""
    verification = first_code(given.verification_status)
    if verification == ERROR:
        raise LeftError("entered in error")
    text, all_ = words(given.code), codes(given.code)
    snomed = {c.code for c in all_ if c.system == System.SNOMED}
    if snomed & _NONE_KNOWN_ELSE:
        raise LeftError("says only that no food or other allergy is known")
    bare = " ".join((text or "").casefold().split())
    none_known = bool(snomed & _NONE_KNOWN) or bare in _NONE_KNOWN_WORDS
    substance = next((r.substance for r in given.reaction if r.substance), None)
    if not text and not all_:
        text, all_ = words(substance), codes(substance)
    if not text and not all_:
        place.note(
            "code",
            "neither a code nor words",
            "what the allergy is to",
            "add it; the allergy was left out",
        )
        raise LeftError("no code and no words")
    ingredients: tuple[Ingredient, ...] = ()
    if not none_known and (not given.category or _of_medicine(given.category)):
        medicine, trouble = context.recogniser.medicine(text, all_)
        ingredients = medicine.ingredients
        if trouble and not ingredients:
            place.note(
                "code", trouble, "one substance", "correct the code or the words"
            )
    status = first_code(given.clinical_status)
    return Allergy(
        **line_of(item, given.meta, context),
        text=text,
        codes=all_,
        ingredients=ingredients,
        reactions=tuple(
            t for r in given.reaction for m in r.manifestation if (t := words(m))
        ),
        kind=given.type,
        criticality=given.criticality,
        active=status not in ("inactive", "resolved"),
        refuted=verification == "refuted",
        none_known=none_known,
    )


def _of_medicine(category: tuple[str, ...]) -> bool:
    return "medication" in category or "biologic" in category


# A source that does not know whether a result stands ("unknown") has not said that it
# does; the national measures leave such a score out too (CMS159).
_NOT_FINAL = ("preliminary", "unknown")

# --- observations -----------------------------------------------------------------


def observation(
    given: fhir.Observation, item: Item, context: Context, place: Place
) -> Observation:
    """Return a measurement, a score or a coded finding."""
    match given.status:
        case "entered-in-error":
            raise LeftError("entered in error")
        case "cancelled":
            raise LeftError("cancelled, no result")
        case "registered":
            raise LeftError("registered, no result yet")
    text, all_ = words(given.code), codes(given.code)
    if not text and not all_:
        raise LeftError("no code and no words")
    span = given.effective_period
    at = given.effective_date_time or given.effective_instant
    value_quantity, value_text = _value(given, "", place)
    return Observation(
        **line_of(item, given.meta, context),
        codes=all_,
        text=text,
        at=day(at, "effectiveDateTime", place)
        or (day(span.start or span.end, "effectivePeriod", place) if span else None),
        quantity=value_quantity,
        coded=codes(given.value_codeable_concept),
        value_text=value_text,
        components=tuple(
            [
                _component(c, f"component[{n}].", place)
                for n, c in enumerate(given.component)
            ]
        ),
        preliminary=given.status in _NOT_FINAL,
    )


def _component(given: fhir.Measured, element: str, place: Place) -> Component:
    value_quantity, value_text = _value(given, element, place)
    return Component(
        codes=codes(given.code),
        quantity=value_quantity,
        coded=codes(given.value_codeable_concept),
        text=value_text,
    )


def _value(
    given: fhir.Measured, element: str, place: Place
) -> tuple[Quantity | None, str | None]:
    """Return the amount and the words of a value; "< 5" stays words."""
    amount = given.value_quantity
    if amount is not None:
        if not amount.comparator:
            return quantity(amount, f"{element}valueQuantity", place), None
        bound = number(amount.value, f"{element}valueQuantity.value", place)
        if bound is None:
            return None, None
        return None, f"{amount.comparator} {Quantity(bound, unit_of(amount))}"
    if given.value_integer is not None:
        whole = number(given.value_integer, f"{element}valueInteger", place)
        return (None if whole is None else Quantity(whole)), None
    if given.value_boolean is not None:
        return None, "true" if given.value_boolean else "false"
    return None, given.value_string or words(given.value_codeable_concept)


def response(
    given: fhir.QuestionnaireResponse, item: Item, context: Context, place: Place
) -> Response:
    """Return a questionnaire with its answers as given, nested items in their order."""
    if given.status == ERROR:
        raise LeftError("entered in error")
    return Response(
        **line_of(item, given.meta, context),
        questionnaire=given.questionnaire,
        at=day(given.authored, "authored", place),
        answers=tuple(_answers(given.item, "item", place)),
        complete=given.status in ("completed", "amended"),
    )


def _answers(
    items: tuple[fhir.ResponseItem, ...], element: str, place: Place
) -> Iterator[Answer]:
    for n, asked in enumerate(items):
        for m, answer in enumerate(asked.answer):
            here = f"{element}[{n}].answer[{m}]"
            value = _answer(asked.link_id or asked.text or "", answer, here, place)
            if value is not None:
                yield value
            yield from _answers(answer.item, f"{here}.item", place)
        yield from _answers(asked.item, f"{element}[{n}].item", place)


def _answer(
    item: str, given: fhir.ResponseAnswer, element: str, place: Place
) -> Answer | None:
    code = coded(given.value_coding)
    points: object = given.value_decimal
    if points is None:
        points = given.value_integer
    if points is None and given.value_coding is not None:
        points = _points(given.value_coding)
    if points is None and given.value_quantity is not None:
        points = given.value_quantity.value
    text = given.value_string or given.value_date or given.value_date_time
    if given.value_boolean is not None:
        text = "true" if given.value_boolean else "false"
    if text is None and given.value_coding is not None:
        text = given.value_coding.display
    worth = number(points, element, place)
    if code is None and worth is None and text is None:
        return None
    return Answer(item=item, codes=(code,) if code else (), number=worth, text=text)


def _points(coding: fhir.Coding) -> object:
    for extension in coding.extension:
        if isinstance(extension, dict) and extension.get("url") in _POINTS:
            return extension.get("valueDecimal")
    return None


# --- visits and plans -------------------------------------------------------------


def encounter(
    given: fhir.Encounter, item: Item, context: Context, place: Place
) -> Encounter:
    """Return a visit or a stay that took place."""
    match given.status:
        case "entered-in-error":
            raise LeftError("entered in error")
        case "cancelled":
            raise LeftError("cancelled")
        case "planned":
            raise LeftError("planned, has not taken place")
    return Encounter(
        **line_of(item, given.meta, context),
        kind=given.class_.code if given.class_ else None,
        codes=all_codes(given.type),
        period=period(given.period, "period", place),
        reasons=all_codes(given.reason_code),
        finished=given.status == "finished",
    )


def settings(visit: Encounter) -> tuple[SettingEvent, ...]:
    """Return the admission and the discharge of an inpatient stay."""
    if visit.kind not in _INPATIENT or visit.period is None:
        return ()
    ends = (
        (SettingKind.ADMITTED, visit.period.start),
        (SettingKind.DISCHARGED, visit.period.end),
    )
    return tuple(
        SettingEvent(
            id=f"{visit.id}:{kind}",
            source=_part_of(visit.source, kind),
            labels=visit.labels,
            kind=kind,
            on=on,
        )
        for kind, on in ends
        if on is not None
    )


def _part_of(source: Source | None, part: str) -> Source | None:
    # Both events come from one resource; each needs a place of its own, or a merge
    # would take the discharge for a newer version of the admission.
    if source is None:
        return None
    return Source(
        system=source.system,
        type=source.type,
        id=f"{source.id}:{part}",
        version=source.version,
    )


def procedure(
    given: fhir.Procedure, item: Item, context: Context, place: Place
) -> Procedure:
    """Return something that was done, or that was not."""
    if given.status == ERROR:
        raise LeftError("entered in error")
    when = day(given.performed_date_time, "performedDateTime", place)
    return Procedure(
        **line_of(item, given.meta, context),
        codes=codes(given.code),
        text=words(given.code),
        at=Period(start=when, end=when)
        if when
        else period(given.performed_period, "performedPeriod", place),
        done=given.status == "completed",
    )


def goal(given: fhir.Goal, item: Item, context: Context, place: Place) -> Goal:
    """Return what the person wants to reach."""
    if given.lifecycle_status == ERROR:
        raise LeftError("entered in error")
    due = next((t.due_date for t in given.target if t.due_date), None)
    return Goal(
        **line_of(item, given.meta, context),
        text=words(given.description),
        codes=codes(given.description),
        status=given.lifecycle_status,
        due=day(due, "target.dueDate", place),
    )


def plan(given: fhir.CarePlan, item: Item, context: Context, place: Place) -> Plan:
    """Return a plan of care: its name, what it is about, and when it runs."""
    if given.status == ERROR:
        raise LeftError("entered in error")
    title = given.title or next((t for c in given.category if (t := words(c))), None)
    return Plan(
        **line_of(item, given.meta, context),
        text=title,
        codes=all_codes(given.category),
        status=given.status,
        period=period(given.period, "period", place),
    )
