"""The medicine of a plan with those that are taken as well, step by step.

The rules are those of the review, judged by the one function that judges them there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from concord.dosing.plan.building import cited
from concord.dosing.plan.known import Asked, Known, answers, holds, on_side
from concord.dosing.plan.model import Caveat, Course, Plan
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import (
    Drug,
    Interaction,
    Severity,
    Side,
    Status,
    Titration,
    When,
)
from concord.knowledge.pairs import Judged, judged, speaking
from concord.terms import Duration, Quantity, Value
from concord.wording.names import cased

# As in the review: a route that nobody named is by mouth.
_USUAL = "oral"


class _Taken(Value, frozen=True, kw_only=True):
    """The two medicines on one day: the plan's at its dose, and the other."""

    drug: Drug
    other: Drug
    on: date
    route: str
    dose: Quantity


def check_beside(
    course: Course,
    knowledge: Knowledge,
    *,
    known: Known,
    indication: str | None,
    since: date | None,
) -> Iterator[Caveat]:
    """Yield what may interrupt, at the step from which it holds or is graver.

    What stands already before the plan asks for no reason: the plan does not bring it
    about. Nor does what is serious where the titration has rows for just these two,
    since their steps are the answer. With `since`, what a step before that day brought
    about is left out. A rule that would be so grave by what is not known is said as
    not checked.
    """
    drug = knowledge.drugs[course.drug]
    for name in dict.fromkeys(known.beside):
        if name == drug.id:
            continue
        met: dict[str, int] = {}
        unsure: set[str] = set()
        for on, dose, new in _stages(course):
            taken = _Taken(
                drug=drug,
                other=knowledge.drugs[name],
                on=on,
                route=course.route,
                dose=dose,
            )
            row = _made_for_both(taken, course, known, indication, knowledge)
            past = since is not None and on < since
            for rule, found in _holding(taken, known, knowledge):
                rank = found.severity.rank
                if found.severity.interrupts and rank < met.get(rule.id, rank + 1):
                    met[rule.id] = rank
                    if not past:
                        yield _caveat(taken, rule, found, new=new, row=row)
                elif rule.id not in {*met, *unsure} and _may_interrupt(found):
                    unsure.add(rule.id)
                    if not past:
                        yield _not_known(taken, rule, found)


def not_asked(plan: Plan) -> Caveat:
    """Return what is said where nobody told what else is taken."""
    return Caveat(
        code="not-checked",
        drug=plan.courses[-1].drug,
        seen="nothing was said of other medicines",
        expected="each of them named, or that there is none; interactions with them "
        "were not judged",
    )


def _stages(course: Course) -> Iterator[tuple[date, Quantity, bool]]:
    """Yield the doses in order, with their days, and whether the plan brings them.

    The dose from before the plan comes first, on its first day.
    """
    if course.before is not None and course.before.value > 0:
        yield course.steps[0].starts, course.before, False
    for step in course.steps:
        if step.dose.value > 0:
            yield step.starts, step.dose, True


def _holding(
    taken: _Taken, known: Known, knowledge: Knowledge
) -> Iterator[tuple[Interaction, Judged]]:
    """Yield the rules between the two that hold on the day, as they hold."""
    rules = knowledge.interactions_between(taken.drug.id, taken.other.id)
    held = _judge(taken, known, knowledge)
    found: dict[str, Judged] = {}
    met: list[Interaction] = []
    for rule in in_force(rules, taken.on):
        for mine, theirs in ((rule.a, rule.b), (rule.b, rule.a)):
            if _stands(mine, taken.drug, taken.route, held, knowledge) and _stands(
                theirs, taken.other, _USUAL, held, knowledge
            ):
                answer = judged(rule, held, taken.on)
                if answer is not None:
                    found[rule.id] = answer
                    met.append(rule)
                break
    for rule in speaking(met):
        yield rule, found[rule.id]


