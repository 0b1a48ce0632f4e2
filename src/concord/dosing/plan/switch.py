"""From one medicine to another: at once, after a gap, or the one down as the other up.

How is in the table `switches`; how long the two must be apart is the `washout` of their
interaction, and no way is shorter unless the prescriber asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from concord.dosing.plan import building
from concord.dosing.plan.apart import Apart, apart
from concord.dosing.plan.building import AS_IT_COMES, Laid, Making, asked_for, cited
from concord.dosing.plan.comparing import compared
from concord.dosing.plan.known import NOTHING_SAID, Asked, Known
from concord.dosing.plan.model import Basis, Caveat, Course, Plan, PlanKind
from concord.dosing.plan.pace import Pace, PaceKind, Wanted
from concord.dosing.plan.pieces import Maker, Rounding
from concord.dosing.plan.taper import way_down
from concord.dosing.plan.titration import way_up
from concord.dosing.plan.ways import Change, Way, way_of
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount, rounded
from concord.wording.names import cased
from concord.wording.plans import CHECK_FIRST, SAME_TIME_DOWN, pace_words

_DAY = timedelta(days=1)
_NO_TIME = Duration(0, "day")


def switch(
    knowledge: Knowledge,
    old: Drug,
    new: Drug,
    change: Change,
    *,
    starts: date,
    making: Making = AS_IT_COMES,
    new_making: Making = AS_IT_COMES,
    known: Known = NOTHING_SAID,
    reason: str | None = None,
) -> Plan:
    """Return a switch from a dose a day of one medicine to another, as one plan.

    `starts` is the first day on which anything changes.
    Where equivalent doses of the two are published, they stand beside the plan; the
    dose of the new one is always the prescriber's or its own titration's.
    """
    if old.id == new.id:
        raise ImpossiblePlanError(
            f"{cased(old.name)}: found one medicine twice, expected two; make a taper "
            "or a titration"
        )
    maker = building.maker_of(knowledge, old, making, starts)
    now = maker.in_unit(change.dose)
    if now.value <= 0:
        raise ImpossiblePlanError(
            "the dose now: found nothing, expected a dose above nothing; correct it"
        )
    asked = Asked(drug=old.id, on=starts, route=maker.stock.route, dose=now)
    way = way_of(knowledge, old, new, asked=asked, known=known, wanted=change.way)
    wait = apart(knowledge, old, new, starts)
    equal = compared(knowledge, (old, now), (new, change.to), starts)
    if equal and change.to is None and not change.new_steps:
        raise ImpossiblePlanError(
            f"{cased(new.name)}: found no wanted dose, expected the prescriber's: "
            "equivalents are published for comparison and never convert a dose "
            f"({'; '.join(one.text for one in equal)}); name the dose"
        )
    both = _Both(
        knowledge=knowledge,
        old=old,
        new=new,
        now=now,
        change=change,
        way=way,
        starts=starts,
        making=making,
        new_making=new_making,
        known=known,
    )
    down, up, caveats = both.courses(maker, wait)
    notes = list(equal)
    if way.row is not None:
        notes.insert(0, cited(way.row, way.row.text))
    if wait is not None:
        notes.append(cited(wait.row, f"{wait.rule.title}: {wait.row.lasts} apart."))
    return Plan(
        kind=PlanKind.SWITCH,
        title=f"{cased(old.name)} {amount(now)} to {cased(new.name)}",
        starts=starts,
        courses=(down, up),
        caveats=tuple(caveats),
        reason=reason,
        notes=tuple(notes),
    )


class _Both:
    """The two courses of one switch in the making."""

    def __init__(
        self,
        *,
        knowledge: Knowledge,
        old: Drug,
        new: Drug,
        now: Quantity,
        change: Change,
        way: Way,
        starts: date,
        making: Making,
        new_making: Making,
        known: Known,
    ) -> None:
        self.knowledge = knowledge
        self.old = old
        self.new = new
        self.now = now
        self.change = change
        self.way = way
        self.starts = starts
        self.making = making
        self.new_making = new_making
        self.known = known

    def courses(
        self, maker: Maker, wait: Apart | None
    ) -> tuple[Course, Course, list[Caveat]]:
        """Return the old one's steps, the new one's, and what was rounded in them."""
        if self.way.method == "cross-taper":
            over = self._over()
            up, up_maker = self._up(self.starts)
            down = self._crossing(maker, up, over)
        else:
            down = self._down(maker)
            begins = self._gap(wait).after(down.steps[-1].starts)
            up, up_maker = self._up(begins)
        caveats = [
            *building.rounded_doses(down, maker),
            *building.rounded_doses(up, up_maker),
            *self._not_known(),
        ]
        return down, up, caveats

    def _not_known(self) -> list[Caveat]:
        if self.way.row is not None:
            return []
        return [
            Caveat(
                code="not-checked",
                drug=self.new.id,
                seen=f"the way is the prescriber's ({self.way.method})",
                expected="a way of this switch with a source; the knowledge has none",
            )
        ]

    def _basis(self) -> tuple[Basis, ...]:
        row = self.way.row
        if row is None:
            return (asked_for(pace_words("steps", None, None)),)
        return (cited(row, row.text),)

    def _gap(self, wait: Apart | None) -> Duration:
        """Return the time between the two: as asked, else the longest that is stated.

        It counts from the first day without the old one.
        """
        if self.change.gap is not None:
            return self.change.gap
        stated = [_NO_TIME]
        if self.way.row is not None and self.way.row.gap is not None:
            stated.append(self.way.row.gap)
        if wait is not None:
            stated.append(wait.row.lasts)
        return max(stated, key=lambda gap: gap.after(date.min))

    def _over(self) -> Duration:
        """Return how long a cross-taper takes: as asked, else the longer one stated."""
        row = self.way.row
        stated = (row.over_high or row.over_low) if row is not None else None
        over = self.change.over or stated
        if over is None or over.count == 0:
            raise ImpossiblePlanError(
                f"{cased(self.old.name)} to {cased(self.new.name)}: found no time for "
                "the cross-taper, expected one like 2 weeks; name it"
            )
        return over

    def _up(self, starts: date) -> tuple[Course, Maker]:
        change, row = self.change, self.way.row
        steps: Sequence[Wanted] = change.new_steps
        advised = row.first_dose if row is not None else None
        first = change.first or advised
        if not steps and first is not None and first == change.to:
            steps = (Wanted(dose=first),)
        crossing = self.way.method == "cross-taper" and bool(steps)
        said: tuple[Basis, ...] = ()
        if row is not None and (crossing or (first is not None and first == advised)):
            said = (cited(row, row.text),)
        return way_up(
            self.knowledge,
            self.new,
            starts,
            indication=change.indication,
            to=change.to,
            steps=steps,
            first=first,
            first_basis=said,
            making=self.new_making,
            known=self.known,
        )

    def _down(self, maker: Maker) -> Course:
        """Return the old one's way to nothing before the new one begins."""
        change = self.change
        if self.way.method == "direct" and not change.steps and change.pace is None:
            laid = Laid(dose=Quantity(0, self.now.unit), basis=self._basis())
            steps = building.lay_out((laid,), self.starts, maker, self.making)
            return self._by_way(building.course_of(self.old, steps, maker, self.now))
        pace = change.pace
        if change.steps:
            named = _to_nothing(change.steps, self.now)
            school = pace.school if pace is not None else None
            pace = Pace(kind=PaceKind.STEPS, steps=named, school=school)
        return way_down(
            self.knowledge,
            self.old,
            self.now,
            self.starts,
            pace=pace,
            making=self.making,
            known=self.known,
        )[0]

    def _crossing(self, maker: Maker, up: Course, over: Duration) -> Course:
        """Return the old one coming down in equal steps as the new one goes up.

        It comes down on each day on which the new one goes up, and has come to nothing
        when the time of the cross-taper is over.
        """
        if self.change.steps or self.change.pace is not None:
            return self._down(maker)
        ends = over.after(self.starts)
        days = [step.starts for step in up.steps if step.starts < ends]
        parts = len(days) + 1
        basis = (*self._basis(), asked_for(SAME_TIME_DOWN))
        rounding = self.making.rounding or Rounding.UP
        present = self.now
        laid = []
        for place, day in enumerate(days, start=1):
            until = days[place] if place < len(days) else ends
            value = self.now.value * (parts - place) / parts
            value = max(value, maker.smallest.value)
            aim = rounded(Quantity(value, self.now.unit))
            made = maker.lower(aim, present, rounding) or present
            laid.append(
                Laid(
                    dose=aim,
                    made=made,
                    lasts=Duration((until - day).days, "day"),
                    basis=basis,
                )
            )
            present = made
        laid.append(Laid(dose=Quantity(0, self.now.unit), basis=basis))
        steps = building.lay_out(laid, self.starts, maker, self.making)
        return self._by_way(building.course_of(self.old, steps, maker, self.now))

    def _by_way(self, course: Course) -> Course:
        """Return the old one's course, marked where a way with a source shaped it."""
        return msgspec.structs.replace(course, by_way=self.way.row is not None)


