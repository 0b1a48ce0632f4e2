"""Is what each medicine calls to be measured up to date and in range?"""

from __future__ import annotations

from collections.abc import Iterator

from concord.followup.case import Case, Taking
from concord.followup.monitoring import Missing, OutOfRange, Overdue, monitoring
from concord.review.building import (
    Rule,
    cited,
    missing,
    seen_result,
    seen_taking,
    shown_date,
    text,
    unreadable,
    verified,
)
from concord.review.model import (
    Finding,
    Outcome,
    Problem,
    Question,
    Ran,
    circumstance,
    finding_id,
)
from concord.wording import Message, day

ID = "monitoring"
OVERDUE = "overdue"  # the cause of its findings that a measurement is late


def monitoring_rule(case: Case) -> Iterator[Outcome]:
    """Yield what is overdue (one finding for each medicine) and what is out of range.

    The schedule and the bounds are judged in `followup.monitoring`.
    """
    overdue: dict[str, list[Overdue]] = {}
    crossed: dict[tuple[str, str], list[OutOfRange]] = {}
    for judged in monitoring(case):
        if isinstance(judged, Overdue):
            overdue.setdefault(judged.taking.name, []).append(judged)
        elif isinstance(judged, OutOfRange):
            key = (judged.result.observation, str(judged.result.on))
            crossed.setdefault(key, []).append(judged)
        elif isinstance(judged, Missing):
            yield missing(case, ID, [judged.taking.entry], judged.needs)
        else:
            yield Ran(rule=ID)
    for items in overdue.values():
        yield _overdue(case, items)
    for results in crossed.values():
        yield _crossed(case, results)
    yield Ran(rule=ID)
    yield from unreadable(case, ID)


def _overdue(case: Case, items: list[Overdue]) -> Finding:
    items = sorted(items, key=lambda o: (o.row.severity.rank, o.due_by))
    first = items[0]
    names = (first.taking.name,)
    takings: dict[str, Taking] = {o.taking.entry.id: o.taking for o in items}
    titles = ", ".join(dict.fromkeys(o.monitoring.title for o in items))
    seen = [seen_taking(case, t) for t in takings.values()]
    for item in items:
        values = {
            "title": item.monitoring.title,
            "due": day(item.due_by),
            "last": shown_date(item.last.on) if item.last else "",
        }
        key = "seen.overdue" if item.last else "seen.never-measured"
        message = Message(key=key, values=values)
        if message not in seen:
            seen.append(message)
    rows = [o.row for o in items]
    return Finding(
        id=finding_id(ID, OVERDUE, names),
        circumstance=circumstance(
            ID, *sorted({o.monitoring.id for o in items}), first.row.severity
        ),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=first.row.severity,
        medications=tuple(takings),
        drugs=names,
        seen=tuple(seen),
        why=text(first.monitoring.why),
        options=(Message(key="option.measure", values={"titles": titles}),),
        sources=cited(case, *rows),
        verified=verified(first.row),
    )


def _crossed(case: Case, results: list[OutOfRange]) -> Finding:
    worst = min(results, key=lambda o: o.bound.severity.rank)
    names = tuple(dict.fromkeys(o.taking.name for o in results))
    takings = {o.taking.entry.id: o.taking for o in results}
    rows = [o.bound for o in results]
    result = worst.result
    return Finding(
        id=finding_id(ID, result.observation, names),
        circumstance=circumstance(ID, result.observation, result.on, result.quantity),
        rule=ID,
        question=Question.SAFETY,
        problem=Problem.ADVERSE,
        severity=worst.bound.severity,
        medications=tuple(takings),
        drugs=names,
        seen=(
            seen_result(case, result),
            *(seen_taking(case, t) for t in takings.values()),
        ),
        why=text(worst.monitoring.why),
        options=tuple(text(words) for words in dict.fromkeys(b.action for b in rows)),
        sources=cited(case, *rows),
        verified=verified(worst.bound),
    )


MONITORING = Rule(
    id=ID,
    question=Question.SAFETY,
    needs=("medication-list", "results", "start-date"),
    run=monitoring_rule,
)