def _made_for_both(
    taken: _Taken,
    course: Course,
    known: Known,
    indication: str | None,
    knowledge: Knowledge,
) -> Titration | None:
    """Return the row of the titration that holds because the other one is taken."""
    names = {taken.other.id, *knowledge.groups_of(taken.other.id)}
    asked = Asked(drug=taken.drug.id, on=taken.on, route=taken.route)
    at_a_start = msgspec.structs.replace(known, taken_for=Duration(0, "day"))
    for row in in_force(taken.drug.titration, taken.on):
        mine = row.form in (None, course.form)
        mine = mine and row.indication in (None, indication)
        if not mine or row.when is None or names.isdisjoint(row.when.taking):
            continue
        if holds(row.when, at_a_start, knowledge, asked):
            return row
    return None


def _judge(
    taken: _Taken, known: Known, knowledge: Knowledge
) -> Callable[[When], bool | None]:
    """Return what answers a `When` of either medicine: yes, no or not known."""
    asked = (
        Asked(drug=taken.drug.id, on=taken.on, route=taken.route, dose=taken.dose),
        Asked(drug=taken.other.id, on=taken.on),
    )

    def held(when: When) -> bool | None:
        # Whose dose it is decides: the other one's is no answer.
        meant = [one for one in asked if when.dose_of == one.drug] or asked
        said = [_answer(when, known, knowledge, one) for one in meant]
        if True in said:
            return True
        return None if None in said else False

    return held


def _answer(
    when: When, known: Known, knowledge: Knowledge, asked: Asked
) -> bool | None:
    said = [answer for _, answer in answers(when, known, knowledge, asked)]
    if False in said:
        return False
    return None if None in said else True


def _stands(
    side: Side,
    drug: Drug,
    route: str,
    held: Callable[[When], bool | None],
    knowledge: Knowledge,
) -> bool:
    """Return whether a medicine stands on a side of a rule, by its route too.

    A membership for some doses counts where it is not known not to hold.
    """
    if not on_side(side, drug, knowledge) or (side.routes and route not in side.routes):
        return False
    if drug.id in side.drugs:
        return True
    members = [knowledge.members(group).get(drug.id) for group in side.groups]
    return any(
        member is not None and (member.when is None or held(member.when) is not False)
        for member in members
    )


def _may_interrupt(found: Judged) -> bool:
    return any(row.to.interrupts for row in found.open)


def _caveat(
    taken: _Taken,
    rule: Interaction,
    found: Judged,
    *,
    new: bool,
    row: Titration | None,
) -> Caveat:
    answered = row is not None and found.severity is Severity.SERIOUS
    one, other = cased(taken.drug.name), cased(taken.other.name)
    together = "together" if new else "together already"
    rests_on = (rule, *found.reasons)
    return Caveat(
        code="interaction",
        drug=taken.drug.id,
        seen=f"{one} and {other} {together}: {found.severity} ({rule.title})",
        expected=" ".join(filter(None, (rule.first_say, rule.action))),
        starts=taken.on,
        needs_reason=new
        and not answered
        and all(v.status is not Status.UNVERIFIED for v in rests_on),
        basis=(
            cited(rule, rule.effect),
            *(cited(reason, reason.text) for reason in found.reasons),
            *((cited(row, row.text),) if row is not None and answered else ()),
        ),
    )


def _not_known(taken: _Taken, rule: Interaction, found: Judged) -> Caveat:
    rows = [row for row in found.open if row.to.interrupts]
    gravest = min(rows, key=lambda row: row.to.rank)
    one, other = cased(taken.drug.name), cased(taken.other.name)
    return Caveat(
        code="not-checked",
        drug=taken.drug.id,
        seen=f"{one} and {other} together: {found.severity} ({rule.title})",
        expected=f"to know whether this makes it {gravest.to}: {gravest.text}",
        starts=taken.on,
        basis=(cited(gravest, rule.effect),),
    )
