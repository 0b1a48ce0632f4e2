"""A way down: from the dose now, at a pace of the knowledge or of the prescriber."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.building import AS_IT_COMES, Laid, Making, asked_for, cited
from concord.dosing.plan.known import (
    NOTHING_SAID,
    Asked,
    Known,
    holds,
    needing,
    open_questions,
)
from concord.dosing.plan.model import Basis, Course, Plan, PlanKind
from concord.dosing.plan.pace import Pace, PaceKind, Wanted, doses
from concord.dosing.plan.pieces import Maker, Rounding
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, OccupancyCurve, Taper, TaperPace
from concord.terms import Duration, Quantity, Value
from concord.wording.amounts import amount
from concord.wording.names import cased
from concord.wording.plans import CHECK_FIRST, pace_words

_OF = {"current": PaceKind.SHARE, "starting": PaceKind.STARTING}


class Advised(Value, frozen=True, kw_only=True):
    """What the knowledge says of a way down: its pace for this person, and the rest.

    `row` is `None` where no pace holds; `needs` is what would have to be known to
    tell whether another pace holds.
    """

    entry: Taper | None = None
    row: TaperPace | None = None
    needs: tuple[str, ...] = ()


def advised(knowledge: Knowledge, known: Known, asked: Asked, drug: Drug) -> Advised:
    """Return the pace that the knowledge advises for a drug.

    A file of the drug itself stands before one of its class. A pace for some people
    counts only where it is known that it is theirs, and then before one for all.
    """
    entries: tuple[Taper, ...] = knowledge.entries_for("tapers", drug.id)
    own = [entry for entry in entries if drug.id in entry.side.drugs]
    entry = next(iter(own or entries), None)
    if entry is None:
        return Advised()
    rows = in_force(entry.pace, asked.on)
    theirs = [r for r in rows if r.when and holds(r.when, known, knowledge, asked)]
    plain = [r for r in rows if r.when is None]
    needs = tuple(
        need for r in rows for need in open_questions(r.when, known, knowledge, asked)
    )
    row = next(iter(theirs or plain), None)
    return Advised(entry=entry, row=row, needs=needs)


def curve_of(advice: Advised, drug: Drug, on: date) -> OccupancyCurve | None:
    """Return the cited curve of a drug, `None` where there is none."""
    if advice.entry is None:
        return None
    curves = in_force(advice.entry.curve, on)
    return next((c for c in curves if c.drug == drug.id), None)


def settled(
    pace: Pace | None, advice: Advised, drug: Drug, *, every: Duration | None = None
) -> Pace:
    """Return a pace with all that was left open filled in from the knowledge.

    By default the larger share of the advised range, at the slower interval: never
    the fastest corner of it.
    Raises `ImpossiblePlanError` where the knowledge has no pace to fill it with, and
    `UndecidedError` where it depends on what is not known.
    """
    if pace is not None and pace.school is not None:
        advice = _of_school(advice, pace.school, drug)
    row = advice.row
    if row is None and (pace is None or _open(pace)):
        if advice.needs:
            raise needing(f"the taper of {cased(drug.name)}", advice.needs)
        raise ImpossiblePlanError(
            f"{cased(drug.name)}: found no pace of a taper in the knowledge, expected "
            "one to be named: by what the dose comes down at each step, and how long "
            "a step lasts"
        )
    if row is None:
        assert pace is not None  # noqa: S101 - nothing of it is open
        return pace
    pace = pace or Pace(kind=_OF[row.of])
    length = pace.every or every or row.every_high
    if pace.kind is _OF[row.of] and pace.share is None and pace.parts is None:
        pace = msgspec.structs.replace(pace, share=row.step_high)
    return msgspec.structs.replace(pace, every=length)


def _of_school(advice: Advised, school: str, drug: Drug) -> Advised:
    """Return what another school advises, by the label of its row."""
    rows = advice.entry.pace if advice.entry is not None else ()
    named = {row.label: row for row in rows if row.label is not None}
    if school not in named:
        raise ImpossiblePlanError(
            f"{cased(drug.name)}: found no pace of a taper named {school!r}, expected "
            f"one of: {'; '.join(named) or 'none, there is no other one'}"
        )
    return msgspec.structs.replace(advice, row=named[school], needs=())


def _all_long(pace: Pace) -> bool:
    """Return whether every step that was named has its own length, but the last."""
    return pace.kind is PaceKind.STEPS and all(w.lasts for w in pace.steps[:-1])


def _open(pace: Pace) -> bool:
    """Return whether a pace leaves something to the knowledge."""
    if pace.kind is PaceKind.STEPS:
        return False
    by_share = pace.kind in (PaceKind.SHARE, PaceKind.STARTING) and not pace.parts
    return pace.every is None or (by_share and pace.share is None)


def way_down(
    knowledge: Knowledge,
    drug: Drug,
    dose: Quantity,
    starts: date,
    *,
    pace: Pace | None = None,
    to: Quantity | None = None,
    making: Making,
    known: Known,
) -> tuple[Course, Maker, Advised]:
    """Return the steps down from a dose, what makes them, and what is advised.

    `starts` is the first day of the first lower dose.
    """
    maker = building.maker_of(knowledge, drug, making, starts)
    now = maker.in_unit(dose)
    end = maker.in_unit(to) if to is not None else Quantity(0, now.unit)
    asked = Asked(drug=drug.id, on=starts, route=maker.stock.route, dose=now)
    advice = advised(knowledge, known, asked, drug)
    own = pace is not None and (
        pace.share is not None
        or pace.parts is not None
        or pace.kind in (PaceKind.AMOUNT, PaceKind.STEPS)
    )
    filled = pace is None or (pace.every is None and not _all_long(pace))
    whole = settled(pace, advice, drug)
    rounding = making.rounding or Rounding.UP
    curve = curve_of(advice, drug, starts)
    wanted = doses(
        whole,
        now,
        end,
        smallest=maker.smallest,
        most=building.most_steps(knowledge, starts),
        make=lambda aim, present: maker.lower(aim, present, rounding),
        curve=curve,
    )
    followed = advice
    if pace is not None and pace.school is not None:
        followed = _of_school(advice, pace.school, drug)
        filled = True
    if own and followed.row is not None and _keeps_to(followed.row, whole, now, wanted):
        filled = True
    basis = _basis(whole, followed, curve, own=own, filled=filled)
    laid = _laid(wanted, advice, basis, starts)
    steps = building.lay_out(laid, starts, maker, making)
    return building.course_of(drug, steps, maker, now), maker, advice


def _basis(
    pace: Pace,
    advice: Advised,
    curve: OccupancyCurve | None,
    *,
    own: bool,
    filled: bool,
) -> tuple[Basis, ...]:
    """Return why the steps are as they are: asked for, or advised, and by what.

    `own` is whether the prescriber named how much, `filled` whether the knowledge
    named how long, or advises no less than what was asked for.
    """
    found: list[Basis] = []
    if own:
        asked = pace_words(pace.kind.value, pace.share, pace.amount, pace.parts)
        found.append(asked_for(asked))
    if pace.kind is PaceKind.OCCUPANCY and curve is not None:
        found.append(cited(curve, f"Equal steps of the occupancy of {curve.target}."))
    elif not own and advice.row is not None:
        filled = True
    if filled and advice.row is not None:
        found.append(cited(advice.row, advice.row.text))
    return tuple(found)


def _keeps_to(
    row: TaperPace, pace: Pace, now: Quantity, wanted: Sequence[Wanted]
) -> bool:
    """Return whether what was asked for is no faster than an advised pace.

    What is wanted counts, not what the pieces make of it; the step to nothing is all of
    the dose by nature. By occupancy no share of the dose was asked for.
    """
    if pace.kind is PaceKind.OCCUPANCY:
        return False
    shortest = row.every_low.after(date.min)
    present = now.value
    for one in wanted:
        if one.dose.value == 0:
            break
        of = present if row.of == "current" else now.value
        if pace.kind is _OF[row.of] and pace.share is not None:
            cut = pace.share
        else:
            cut = (present - one.dose.value) / of
        short = one.lasts is not None and one.lasts.after(date.min) < shortest
        if cut > row.step_high or short:
            return False
        present = one.taken.value
    return True


def _laid(
    wanted: Sequence[Wanted], advice: Advised, basis: tuple[Basis, ...], on: date
) -> list[Laid]:
    signs = in_force(advice.entry.sign, on) if advice.entry else ()
    expect = tuple(sign.text for sign in signs if sign.kind == "expect")
    watch = tuple(sign.text for sign in signs if sign.kind == "watch")
    signed = tuple(cited(sign, sign.text) for sign in signs)
    return [
        Laid(
            dose=one.dose,
            lasts=one.lasts,
            each=one.each,
            made=one.made,
            every_days=one.every_days,
            needs=CHECK_FIRST if place else None,
            expect=expect,
            watch=watch,
            basis=basis + signed,
        )
        for place, one in enumerate(wanted)
    ]


def notes_of(advice: Advised, on: date) -> tuple[Basis, ...]:
    """Return the warnings that the knowledge puts beside a way down."""
    if advice.entry is None:
        return ()
    return tuple(cited(w, w.text) for w in in_force(advice.entry.warnings, on))


def taper(
    knowledge: Knowledge,
    drug: Drug,
    *,
    dose: Quantity,
    starts: date,
    pace: Pace | None = None,
    to: Quantity | None = None,
    making: Making = AS_IT_COMES,
    known: Known = NOTHING_SAID,
    reason: str | None = None,
) -> Plan:
    """Return a taper from the dose a day now, to nothing or to a lower dose.

    `starts` is the first day of the first lower dose; it may lie ahead or in the past.
    Without a `pace` it is the one that the knowledge advises for the drug.
    The plan is not checked yet: `check.checked` does that.
    Raises `ImpossiblePlanError` and its kinds for what nobody can follow.
    """
    course, maker, advice = way_down(
        knowledge, drug, dose, starts, pace=pace, to=to, making=making, known=known
    )
    name = cased(drug.name)
    end = course.steps[-1].dose
    title = f"{name} taper from {amount(course.before or dose)}"
    return Plan(
        kind=PlanKind.TAPER,
        title=f"{title} to {amount(end)}" if end.value else f"{title} to nothing",
        starts=starts,
        courses=(course,),
        caveats=building.rounded_doses(course, maker),
        reason=reason,
        notes=notes_of(advice, starts),
    )
