"""Which stated doses hold for a person's use of a medicine, and how it compares."""

from __future__ import annotations

from collections.abc import Iterable

from concord.dosing.daily import DailyAmount
from concord.dosing.products import products_of
from concord.followup.case import Case, Taking
from concord.followup.uses import treats
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Dose
from concord.terms import Quantity


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


def amount_given(amount: DailyAmount, rows: Iterable[Dose]) -> Quantity:
    """Return what to hold against the rows: a day's amount, or one injection."""
    return amount.single if all(r.every is not None for r in rows) else amount.high


def comparable(given: Quantity, rows: Iterable[Dose]) -> bool:
    """Return whether the rows measure what is given (not mg against mEq)."""
    stated = (a for r in rows for a in (r.start, r.usual_low, r.maximum))
    return all(given.fits(a.unit) for a in stated if a is not None)


def weighed(case: Case, row: Dose, amount: Quantity) -> Quantity | None:
    if not row.by_weight:
        return amount
    weight = case.results.latest("weight")
    if weight is None or weight.quantity is None:
        return None
    return Quantity(amount.value * weight.quantity.to("kg").value, amount.unit)


def compare(one: Quantity, other: Quantity) -> int:
    """Return -1, 0 or 1; the two measure the same thing (`comparable`)."""
    mine, theirs = one.to(other.unit).value, other.value
    return (mine > theirs) - (mine < theirs)
