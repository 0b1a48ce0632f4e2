"""Do two medicines, or a medicine and the person's circumstances, interact?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product

from concord.followup.case import Case, Taking
from concord.knowledge.lookup import in_force
from concord.knowledge.model import (
    Cited,
    Interaction,
    Severity,
    SeverityChange,
    Side,
    Washout,
    When,
)
from concord.knowledge.pairs import judged
from concord.review.building import (
    Rule,
    cited,
    distinct,
    missing,
    needs_of,
    seen_result,
    seen_taking,
    shown_date,
    text,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    NotChecked,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.terms import Value
from concord.wording import Message

ID = "interaction"


class Hit(Value, frozen=True, kw_only=True):
    """A rule that holds for this person: who is on each side, and what was seen.

    `severity` is the rule's own, adjusted to the person; `reasons` are the rows that
    adjusted it, `open` those that would if something unknown were so.
    `stopped` is the medicine on one side that was stopped within its washout.
    """

    rule: Interaction
    takings: tuple[Taking, ...]
    severity: Severity
    reasons: tuple[SeverityChange, ...] = ()
    open: tuple[SeverityChange, ...] = ()
    needs: tuple[str, ...] = ()
    seen: tuple[Message, ...] = ()
    washout: Washout | None = None
    managed: bool = False


def interaction(case: Case) -> Iterator[Outcome]:
    """Yield one finding for each rule that holds, with every medicine it concerns.

    A rule holds between two medicines taken now, between one taken now and one stopped
    less than its washout ago, and between one and a condition or event of the person.
    The severity is the rule's own, raised or lowered for the person; a rule whose
    effect is already watched (its measurement was made since both are taken) is one
    step less, never below moderate.
    """
    hits = _speaking(_pairs(case))
    for taking in case.systemic:
        hits += _after_stop(case, taking)
        for outcome in _events(case, taking):
            if isinstance(outcome, Hit):
                hits.append(outcome)
            else:
                yield outcome
        yield Ran(rule=ID)
    by_rule: dict[str, list[Hit]] = {}
    for hit in hits:
        by_rule.setdefault(hit.rule.id, []).append(hit)
    for same in by_rule.values():
        yield _finding(case, same)
    yield from unreadable(case, ID)


def _speaking(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits without those that yield to another of the same medicines."""
    hits = list(hits)
    said: dict[frozenset[tuple[str, str]], set[str]] = {}
    for hit in hits:
        said.setdefault(frozenset(t.key for t in hit.takings), set()).add(hit.rule.id)
    return [
        hit
        for hit in hits
        if not hit.rule.yields_to
        or said[frozenset(t.key for t in hit.takings)].isdisjoint(hit.rule.yields_to)
    ]


def _pairs(case: Case) -> Iterator[Hit]:
    """Yield the rules that hold between two medicines taken now, each pair once."""
    on_a: dict[str, list[Taking]] = {}
    on_b: dict[str, list[Taking]] = {}
    for taking in case.systemic:
        assert taking.drug is not None  # noqa: S101 - only known ones
        for rules, side in zip(
            case.knowledge.sides_of(taking.drug.id), (on_a, on_b), strict=True
        ):
            for name in rules:
                side.setdefault(name, []).append(taking)
    both = (case.knowledge.interaction(name) for name in sorted(on_a.keys() & on_b))
    for rule in in_force(both, case.as_of):
        met: set[frozenset[tuple[str, str]]] = set()
        for a, b in product(on_a[rule.id], on_b[rule.id]):
            pair = frozenset((a.key, b.key))
            if a.drug is b.drug or pair in met:
                continue
            if on_side(case, a, rule.a) and on_side(case, b, rule.b):
                met.add(pair)
                hit = _hit(case, rule, (a, b))
                if hit is not None:
                    yield hit