def _to_nothing(steps: tuple[Wanted, ...], now: Quantity) -> tuple[Wanted, ...]:
    """Return the doses that were named with nothing at their end."""
    if steps[-1].dose.value == 0:
        return steps
    if steps[-1].lasts is None:
        raise ImpossiblePlanError(
            f"the steps: found {amount(steps[-1].dose)} at the end without a length, "
            "expected one like 2 weeks, or 0 as the last step; the old medicine ends "
            "in a switch"
        )
    return (*steps, Wanted(dose=Quantity(0, now.unit)))


def then_taper(plan: Plan, tapered: Plan) -> Plan:
    """Return a switch whose new medicine is tapered from some day on: one plan.

    The steps of the new one as far as that day, then those of its taper.
    """
    (down,) = tapered.courses
    courses = []
    for course in plan.courses:
        if course.drug != down.drug:
            courses.append(course)
            continue
        if course.steps[-1].starts >= tapered.starts:
            raise ImpossiblePlanError(
                f"the taper: found its start ({tapered.starts}) before the new dose "
                f"is reached ({course.steps[-1].starts}), expected a later day"
            )
        last = msgspec.structs.replace(course.steps[-1], ends=tapered.starts - _DAY)
        first = msgspec.structs.replace(down.steps[0], needs=CHECK_FIRST)
        steps = (*course.steps[:-1], last, first, *down.steps[1:])
        courses.append(msgspec.structs.replace(course, steps=steps))
    return msgspec.structs.replace(
        plan,
        title=f"{plan.title}, then a taper of it",
        courses=tuple(courses),
        caveats=(*plan.caveats, *tapered.caveats),
        notes=tuple(dict.fromkeys((*plan.notes, *tapered.notes))),
    )
