"""Is the dose within its range for this person and this use?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from concord.dosing.daily import DailyAmount, Unclear
from concord.dosing.products import products_of
from concord.followup.case import Case, Taking
from concord.followup.response import treats
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
    given = _given(amount, rows)
    if not _comparable(given, rows):
        yield missing(case, ID, [taking.entry], ["mixed-units"])
        return
    limits, needs = _limits(case, taking, rows)
    above = [limit for limit in limits if _compare(given, limit.amount) > 0]
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
        and all(_compare(given, low) < 0 for low in lowest)
    ):
        row = min(rows, key=lambda r: (_lowest(case, r) or given).value)
        yield _too_low(case, taking, given, row)
    elif not above and not needs:
        yield Ran(rule=ID)


def _rescue(taking: Taking) -> bool:
    """Return whether all directions are as needed, with no limit of their own."""
    dosage = taking.entry.state.dosage
    return bool(dosage) and all(d.as_needed and not d.maximum for d in dosage)


def rows_for(case: Case, taking: Taking) -> tuple[Dose, ...] | str:
    """Return the dose rows for this person and use, or the need that stands before.

    A row of the person's age group is preferred to one for adults; a row of an
    indication that is treated, to one without indication; a row of the form, to one
    without form.
    """
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    rows = tuple(
        row
        for row in in_force(taking.drug.dose, case.as_of)
        if case.holds(row.when, taking) is not False
    )
    group = population(case)
    if group is None:
        return "age"
    of_age = tuple(r for r in rows if r.population == group)
    if group == "older-adult":
        named = {(r.indication, r.form) for r in of_age}
        of_age += tuple(
            r
            for r in rows
            if r.population == "adult" and (r.indication, r.form) not in named
        )
    if not of_age:
        return "dose-for-age"
    of_form = _of_form(taking, of_age) if any(r.form for r in of_age) else of_age
    wanted = treats(case, taking)
    of_use = tuple(r for r in of_form if r.indication in wanted)
    of_use = of_use or tuple(r for r in of_form if r.indication is None) or of_form
    exact = tuple(r for r in of_use if r.population == group)
    return exact or of_use


def population(case: Case) -> str | None:
    """Return the age group of the person, or `None` where it cannot be told."""
    if case.age is None:
        return None
    adult, older = (
        case.knowledge.figure("populations", name, case.as_of)
        for name in ("adult-from-years", "older-adult-from-years")
    )
    groups = {
        "child" if age < adult else "adult" if age < older else "older-adult"
        for age in case.age
    }
    return groups.pop() if len(groups) == 1 else None


def _of_form(taking: Taking, rows: tuple[Dose, ...]) -> tuple[Dose, ...]:
    """Return the rows of the form taken; all of them where it cannot be told."""
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    medicine = taking.entry.line.medicine
    tags = form_tags(taking)
    if not tags and medicine.form is None and medicine.release is None:
        return rows
    of_form = tuple(r for r in rows if r.form in tags)
    return of_form or tuple(r for r in rows if r.form is None) or rows


def form_tags(taking: Taking) -> set[str]:
    """Return the tags of the products that the medicine taken may be; empty if none."""
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    found = products_of(taking.entry.line.medicine, taking.drug)
    return {product.tag for product in found if product.tag is not None}


def _given(amount: DailyAmount, rows: Iterable[Dose]) -> Quantity:
    """Return what to hold against the rows: a day's amount, or one injection."""
    return amount.single if all(r.every is not None for r in rows) else amount.high


def _comparable(given: Quantity, rows: Iterable[Dose]) -> bool:
    """Return whether the rows measure what is given (not mg against mEq)."""
    stated = (a for r in rows for a in (r.start, r.usual_low, r.maximum))
    return all(given.fits(a.unit) for a in stated if a is not None)


def _lowest(case: Case, row: Dose) -> Quantity | None:
    amounts = [a for a in (row.start, row.usual_low) if a is not None]
    if not amounts:
        return None
    return _weighed(case, row, min(amounts, key=lambda a: a.to(amounts[0].unit).value))


def _weighed(case: Case, row: Dose, amount: Quantity) -> Quantity | None:
    if not row.by_weight:
        return amount
    weight = case.results.latest("weight")
    if weight is None or weight.quantity is None:
        return None
    return Quantity(amount.value * weight.quantity.to("kg").value, amount.unit)


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
        maximum = _weighed(case, row, row.maximum)
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
            elif _compare(lowered, limit.amount) >= 0:
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
    return isinstance(amount, DailyAmount) and _compare(amount.high, lowered) > 0


def _lowered(maximum: Quantity, adjustment: Adjustment) -> Quantity | None:
    if adjustment.maximum is not None:
        return adjustment.maximum
    if adjustment.share is not None:
        return Quantity(maximum.value * adjustment.share, maximum.unit)
    return None


def _compare(one: Quantity, other: Quantity) -> int:
    """Return -1, 0 or 1; the two measure the same thing (`_comparable`)."""
    mine, theirs = one.to(other.unit).value, other.value
    return (mine > theirs) - (mine < theirs)


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
