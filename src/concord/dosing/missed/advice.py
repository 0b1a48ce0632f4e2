"""Which rules for missed doses hold: the longest gap, in the case that is known.

A rule with a `label` belongs to another school: it stands beside the others and is
never chosen. A rule of which it is not known whether it holds, and that would take the
place of the chosen one, leaves the question *not decided*: both are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Literal

from concord.dosing.missed.gap import Gap, rank
from concord.dosing.schedule.windows import Window, window, windows_of
from concord.errors import UnusableInputError
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import (
    Cited,
    Drug,
    MissedDoseRule,
    MissedDoses,
    Product,
    When,
)
from concord.terms import Value

# What judges a case: the parts of a `When` by the need that each names, answered.
Judge = Callable[[When], Iterable[tuple[str, bool | None]]]

_EXACT_GAP = "gap-exact"
_FORM = "form"


class Heard(Value, frozen=True, kw_only=True):
    """A rule and whether it holds; `needs` is what is missing where that is unknown."""

    rule: MissedDoseRule
    holds: bool | None
    needs: tuple[str, ...] = ()


class Placed(Value, frozen=True, kw_only=True):
    """Where a day lies in the window of an injection, and how far outside of it.

    `days` are the days too early or too late; outside a side on which the label names
    no end (`unknown`), the days from the day on which it is due.
    """

    form: str
    window: Window
    where: Literal["early", "open", "due", "late", "unknown"]
    days: int = 0


class Advice(Value, frozen=True, kw_only=True):
    """What the sources say for a gap.

    `holds` are the rules to follow: of those that hold the ones for the longest gap.
    `also` are the others that hold, longest gap first: for shorter gaps, or for every
    form. A longer gap mostly takes the place of a shorter one, but may add to it.
    `open` are rules that may hold and would then take its place; none where it is
    decided. `schools` are rules of other schools that hold or may hold.
    """

    drug: Drug
    gap: Gap
    on: date
    form: Product | None = None
    holds: tuple[Heard, ...] = ()
    also: tuple[Heard, ...] = ()
    open: tuple[Heard, ...] = ()
    schools: tuple[Heard, ...] = ()
    window: Placed | None = None

    @property
    def decided(self) -> bool:
        """Whether it is known which rules hold."""
        return not self.open

    @property
    def needs(self) -> tuple[str, ...]:
        """What would decide it, each once."""
        named = (need for heard in self.open for need in heard.needs)
        return tuple(dict.fromkeys(named))

    @property
    def call_team(self) -> bool:
        """Whether a rule that holds, or may, sends the person to their team."""
        heard = (*self.holds, *self.open, *self.schools)
        return any(one.rule.call_team for one in heard)


def advice(
    knowledge: Knowledge,
    drug: Drug,
    gap: Gap,
    judge: Judge,
    *,
    on: date,
    form: str | None = None,
) -> Advice:
    """Return what the sources say of a gap in taking a drug, in one of its forms.

    Raises `UnusableInputError` for a form that the drug does not have.
    """
    product = _product(drug, form)
    entries: tuple[MissedDoses, ...] = knowledge.entries_for("missed_doses", drug.id)
    rules = [r for entry in entries for r in entry.rule if _dated(r, on)]
    heard = [_heard(rule, drug, product, gap, judge) for rule in rules]
    schools = [h for h in heard if h.rule.label and h.holds is not False]
    own = [h for h in heard if not h.rule.label]
    held = sorted((h for h in own if h.holds), key=_order, reverse=True)
    chosen = tuple(_chosen(held))
    return Advice(
        drug=drug,
        gap=gap,
        on=on,
        form=product,
        holds=chosen,
        also=tuple(h for h in held if h not in chosen),
        open=tuple(_rivals(own, chosen)),
        schools=tuple(schools),
        window=_placed(knowledge, drug, product, gap, on),
    )


def forms(drug: Drug) -> tuple[str, ...]:
    """Return the named forms of a drug, each once."""
    return tuple(dict.fromkeys(p.tag for p in drug.product if p.tag))


def _product(drug: Drug, form: str | None) -> Product | None:
    if form is None:
        return None
    wanted = form.strip().casefold()
    for product in drug.product:
        brands = {brand.casefold() for brand in product.brands}
        if product.tag and wanted in {product.tag.casefold(), *brands}:
            return product
    known = ", ".join(forms(drug)) or "none"
    msg = (
        f"--form: found {form!r}, expected a form of {drug.name} ({known}) or its "
        "brand; nothing was looked up"
    )
    raise UnusableInputError(msg)


def _dated(rule: Cited, on: date) -> bool:
    return (rule.since is None or rule.since <= on) and (
        rule.until is None or on < rule.until
    )


def _heard(
    rule: MissedDoseRule,
    drug: Drug,
    product: Product | None,
    gap: Gap,
    judge: Judge,
) -> Heard:
    parts = [(_FORM, _of_form(rule, drug, product))]
    parts.append((_EXACT_GAP, gap.reaches(rule, long_acting=_lasts(rule, drug))))
    if rule.when is not None:
        parts += judge(rule.when)
    if any(answer is False for _, answer in parts):
        return Heard(rule=rule, holds=False)
    needs = tuple(dict.fromkeys(need for need, answer in parts if answer is None))
    return Heard(rule=rule, holds=None if needs else True, needs=needs)


def _of_form(rule: MissedDoseRule, drug: Drug, product: Product | None) -> bool | None:
    """Return whether a rule is for the form; `None` where it is not said which it is.

    One without a form is for all but long-acting injections: what is said of a tablet
    is not said of them.
    """
    if rule.form is None:
        return product is None or product.release != "depot"
    if product is not None:
        return product.tag == rule.form
    return True if {p.tag for p in drug.product} == {rule.form} else None


def _lasts(rule: MissedDoseRule, drug: Drug) -> bool:
    """Return whether a rule is for a form that is given days or weeks apart."""
    return rule.form is not None and any(
        p.interval is not None for p in drug.product if p.tag == rule.form
    )


def _order(heard: Heard) -> tuple[int, bool, int]:
    rule = heard.rule
    return (rank(rule.gap), rule.form is not None, _cases(rule))


def _cases(rule: MissedDoseRule) -> int:
    if rule.when is None:
        return 0
    fields = rule.when.__struct_fields__
    return sum(getattr(rule.when, field) not in (None, ()) for field in fields)


def _chosen(held: list[Heard]) -> Iterator[Heard]:
    """Yield the rules to follow: the longest gap, and what a case asks at any gap.

    A rule of a case without a gap that sends to the team speaks of every gap in that
    case (the first weeks of an injection), and comes first.
    """
    if not held:
        return
    longest = held[0]
    for heard in held[1:]:
        rule = heard.rule
        if _every_gap(rule) and not _cases(longest.rule):
            yield heard
    yield from (h for h in held if _order(h) == _order(longest))


def _every_gap(rule: MissedDoseRule) -> bool:
    return rule.gap is None and rule.call_team and _cases(rule) > 0


def _rivals(own: list[Heard], chosen: tuple[Heard, ...]) -> Iterator[Heard]:
    """Yield the rules that may hold and would stand above the chosen ones.

    Of each case and form only the longest gap, and where it is the gap itself that is
    not known, the next ones too down to one that it surely reaches.
    """
    least = rank(chosen[-1].rule.gap) if chosen else 0
    cases: dict[tuple[object, ...], bool] = {}
    for heard in sorted((h for h in own if h.holds is None), key=_order, reverse=True):
        rule = heard.rule
        above = rank(rule.gap) >= least or _every_gap(rule)
        case = (rule.form, rule.when)
        if not above or cases.get(case):
            continue
        cases[case] = _EXACT_GAP not in heard.needs
        yield heard


def _placed(
    knowledge: Knowledge, drug: Drug, product: Product | None, gap: Gap, on: date
) -> Placed | None:
    """Return where the day lies in the window, where both days are known."""
    if product is None or product.interval is None or gap.last is None:
        return None
    earliest, latest = gap.last
    if earliest != latest or gap.on is None:
        return None
    ((_, row),) = windows_of(knowledge, drug.id, (product,), on)
    ahead = window(latest, product.interval, row)
    where = ahead.on(gap.on)
    edge = ahead.due
    if where == "early" and ahead.first is not None:
        edge = ahead.first
    elif where == "late" and ahead.last is not None:
        edge = ahead.last
    days = 0 if where in ("open", "due") else abs((gap.on - edge).days)
    form = product.tag or product.form
    return Placed(form=form, window=ahead, where=where, days=days)
