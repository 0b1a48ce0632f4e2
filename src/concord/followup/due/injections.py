"""When the next long-acting injection is given, and what its label says when late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from concord.dosing.outlook import NextInjection, drugs_of, next_injections
from concord.dosing.products import products_of, shortest_interval
from concord.dosing.schedule.windows import Window
from concord.followup.case import Case, Taking
from concord.followup.due.model import Event, EventKind, Reason, State, Wanted, What
from concord.followup.settings import basis
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Cited, Drug, MissedDoseRule, MissedDoses, Severity
from concord.record.agreed import Entry, Told

_STANDS = {
    "early": State.NOT_YET,
    "due": State.DUE,
    "late": State.OVERDUE,
}


def injections(case: Case) -> Iterator[Wanted]:
    """Yield the next injection of each long-acting medicine that is taken now.

    One reason for each form that the record leaves open. Counted from the last one
    that is on record as given; without any it is not known. The first doses of a
    course, which come closer together, are a plan's.
    """
    fills, doses = Told(case.record.dispensings), Told(case.record.dose_events)
    for entry in case.current:
        for drug in drugs_of(entry.line.medicine, case.knowledge):
            products = products_of(entry.line.medicine, drug)
            if shortest_interval(products) is None:
                continue
            found = next_injections(
                entry, fills.of(entry), doses.of(entry), case.knowledge, case.as_of
            )
            forms = {p.tag or p.form: p for p in products}
            own = [one for one in found if one.form in forms]
            for one in own:
                yield _wanted(drug, _given(case, entry, drug, one, forms[one.form]))
            if not own:
                yield _wanted(drug, _unknown(case, entry, drug, products[0]))


def _wanted(drug: Drug, reason: Reason) -> Wanted:
    title = f"Injection of {drug.name}"
    return Wanted(
        ask=f"injection:{drug.id}", what=What.INJECTION, title=title, reason=reason
    )


def _given(
    case: Case, entry: Entry, drug: Drug, one: NextInjection, product: Cited
) -> Reason:
    ahead = one.window
    late = _late_rule(case, entry, drug, one)
    return Reason(
        rule=f"missed_doses/{drug.id} window {one.form}",
        event=Event(kind=EventKind.INJECTION, on=one.given),
        state=_stands(ahead, case.as_of),
        severity=Severity.SERIOUS,
        medicines=(entry.id,),
        names=(drug.name,),
        text=one.form,
        basis=basis(case, ahead.row or product),
        early=ahead.first,
        due=ahead.due,
        last=ahead.last,
        last_done=one.given,
        advice=late.action if late else None,
        advice_basis=basis(case, late) if late else None,
    )


def _stands(ahead: Window, as_of: date) -> State:
    """Return where the day lies; on a side that the label leaves open the due day does.

    Before it, it is not yet due; after it, it is overdue.
    """
    where = ahead.on(as_of)
    if where in _STANDS:
        return _STANDS[where]
    if as_of < ahead.due:
        return State.IN_WINDOW if where == "open" else State.NOT_YET
    return State.DUE if where == "open" else State.OVERDUE


def _unknown(case: Case, entry: Entry, drug: Drug, product: Cited) -> Reason:
    needs = ("last-injection",)
    return Reason(
        rule=f"missed_doses/{drug.id} window",
        event=Event(kind=EventKind.INJECTION),
        state=State.NOT_KNOWN,
        severity=Severity.SERIOUS,
        medicines=(entry.id,),
        names=(drug.name,),
        basis=basis(case, product),
        needs=needs,
    )


def _late_rule(
    case: Case, entry: Entry, drug: Drug, one: NextInjection
) -> MissedDoseRule | None:
    """Return the label's rule for the time since the last injection: the longest gap.

    None before the due day, for then nothing was missed. A rule that may hold counts
    only where none holds for certain.
    """
    if case.as_of <= one.window.due:
        return None
    taking: Taking | None = next(
        (t for t in case.takings_of(entry) if t.drug is drug), None
    )
    fitting: list[tuple[bool, date, MissedDoseRule]] = []
    table: MissedDoses
    for table in case.knowledge.entries_for("missed_doses", drug.id):
        for rule in in_force(table.rule, case.as_of):
            if rule.form != one.form or not rule.since_last or rule.gap is None:
                continue
            reached = rule.gap.after(one.given)
            if reached > case.as_of:
                continue
            holds = case.holds(rule.when, taking)
            if holds is not False:
                fitting.append((holds is True, reached, rule))
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None
