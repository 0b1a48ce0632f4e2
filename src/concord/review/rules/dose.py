"""Is the dose within its range for this person and this use?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.dosing.daily import DailyAmount, Unclear
from concord.followup.case import Case, Taking
from concord.followup.doses import (
    amount_given,
    comparable,
    compare,
    form_tags,
    rows_for,
    weighed,
)
from concord.followup.uses import treats
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Adjustment, Dose, Severity
from concord.review.building import (
    Rule,
    cited,
    missing,
    plain,
    seen_result,
    seen_taking,
    text,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.terms import Quantity, Value
from concord.wording import Message

ID = "dose-range"


class Limit(Value, frozen=True, kw_only=True):
    """The most that a row allows this person, and the adjustment that made it so."""

    amount: Quantity
    row: Dose
    adjustment: Adjustment | None = None


def dose_range(case: Case) -> Iterator[Outcome]:
    """Yield a finding for each dose above or below what a source states for this use.

    The rows are those of the person's age group, of the indication where it is known
    and of the form where it can be told; of several that remain, a dose is too high
    only above all of them and too low only below all of them.
    The kidney, the liver, the genotype and other medicines lower the limit where the
    record shows them; where it does not show them and it would matter, that is said.
    """
    for taking in case.known:
        yield from _of(case, taking)
    yield from unreadable(case, ID)


def _of(case: Case, taking: Taking) -> Iterator[Outcome]:
    rows = rows_for(case, taking)
    if isinstance(rows, str):
        yield missing(case, ID, [taking.entry], [rows])
        return
    yield from _avoid(case, taking)
    if _rescue(taking) and not any(r.maximum for r in rows):
        yield Ran(rule=ID)
        return
    amount = case.daily(taking)
    if isinstance(amount, Unclear):
        yield missing(case, ID, [taking.entry], [amount.value])
        return
    given = amount_given(amount, rows)
    if not comparable(given, rows):
        yield missing(case, ID, [taking.entry], ["mixed-units"])
        return
    limits, needs = _limits(case, taking, rows)
    above = [limit for limit in limits if compare(given, limit.amount) > 0]
    if above and len(above) == len(rows):
        yield _too_high(case, taking, given, max(above, key=lambda x: x.amount.value))
    elif above:
        yield missing(case, ID, [taking.entry], needs or ["form-or-indication"])
    elif needs:
        yield missing(case, ID, [taking.entry], needs)
    lowest = [low for row in rows if (low := _lowest(case, row)) is not None]
    if (
        lowest
        and len(lowest) == len(rows)
        and not amount.as_needed
        and all(compare(given, low) < 0 for low in lowest)
    ):
        row = min(rows, key=lambda r: (_lowest(case, r) or given).value)
        yield _too_low(case, taking, given, row)
    elif not above and not needs:
        yield Ran(rule=ID)


def _rescue(taking: Taking) -> bool:
    """Return whether all directions are as needed, with no limit of their own."""
    dosage = taking.entry.state.dosage
    return bool(dosage) and all(d.as_needed and not d.maximum for d in dosage)


def _lowest(case: Case, row: Dose) -> Quantity | None:
    amounts = [a for a in (row.start, row.usual_low) if a is not None]
    if not amounts:
        return None
    return weighed(case, row, min(amounts, key=lambda a: a.to(amounts[0].unit).value))


def _limits(
    case: Case, taking: Taking, rows: tuple[Dose, ...]
) -> tuple[list[Limit], list[str]]:
    """Return the most that each row allows, and what could lower it but is unknown.

    A row without a maximum allows any amount. For an older adult it only says that
    nothing of its own is stated: the adult's maximum for the same use holds on.
    """
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    adjustments = [
        (a, case.holds(a.when, taking))
        for a in in_force(taking.drug.adjustment, case.as_of)
        if not a.avoid and (a.maximum is not None or a.share is not None)
    ]
    limits: list[Limit] = []
    needs: list[str] = []
    for stated in rows:
        row = _bounded_row(case, taking, stated)
        if row.maximum is None:
            continue
        maximum = weighed(case, row, row.maximum)
        if maximum is None:
            needs.append("weight")
            continue
        limit = Limit(amount=maximum, row=row)
        for adjustment, answer in adjustments:
            if not _speaks_of(adjustment, row):
                continue
            lowered = _lowered(maximum, adjustment)
            if lowered is None or answer is False:
                continue
            if not lowered.fits(maximum.unit):
                needs.append("mixed-units")
            elif answer is True and adjustment.replaces:
                limit = Limit(amount=lowered, row=row, adjustment=adjustment)
            elif compare(lowered, limit.amount) >= 0:
                continue
            elif answer is True:
                limit = Limit(amount=lowered, row=row, adjustment=adjustment)
            elif _matters(case, taking, lowered):  # it may hold: not known
                parts = case.parts(adjustment.when, taking)
                needs += [n for n, part in parts if part is None]
        limits.append(limit)
    return limits, needs


def _bounded_row(case: Case, taking: Taking, row: Dose) -> Dose:
    """Return the row whose maximum holds: its own, or the adult one it leaves alone."""
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    if row.maximum is not None or row.population != "older-adult":
        return row
    same = (
        other
        for other in in_force(taking.drug.dose, case.as_of)
        if other.population == "adult"
        and (other.indication, other.form) == (row.indication, row.form)
        and case.holds(other.when, taking) is not False
    )
    return next(same, row)


def _speaks_of(adjustment: Adjustment, row: Dose) -> bool:
    return adjustment.form in (None, row.form) and adjustment.indication in (
        None,
        row.indication,
    )


def _matters(case: Case, taking: Taking, lowered: Quantity) -> bool:
    amount = case.daily(taking)
    return isinstance(amount, DailyAmount) and compare(amount.high, lowered) > 0


def _lowered(maximum: Quantity, adjustment: Adjustment) -> Quantity | None:
    if adjustment.maximum is not None:
        return adjustment.maximum
    if adjustment.share is not None:
        return Quantity(maximum.value * adjustment.share, maximum.unit)
    return None


def _avoid(case: Case, taking: Taking) -> Iterator[Outcome]:
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    used = treats(case, taking)
    for row in in_force(taking.drug.adjustment, case.as_of):
        if not row.avoid or (row.indication and row.indication not in used):
            continue
        if row.form is not None and row.form not in form_tags(taking):
            continue
        answer = case.holds(row.when, taking)
        if answer is None:
            parts = case.parts(row.when, taking)
            needs = [need for need, part in parts if part is None]
            yield missing(case, ID, [taking.entry], needs)
        elif answer:
            yield Finding(
                id=finding_id(ID, f"avoid-{row.organ}", [taking.name]),
                circumstance=circumstance(ID, "avoid", row.organ, row.locator),
                rule=ID,
                question=Question.SAFETY,
                problem=Problem.TOO_HIGH,
                severity=Severity.SERIOUS,
                medications=(taking.entry.id,),
                drugs=(taking.name,),
                seen=(seen_taking(case, taking), *_seen(case, row)),
                why=text(row.text),
                options=(Message(key="option.other-drug"),),
                sources=cited(case, row),
                verified=verified(row),
            )


def _seen(case: Case, row: Adjustment) -> Iterator[Message]:
    if row.when.observation is not None:
        result = case.results.latest(row.when.observation)
        if result is not None:
            yield seen_result(case, result)
    if row.when.condition is not None:
        title = case.knowledge.conditions[row.when.condition].title
        yield Message(key="seen.condition", values={"condition": title, "since": ""})
    if row.when.age_at_least is not None and case.age is not None:
        yield Message(key="seen.age", values={"age": str(case.age[0])})


def _too_high(case: Case, taking: Taking, given: Quantity, limit: Limit) -> Finding:
    rows = [limit.row, *([limit.adjustment] if limit.adjustment else [])]
    values = {
        "drug": taking.name,
        "given": plain(given),
        "maximum": plain(limit.amount),
        "per": "a day" if limit.row.every is None else f"every {limit.row.every}",
        "because": limit.adjustment.text if limit.adjustment else "",
    }
    key = "why.above-adjusted" if limit.adjustment else "why.above"
    seen = [seen_taking(case, taking)]
    if limit.adjustment:
        seen += _seen(case, limit.adjustment)
    return Finding(
        id=finding_id(ID, "above", [taking.name]),
        circumstance=circumstance(ID, "above", given, limit.amount),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.TOO_HIGH,
        severity=Severity.SERIOUS,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=tuple(seen),
        why=Message(key=key, values=values),
        options=(
            Message(key="option.check-dose"),
            Message(key="option.lower-dose"),
            Message(key="option.document-reason"),
        ),
        sources=cited(case, *rows),
        verified=verified(*rows),
    )


def _too_low(case: Case, taking: Taking, given: Quantity, row: Dose) -> Finding:
    low = _lowest(case, row) or given
    values = {"drug": taking.name, "given": plain(given), "low": plain(low)}
    return Finding(
        id=finding_id(ID, "below", [taking.name]),
        circumstance=circumstance(ID, "below", given, low),
        rule=ID,
        question=Question.EFFECTIVENESS,
        problem=Problem.TOO_LOW,
        severity=Severity.MINOR,
        medications=(taking.entry.id,),
        drugs=(taking.name,),
        seen=(seen_taking(case, taking),),
        why=Message(key="why.below", values=values),
        options=(
            Message(key="option.check-dose"),
            Message(key="option.low-on-purpose"),
        ),
        sources=cited(case, row),
        verified=verified(row),
    )


DOSE = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list", "directions", "age"),
    run=dose_range,
)