def on_side(case: Case, taking: Taking, side: Side) -> bool:
    """Return whether a medicine is on a side of a rule, by drug, group and route.

    A membership that holds only above a dose, say, counts where it is not known not
    to hold.
    """
    drug = taking.drug
    if drug is None or drug.id in side.except_drugs:
        return False
    if side.routes and (case.route(taking) or "oral") not in side.routes:
        return False
    if drug.id in side.drugs:
        return True
    for group in side.groups:
        member = case.knowledge.members(group).get(drug.id)
        if member is not None and case.holds(member.when, taking) is not False:
            return True
    return False


def _hit(
    case: Case,
    rule: Interaction,
    takings: tuple[Taking, ...],
    *,
    seen: tuple[Message, ...] = (),
    washout: Washout | None = None,
    since: date | None = None,
) -> Hit | None:
    """Return the rule as it holds for the person, or `None` where it is exempt."""
    found = judged(rule, lambda when: _of_any(case, when, takings), case.as_of)
    if found is None:
        return None
    severity = found.severity
    managed = washout is None and _managed(case, rule, takings, since)
    if managed and severity is Severity.SERIOUS:
        severity = Severity.MODERATE
    return Hit(
        rule=rule,
        takings=takings,
        severity=severity,
        reasons=found.reasons,
        open=found.open,
        seen=seen,
        washout=washout,
        managed=managed,
    )


def _of_any(case: Case, when: When, takings: Sequence[Taking]) -> bool | None:
    """Return whether a condition holds of any of the medicines of a rule."""
    answers = [case.holds(when, taking) for taking in takings]
    if True in answers:
        return True
    return None if None in answers else False


def _managed(
    case: Case, rule: Interaction, takings: Sequence[Taking], since: date | None
) -> bool:
    """Return whether what the rule watches was measured since it began to hold.

    It holds since all are taken, or since the event that sets it off.
    """
    starts = [t.entry.state.since for t in takings]
    if not rule.managed_by or any(s is None for s in starts):
        return False
    began = max(s.last for s in starts if s is not None)
    if since is not None:
        began = max(began, since)
    newest = [r for name in rule.managed_by if (r := case.results.latest(name))]
    return any(r.on.first > began for r in newest)


def _after_stop(case: Case, taking: Taking) -> Iterator[Hit]:
    """Yield the rules that hold with a medicine stopped within its washout."""
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    for stopped in case.stopped:
        assert stopped.drug is not None  # noqa: S101 - only known ones
        rules = case.knowledge.interactions_between(taking.drug.id, stopped.drug.id)
        for rule in in_force(rules, case.as_of):
            row = _lasting(case, rule, stopped)
            if row is None:
                continue
            for mine, theirs in ((rule.a, rule.b), (rule.b, rule.a)):
                if on_side(case, taking, mine) and on_side(case, stopped, theirs):
                    hit = _hit(case, rule, (stopped, taking), washout=row)
                    if hit is not None:
                        yield hit
                    break


def _lasting(case: Case, rule: Interaction, stopped: Taking) -> Washout | None:
    """Return the washout in force of a stopped medicine, by its most specific row.

    A row that names the drug itself (fluoxetine) stands before one of its group.
    """
    rows = [
        w for w in in_force(rule.washout, case.as_of) if on_side(case, stopped, w.after)
    ]
    named = [w for w in rows if stopped.drug and stopped.drug.id in w.after.drugs]
    ended = stopped.entry.state.ended
    for row in named or rows:
        if ended is not None and case.as_of < row.lasts.after(ended.last):
            return row
    return None


