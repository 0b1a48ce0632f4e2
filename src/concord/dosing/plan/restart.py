"""After a gap: what the rules for missed doses say, as a plan of doses.

Only a rule with figures makes a plan; where the last rule that holds says it in words
alone, its words are given and nothing is planned.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.building import AS_IT_COMES, Laid, Making, cited
from concord.dosing.plan.known import (
    NOTHING_SAID,
    Asked,
    Known,
    holds,
    needing,
    open_questions,
)
from concord.dosing.plan.model import Basis, Course, Plan, PlanKind, Step
from concord.dosing.plan.pieces import Maker, Rounding
from concord.dosing.plan.stock import product_of
from concord.dosing.plan.titration import way_up
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import (
    CatchUpDose,
    Drug,
    MissedDoseRule,
    MissedDoses,
)
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount
from concord.wording.names import cased
from concord.wording.plans import AS_BEFORE, CALL_TEAM, NEXT_AS_USUAL, per_cent

_DAY = timedelta(days=1)


def last_dose(gap: Duration, starts: date, interval: Duration | None = None) -> date:
    """Return the day of the last dose, before so long a gap.

    A gap of a daily medicine is the days on which it was missed; one of an injection
    is how late it is, after its interval.

    >>> last_dose(Duration(3, "day"), date(2026, 12, 4))
    datetime.date(2026, 11, 30)
    """
    due = gap.before(starts)
    return due - _DAY if interval is None else interval.before(due)


def rule_of(
    knowledge: Knowledge,
    drug: Drug,
    *,
    last: date,
    form: str | None,
    known: Known,
    asked: Asked,
) -> tuple[MissedDoseRule | None, tuple[MissedDoseRule, ...]]:
    """Return the rule that holds for a gap, the longest, and the others that hold.

    A gap of exactly a rule's length is within it.
    Raises `UndecidedError` where a longer rule may hold or not.
    """
    entries: tuple[MissedDoses, ...] = knowledge.entries_for("missed_doses", drug.id)
    own = [entry for entry in entries if drug.id in entry.side.drugs]
    reached: list[tuple[date, MissedDoseRule]] = []
    for entry in own or entries:
        for rule in in_force(entry.rule, asked.on):
            begins = _begins(rule, last)
            if rule.form in (None, form) and begins <= asked.on:
                reached.append((begins, rule))
    # Of two rules for one gap, the one for some people stands before the one for all.
    reached.sort(key=lambda one: (one[0], one[1].when is not None))
    held: list[MissedDoseRule] = []
    needs: list[str] = []
    for _, rule in reversed(reached):
        if holds(rule.when, known, knowledge, asked):
            held.append(rule)
        elif not held:
            needs += open_questions(rule.when, known, knowledge, asked)
    if needs:
        raise needing(f"{cased(drug.name)} after this gap", needs)
    return (held[0] if held else None), tuple(held)


def _begins(rule: MissedDoseRule, last: date) -> date:
    """Return the first day on which a gap since a last dose is as long as a rule's."""
    if rule.gap is None:
        return date.min
    return rule.gap.after(last if rule.since_last else last + _DAY)


def restart(
    knowledge: Knowledge,
    drug: Drug,
    *,
    dose: Quantity,
    last: date,
    starts: date,
    indication: str | None = None,
    making: Making = AS_IT_COMES,
    known: Known = NOTHING_SAID,
    reason: str | None = None,
) -> Plan:
    """Return how a medicine is taken again after a gap: `dose` is the usual one.

    `last` is the day of the last dose, `starts` the day of the next one.
    Raises `ImpossiblePlanError` where no gap is left, or where the rule that holds is
    in words alone (they are in the message).
    """
    if last >= starts:
        raise ImpossiblePlanError(
            f"the gap: found a last dose on {last}, expected a day before {starts}, "
            "on which it is taken again; correct one of them"
        )
    maker = building.maker_of(knowledge, drug, making, starts)
    usual = maker.in_unit(dose)
    if usual.value <= 0:
        raise ImpossiblePlanError(
            "the usual dose: found nothing, expected a dose above nothing; correct it"
        )
    if indication is not None:
        known = msgspec.structs.replace(
            known, conditions=(*known.conditions, indication)
        )
    since = Duration((starts - last).days, "day")
    known = msgspec.structs.replace(known, taken_at_least=since)
    asked = Asked(drug=drug.id, on=starts, route=maker.stock.route, dose=usual)
    rule, held = rule_of(
        knowledge, drug, last=last, form=maker.stock.tag, known=known, asked=asked
    )
    name = cased(drug.name)
    if rule is None:
        raise ImpossiblePlanError(
            f"{name}: found no rule for this gap in the knowledge, expected one; name "
            "the doses yourself, as a titration"
        )
    basis = (cited(rule, rule.action),)
    given_apart = bool(rule.give) and maker.stock.depot
    if rule.begin_again and not given_apart:
        first, first_times = _first_given(rule, making)
        again, _ = way_up(
            knowledge,
            drug,
            starts,
            indication=indication,
            to=usual,
            first=first,
            first_times=first_times,
            making=making,
            known=known,
        )
        course = msgspec.structs.replace(
            again, steps=tuple(_with(step, basis) for step in again.steps)
        )
    elif rule.give:
        course = _given(
            drug,
            rule,
            usual,
            last=last,
            starts=starts,
            maker=maker,
            making=making,
            basis=basis,
        )
    elif rule.resume_low is not None:
        course = _resumed(
            drug, rule, usual, starts=starts, maker=maker, making=making, basis=basis
        )
    else:
        raise ImpossiblePlanError(
            f"{name}: found a rule in words alone for this gap ({rule.action} "
            f"[{rule.source}, {rule.locator}]), expected one with figures; no plan was "
            "made, name the doses yourself"
        )
    notes = [cited(one, one.action) for one in held if one is not rule]
    if any(one.call_team for one in held):
        notes.insert(0, Basis(text=CALL_TEAM))
    return Plan(
        kind=PlanKind.RESTART,
        title=f"{name} {amount(usual)} again after a gap since {last}",
        starts=starts,
        courses=(course,),
        caveats=building.rounded_doses(course, maker),
        reason=reason,
        notes=tuple(notes),
    )


