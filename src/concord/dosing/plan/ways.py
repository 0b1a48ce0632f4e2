"""Which way of changing one medicine for another was asked for, or is advised."""

from __future__ import annotations

from typing import Literal

from concord.dosing.plan.known import Asked, Known, holds, on_side
from concord.dosing.plan.pace import Pace, Wanted
from concord.errors import ImpossiblePlanError
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Drug, Switch, SwitchWay
from concord.terms import Duration, Quantity, Value
from concord.wording.names import cased

Method = Literal["direct", "cross-taper", "taper-then-start"]
METHODS: tuple[Method, ...] = ("direct", "cross-taper", "taper-then-start")


class Way(Value, frozen=True, kw_only=True):
    """A way that was chosen, with the row and the file that say so, if any."""

    method: Method
    entry: Switch | None = None
    row: SwitchWay | None = None


class Change(Value, frozen=True, kw_only=True):
    """What the prescriber wants of a switch; what is absent the knowledge says.

    `way` is a method or the label of a row, `gap` the days between the two, `over` how
    long a cross-taper takes. `steps` are the doses of the old one, `pace` its way down.
    `to` is the wanted dose of the new one, `first` its first dose, `new_steps` all of
    its doses.
    """

    dose: Quantity
    way: str | None = None
    gap: Duration | None = None
    over: Duration | None = None
    steps: tuple[Wanted, ...] = ()
    pace: Pace | None = None
    to: Quantity | None = None
    first: Quantity | None = None
    new_steps: tuple[Wanted, ...] = ()
    indication: str | None = None


def way_of(
    knowledge: Knowledge,
    old: Drug,
    new: Drug,
    *,
    asked: Asked,
    known: Known,
    wanted: str | None,
) -> Way:
    """Return the way of the knowledge that was named, or its default.

    Raises `ImpossiblePlanError` where there is none and none was named.
    """
    entries: list[Switch] = [
        entry
        for entry in knowledge.table("switches").values()
        if on_side(entry.a, old, knowledge) and on_side(entry.b, new, knowledge)
    ]
    # A file that names the drugs themselves stands before one of their classes.
    entries.sort(key=lambda e: (old.id not in e.a.drugs, new.id not in e.b.drugs))
    for entry in entries:
        rows = in_force(entry.way, asked.on)
        rows = tuple(r for r in rows if holds(r.when, known, knowledge, asked))
        if wanted is not None:
            rows = tuple(r for r in entry.way if wanted in {r.label, r.method})
        if rows:
            return Way(method=rows[0].method, entry=entry, row=rows[0])
    for method in METHODS:
        if method == wanted:
            return Way(method=method)
    named = sorted({r.label or r.method for e in entries for r in e.way})
    raise ImpossiblePlanError(
        f"{cased(old.name)} to {cased(new.name)}: found no way of that name or no way "
        f"at all in the knowledge, expected one of {', '.join(named or METHODS)}; name "
        "the way"
    )