def _events(case: Case, taking: Taking) -> Iterator[Hit | Outcome]:
    assert taking.drug is not None  # noqa: S101 - asked of known drugs only
    rules = case.knowledge.interactions_with_event(taking.drug.id)
    for rule in in_force(rules, case.as_of):
        for mine, theirs in ((rule.a, rule.b), (rule.b, rule.a)):
            if not on_side(case, taking, mine):
                continue
            if theirs.condition is not None:
                has = case.has(theirs.condition)
                if has is None:
                    yield missing(case, ID, [taking.entry], ["conditions"])
                elif has:
                    title = case.knowledge.conditions[theirs.condition].title
                    values = {"condition": title, "since": ""}
                    seen = Message(key="seen.condition", values=values)
                    hit = _hit(case, rule, (taking,), seen=(seen,))
                    if hit is not None:
                        yield hit
            elif theirs.event is not None:
                yield from _event(case, rule, taking, theirs.event)


def _event(
    case: Case, rule: Interaction, taking: Taking, event: str
) -> Iterator[Hit | Outcome]:
    if not case.results.of("smoking-status"):
        yield NotChecked(
            rule=ID,
            medications=(taking.entry.id,),
            needs=needs_of(case, ["smoking-status"]),
        )
        return
    within = rule.event_within
    name = f"{event.removeprefix('smoking-')}-within-days"
    days = case.knowledge.figure("smoking-change", name, case.as_of)
    length = timedelta(days=int(days))
    if within is not None:
        length = case.as_of - within.before(case.as_of)
    change = case.results.smoking_event(event, length)
    if change is not None:
        seen = Message(key=f"seen.{event}", values={"on": shown_date(change.on)})
        hit = _hit(case, rule, (taking,), seen=(seen,), since=change.on.last)
        if hit is not None:
            yield hit


def _finding(case: Case, hits: list[Hit]) -> Finding:
    rule = hits[0].rule
    gravest = min(hits, key=lambda h: h.severity.rank)
    takings = distinct(t for h in hits for t in h.takings)
    names = tuple(dict.fromkeys(t.name for t in takings))
    rows: list[Cited] = [rule]
    current = {t.key for t in case.taking}
    seen = [seen_taking(case, t) for t in takings if t.key in current]
    for hit in hits:
        seen += [m for m in hit.seen if m not in seen]
        rows += hit.reasons
        if hit.washout is not None:
            rows.append(hit.washout)
            seen.append(_seen_stopped(hit))
    for row in gravest.reasons:
        seen.append(Message(key="seen.because", values={"text": row.text}))
    for row in gravest.open:
        values = {"severity": row.to.value, "text": row.text}
        seen.append(Message(key="seen.might-be", values=values))
    if gravest.managed:
        newest = [r for name in rule.managed_by if (r := case.results.latest(name))]
        seen += [Message(key="seen.watched"), *(seen_result(case, r) for r in newest)]
    return Finding(
        id=finding_id(ID, rule.id, names),
        circumstance=circumstance(
            ID, rule.id, gravest.severity, bool(gravest.washout), *sorted(names)
        ),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=gravest.severity,
        medications=tuple(dict.fromkeys(t.entry.id for t in takings)),
        drugs=names,
        seen=tuple(seen),
        why=Message(
            key="why.interaction",
            values={"mechanism": rule.mechanism, "effect": rule.effect},
        ),
        options=(text(rule.action), *(text(o) for o in rule.options)),
        sources=cited(case, *rows),
        first_say=text(rule.first_say) if rule.first_say else None,
        verified=verified(rule, *_grave_because(gravest)),
    )


def _grave_because(hit: Hit) -> Iterator[Cited]:
    """Yield what a severity rests on besides the rule: what raised it, the washout.

    What lowered it is left out: an unverified value must not silence a checked rule.
    """
    yield from (r for r in hit.reasons if r.to.rank < hit.rule.severity.rank)
    if hit.washout is not None:
        yield hit.washout


def _seen_stopped(hit: Hit) -> Message:
    stopped = hit.takings[0]
    assert hit.washout is not None  # noqa: S101 - the caller saw it
    return Message(
        key="seen.stopped",
        values={
            "drug": stopped.name,
            "ended": shown_date(stopped.entry.state.ended),
            "lasts": str(hit.washout.lasts),
        },
    )


INTERACTION = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list",),
    run=interaction,
)