def _first_given(
    rule: MissedDoseRule, making: Making
) -> tuple[Quantity | None, int | None]:
    """Return the dose of the first day that a rule names, and at how many times.

    As often as was asked for, where the rule allows as much; once otherwise.
    """
    for one in rule.give:
        if one.dose is None:
            break
        times = min(making.times, one.times_at_most or 1)
        return Quantity(one.dose.value * times, one.dose.unit), times
    return None, None


def _with(step: Step, basis: tuple[Basis, ...]) -> Step:
    return msgspec.structs.replace(step, basis=basis + step.basis)


def _resumed(
    drug: Drug,
    rule: MissedDoseRule,
    usual: Quantity,
    *,
    starts: date,
    maker: Maker,
    making: Making,
    basis: tuple[Basis, ...],
) -> Course:
    """Return the share of the earlier dose at which it goes on, until someone decides.

    The lower end of the share, made within it where the pieces allow, else below it.
    """
    assert rule.resume_low is not None  # noqa: S101 - the caller asked for it
    high = rule.resume_high or rule.resume_low
    aim = Quantity(usual.value * rule.resume_low, usual.unit)
    most = Quantity(usual.value * high, usual.unit)
    made = maker.nearest(most, Rounding.DOWN)
    low = maker.nearest(aim, making.rounding or Rounding.NEAREST)
    dose = low if aim.value <= low.value <= most.value else made
    share = Basis(text=f"{per_cent(dose.value / usual.value)} of {amount(usual)}.")
    laid = Laid(dose=dose, needs=AS_BEFORE, basis=(*basis, share))
    steps = building.lay_out((laid,), starts, maker, making)
    return building.course_of(drug, steps, maker)


def _day_of(one: CatchUpDose, starts: date, last: date) -> date:
    """Return the day of one dose of a restart."""
    if one.after_last is not None:
        return one.after_last.after(last)
    assert one.day is not None  # noqa: S101 - the check of the knowledge sees to it
    return starts + timedelta(days=one.day - 1)


def _given(
    drug: Drug,
    rule: MissedDoseRule,
    usual: Quantity,
    *,
    last: date,
    starts: date,
    maker: Maker,
    making: Making,
    basis: tuple[Basis, ...],
) -> Course:
    """Return the doses that a rule names, on their days.

    Of a long-acting injection each is one day, and the next usual one follows after
    its interval; of a daily medicine each lasts until the next one.
    """
    steps: list[Step] = []
    days = [_day_of(one, starts, last) for one in rule.give]
    for place, (one, day) in enumerate(zip(rule.give, days, strict=True)):
        amount_of = maker.in_unit(one.dose) if one.dose is not None else usual
        if one.at_most is not None:
            most = maker.in_unit(one.at_most)
            amount_of = min(amount_of, most, key=lambda dose: dose.value)
        said = (*basis, Basis(text=one.text)) if one.text else basis
        ends = None if place == len(days) - 1 else days[place + 1] - _DAY
        if maker.stock.depot:
            ends = day
        laid = Laid(dose=amount_of, basis=said)
        steps.append(building.step_of(laid, day, ends, maker, making))
    interval = product_of(drug, maker.stock, starts).interval
    if maker.stock.depot and interval is not None:
        day = interval.after(days[-1])
        laid = Laid(dose=usual, basis=(*basis, Basis(text=NEXT_AS_USUAL)))
        steps.append(building.step_of(laid, day, day, maker, making))
    elif steps[-1].dose.value < usual.value:
        steps[-1] = msgspec.structs.replace(steps[-1], needs=AS_BEFORE)
    return building.course_of(drug, steps, maker)
