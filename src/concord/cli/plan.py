"""`concord taper`, `titrate`, `switch`, `restart`: changes of dose as one plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click
import msgspec

from concord.cli.edge import drug_named, today
from concord.cli.plan_options import (
    amount_of,
    common,
    day_of,
    end_of,
    hold_of,
    known_of,
    length_of,
    making_of,
    pace_of,
    refused,
    share_of,
    steps_of,
    use_of,
)
from concord.cli.plan_printing import show
from concord.dosing.plan.building import Making
from concord.dosing.plan.changing import pause, resume, revise
from concord.dosing.plan.check import checked
from concord.dosing.plan.check_beside import not_asked
from concord.dosing.plan.days import mean_on
from concord.dosing.plan.known import Known
from concord.dosing.plan.model import Plan
from concord.dosing.plan.pace import Pace, PaceKind
from concord.dosing.plan.restart import last_dose
from concord.dosing.plan.restart import restart as restart_plan
from concord.dosing.plan.stock import product_of, stock_of
from concord.dosing.plan.switch import switch as switch_plan
from concord.dosing.plan.switch import then_taper
from concord.dosing.plan.taper import taper as taper_plan
from concord.dosing.plan.titration import titrate as titrate_plan
from concord.dosing.plan.ways import Change
from concord.knowledge.index import load
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Drug
from concord.terms import Quantity, Value

_PLANS = click.Choice([kind.value for kind in PaceKind])


class _Said(Value, frozen=True, kw_only=True):
    """What the options of every plan say."""

    starts: date
    making: Making
    known: Known
    use: str | None


@click.command()
@click.argument("drug")
@click.option("--dose", required=True, help="The dose a day now: '20 mg'.")
@click.option("--plan", "plan", type=_PLANS, help="By what it comes down.")
@click.option("--by", help="How much at each step: '10%' or '2 mg'.")
@click.option("--every", help="How long each step lasts: '2 weeks'.")
@click.option("--to", help="The dose at the end (default: nothing).")
@click.option("--steps", help="The doses themselves: '18, 16 mg' (each 'for 2 weeks').")
@click.option("--in", "parts", type=int, help="In so many equal steps instead of --by.")
@click.option("--last-dose", help="The smallest dose before nothing: '1 mg'.")
@click.option("--school", help="Another published pace, by its label.")
@click.option("--anew", help="Make it anew from this day on, from the dose of then.")
@click.option("--anew-by", help="How much at each step from that day on: '5%'.")
@click.option("--anew-every", help="How long each step lasts from that day on.")
@common
def taper(
    drug: str,
    *,
    dose: str,
    plan: str | None,
    by: str | None,
    every: str | None,
    to: str | None,
    steps: str | None,
    parts: int | None,
    last_dose: str | None,
    school: str | None,
    **more: Any,
) -> None:
    """Plan the way down of DRUG from a dose a day, of tablets that exist.

    Without --plan, --by and --every it is the pace that the knowledge advises. Outside
    it the plan says so and asks for a reason; it does not forbid.

    \b
    Example: concord taper diazepam --dose "20 mg" --by 10% --every "2 weeks"
             --liquid "5 mg/5 mL" --liquid-below "9 mg"
    """
    knowledge = load()
    found, said = _drug(knowledge, drug), _said(knowledge, more)
    now = amount_of("--dose", dose)
    pace = pace_of(
        plan, by, every, steps, now.unit, parts=parts, last=last_dose, school=school
    )
    made = taper_plan(
        knowledge,
        found,
        dose=now,
        starts=said.starts,
        pace=pace,
        to=end_of("--to", to, now),
        making=said.making,
        known=said.known,
        reason=more["reason"],
    )
    made = _held(made, more)
    if more["anew"] is not None:
        end = end_of("--to", to, now)
        made = _anew(made, knowledge, found, said, end=end, more=more)
    elif more["anew_by"] is not None or more["anew_every"] is not None:
        raise refused("--anew", "", "the day from which it is made anew")
    _show(made, knowledge, said, more)


@click.command()
@click.argument("drug")
@click.option("--to", help="The wanted dose a day (default: the last listed step).")
@click.option("--steps", help="The doses themselves: '25 mg for 2 weeks, 50 mg'.")
@common
def titrate(drug: str, *, to: str | None, steps: str | None, **more: Any) -> None:
    """Plan the way up of DRUG, by its titration for the use and the other medicines.

    What decides between two titrations (--with, --without-others, --age) must be said.

    \b
    Example: concord titrate lamotrigine --for bipolar-disorder --with valproate
    """
    knowledge = load()
    found, said = _drug(knowledge, drug), _said(knowledge, more)
    made = titrate_plan(
        knowledge,
        found,
        starts=said.starts,
        indication=said.use,
        to=amount_of("--to", to) if to is not None else None,
        steps=steps_of("--steps", steps, _unit(found, said)),
        making=said.making,
        known=said.known,
        reason=more["reason"],
    )
    _show(_held(made, more), knowledge, said, more)


@click.command()
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@click.option("--dose", required=True, help="The dose a day of FROM now.")
@click.option("--way", help="direct, cross-taper, taper-then-start, or a row's label.")
@click.option("--gap", help="Time between the two (default: the longest stated).")
@click.option("--over", help="How long a cross-taper takes: '2 weeks'.")
@click.option("--steps", help="The doses of FROM themselves; '0' stops it at once.")
@click.option("--plan", "plan", type=_PLANS, help="By what FROM comes down.")
@click.option("--by", help="How much FROM comes down at each step.")
@click.option("--every", help="How long each step of FROM lasts.")
@click.option("--to-dose", help="The wanted dose a day of TO: the prescriber's.")
@click.option("--first-dose", help="The first dose a day of TO.")
@click.option("--to-steps", help="The doses of TO themselves.")
@click.option("--to-form", help="The form of TO.")
@click.option("--to-times", type=int, default=1, help="Times a day of TO (default: 1).")
@click.option("--school", help="Another published pace of FROM, by its label.")
@click.option("--to-made-of", help="Only these strengths of TO.")
@click.option("--then-taper", help="Then taper TO by this share: '10%'.")
@click.option("--then-every", help="How long each step of that taper lasts.")
@click.option("--then-after", help="How long the dose of TO is kept before it.")
@common
def switch(old: str, new: str, *, dose: str, **more: Any) -> None:
    """Plan the switch FROM one medicine TO another, never closer than their washout.

    Published equivalents are shown beside the plan; the dose of TO is the prescriber's.

    \b
    Example: concord switch sertraline venlafaxine --dose "100 mg" --way cross-taper
             --over "2 weeks" --to-form XR --to-dose "150 mg"
    """
    knowledge = load()
    one, other = _drug(knowledge, old), _drug(knowledge, new)
    said = _said(knowledge, more)
    now = amount_of("--dose", dose)
    new_making = making_of(more["to_form"], more["to_made_of"], more["to_times"])
    change = Change(
        dose=now,
        way=more["way"],
        gap=length_of("--gap", more["gap"]),
        over=length_of("--over", more["over"]),
        steps=_old_steps(more, now),
        pace=_old_pace(more, now),
        to=_amount("--to-dose", more["to_dose"]),
        first=_amount("--first-dose", more["first_dose"]),
        new_steps=steps_of("--to-steps", more["to_steps"], now.unit),
        indication=said.use,
    )
    made = switch_plan(
        knowledge,
        one,
        other,
        change,
        starts=said.starts,
        making=said.making,
        new_making=new_making,
        known=said.known,
        reason=more["reason"],
    )
    if more["then_taper"] is not None:
        made = _then(made, knowledge, other, new_making, said=said, more=more)
    _show(_held(made, more), knowledge, said, more)


@click.command()
@click.argument("drug")
@click.option("--dose", required=True, help="The usual dose: a day's, or an injection.")
@click.option("--gap", help="How long it was missed, or how late an injection is.")
@click.option("--last", help="The day of the last dose, instead of --gap.")
@click.option(
    "--injections",
    type=click.IntRange(1),
    help="How many injections of this course were given so far.",
)
@common
def restart(
    drug: str,
    *,
    dose: str,
    gap: str | None,
    last: str | None,
    injections: int | None,
    **more: Any,
) -> None:
    """Plan how DRUG is taken again after a gap, by its rules for missed doses.

    \b
    Example: concord restart clozapine --dose "300 mg" --gap "3 days"
    """
    knowledge = load()
    found, said = _drug(knowledge, drug), _said(knowledge, more)
    length = length_of("--gap", gap)
    if (length is None) == (last is None):
        raise refused("--gap", gap or "", "either --gap or --last, and not both")
    if length is not None:
        stock = stock_of(found, said.starts, form=said.making.form)
        interval = product_of(found, stock, said.starts).interval
        ended = last_dose(length, said.starts, interval)
    else:
        ended = day_of("--last", last, said.starts)
    made = restart_plan(
        knowledge,
        found,
        dose=amount_of("--dose", dose),
        last=ended,
        starts=said.starts,
        indication=said.use,
        making=said.making,
        known=msgspec.structs.replace(said.known, given=injections),
        reason=more["reason"],
    )
    _show(_held(made, more), knowledge, said, more)


# --- what they share --------------------------------------------------------------


def _drug(knowledge: Knowledge, name: str) -> Drug:

    return knowledge.drugs[drug_named(knowledge, name)]


def _said(knowledge: Knowledge, more: dict[str, Any]) -> _Said:

    use = use_of(knowledge, more["use"])
    return _Said(
        starts=day_of("--start", more["start"], today()),
        making=making_of(
            more["form"],
            more["made_of"],
            more["times"],
            more["rounding"],
            liquid=more["liquid"],
            below=more["liquid_below"],
            measure=more["measure"],
        ),
        known=known_of(
            knowledge,
            beside=more["beside"],
            without_others=more["without_others"],
            age=more["age"],
            taken_for=more["taken_for"],
            use=use,
        ),
        use=use,
    )


def _amount(option: str, text: str | None) -> Quantity | None:
    return None if text is None else amount_of(option, text)


def _unit(drug: Drug, said: _Said) -> str:
    making = said.making
    return stock_of(drug, said.starts, form=making.form, made_of=making.made_of).unit


def _old_steps(more: dict[str, Any], now: Quantity) -> Any:
    every = length_of("--every", more["every"])
    return steps_of("--steps", more["steps"], now.unit, every)


def _old_pace(more: dict[str, Any], now: Quantity) -> Pace | None:
    steps, school = more["steps"], more["school"]
    if steps is not None and school is None:
        return None
    return pace_of(
        more["plan"], more["by"], more["every"], steps, now.unit, school=school
    )


def _then(
    made: Plan,
    knowledge: Knowledge,
    drug: Drug,
    making: Making,
    *,
    said: _Said,
    more: dict[str, Any],
) -> Plan:
    """Return a switch that goes on as a taper of the new medicine."""
    reached = made.courses[1].steps[-1]
    keep = length_of("--then-after", more["then_after"])
    if keep is None or keep.count == 0:
        raise refused("--then-after", more["then_after"] or "", 'a time like "2 weeks"')
    down = taper_plan(
        knowledge,
        drug,
        dose=reached.dose,
        starts=keep.after(reached.starts),
        pace=Pace(
            kind=PaceKind.SHARE,
            share=share_of("--then-taper", more["then_taper"]),
            every=length_of("--then-every", more["then_every"]),
        ),
        making=making,
        known=said.known,
    )
    return then_taper(made, down)


def _held(made: Plan, more: dict[str, Any]) -> Plan:
    """Return a plan as it is when it was held: what is past is as it was."""
    hold = hold_of(more["hold"], more["paused"], more["resumed"])
    if hold is None:
        return made
    made = pause(made, hold[0])
    return made if hold[1] is None else resume(made, hold[1])


def _anew(
    made: Plan,
    knowledge: Knowledge,
    drug: Drug,
    said: _Said,
    *,
    end: Quantity | None,
    more: dict[str, Any],
) -> Plan:
    """Return a taper that goes on at another pace from a day on."""
    on = day_of("--anew", more["anew"], said.starts)
    if on <= made.starts:
        raise refused("--anew", more["anew"], f"a day after {made.starts}")
    dose = mean_on(made.courses[0], on - timedelta(days=1))
    down = taper_plan(
        knowledge,
        drug,
        dose=dose,
        starts=on,
        pace=pace_of(None, more["anew_by"], more["anew_every"], None, dose.unit),
        to=end,
        making=said.making,
        known=said.known,
        reason=more["reason"],
    )
    revised = revise(made, on, down)
    return msgspec.structs.replace(revised, title=made.title)


def _show(made: Plan, knowledge: Knowledge, said: _Said, more: dict[str, Any]) -> None:
    whole = checked(made, knowledge, known=said.known, indication=said.use)
    if not (said.known.beside or said.known.nothing_else):
        caveats = (*whole.caveats, not_asked(whole))
        whole = msgspec.structs.replace(whole, caveats=caveats)
    show(
        whole,
        as_json=more["as_json"],
        svg=more["svg"],
        weekly=more["calendar"],
        daily=more["daily"],
        knowledge_version=knowledge.version,
    )
