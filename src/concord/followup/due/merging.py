"""One item for all who ask for the same thing: the soonest wins, the others stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from concord.followup.due.model import (
    Answer,
    Due,
    EventKind,
    Reason,
    State,
    Wanted,
    standing,
)
from concord.record.model import Override


def merged(wanted: Iterable[Wanted]) -> Iterator[Due]:
    """Yield one item for each thing asked for, and one more where a part is not known.

    A date that is not known to be met stands before the later ones of its item; one
    without any date cannot hide those that have one, and is an item of its own.
    """
    by_ask: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_ask.setdefault(one.ask, []).append(one)
    for group in by_ask.values():
        first = group[0]
        reasons = sorted((one.reason for one in group), key=_soonest)
        open_ones = [r for r in reasons if r.state is not State.DONE]
        if not open_ones:
            yield _item(first, reasons, State.DONE)
            continue
        dated = [r for r in open_ones if r.state is not State.NOT_KNOWN]
        unknown = [r for r in open_ones if r.state is State.NOT_KNOWN]
        before = [r for r in unknown if r.due is not None]
        waits = bool(dated) and dated[0].state is State.NOT_YET
        if waits and before and _soonest(before[0]) < _soonest(dated[0]):
            unknown, dated = sorted([*unknown, *dated], key=_soonest), []
        if dated:
            yield _item(first, dated, None)
        if unknown:
            yield _item(first, unknown, State.NOT_KNOWN)


def _soonest(reason: Reason) -> tuple[date, date]:
    return (reason.due or date.max, reason.last or date.max)


def _item(first: Wanted, reasons: list[Reason], state: State | None) -> Due:
    """Return the item of some reasons, with the dates of the soonest.

    Without a state of its own it has that of the soonest, and is overdue once any is.
    """
    soonest = reasons[0]
    last = soonest.last
    if state is None:
        last = min((r.last for r in reasons if r.last is not None), default=None)
        overdue = any(r.state is State.OVERDUE for r in reasons)
        state = State.OVERDUE if overdue else soonest.state
    needs = (n for r in reasons if r.state is State.NOT_KNOWN for n in r.needs)
    return Due(
        ask=first.ask,
        what=first.what,
        title=first.title,
        state=state,
        severity=min((r.severity for r in reasons), key=lambda s: s.rank),
        reasons=tuple(reasons),
        early=soonest.early,
        due=soonest.due,
        last=last,
        done_on=soonest.done_on if state is State.DONE else None,
        needs=tuple(dict.fromkeys(needs)),
        names=tuple(dict.fromkeys(name for r in reasons for name in r.names)),
    )


def overruled(
    items: Iterable[Due], overrides: Iterable[Override], as_of: date
) -> Iterator[Due]:
    """Yield the items, each with the prescriber's decision about it that counts.

    Where a part of a thing is not known, a decision is about the part that is; what is
    not known stays an item of its own, for a date does not answer it.
    """
    found, told = tuple(items), tuple(overrides)
    known = {item.ask for item in found if item.state is not State.NOT_KNOWN}
    for item in found:
        apart = item.state is State.NOT_KNOWN and item.ask in known
        yield item if apart else decided(item, told, as_of)


def decided(item: Due, overrides: Iterable[Override], as_of: date) -> Due:
    """Return an item with the prescriber's decision about it, where one counts.

    The newest speaks, and no older one after it: where it was ended, has run out, or
    the thing was done on a later day than that of the decision, the rules speak again.
    So they do where something happened since that asks for the thing sooner: it was
    decided without knowing of it, and is named as `outrun`.
    The rules' own answer stays beside a decision as long as it counts.
    """
    told = newest(overrides, item.ask, as_of)
    if told is None or not _holds(told, item, as_of):
        return item
    if told.on is None and item.state is State.DONE:
        return item
    if _happened_since(told, item, as_of):
        return msgspec.structs.replace(item, outrun=told)
    own = Answer(state=item.state, early=item.early, due=item.due, last=item.last)
    if told.on is None:
        return msgspec.structs.replace(
            item, state=State.SET_ASIDE, override=told, by_rule=own
        )
    return msgspec.structs.replace(
        item,
        state=standing(as_of, told.on, told.on, told.on),
        early=told.on,
        due=told.on,
        last=told.on,
        done_on=None,
        override=told,
        by_rule=own,
    )


def newest(overrides: Iterable[Override], ask: str, as_of: date) -> Override | None:
    """Return the decision about a thing that was made last, by a day, ended or not.

    One that another was made in place of is never the last, whatever the clocks of two
    machines said.
    """
    made = [o for o in overrides if o.ask == ask and o.decided <= as_of]
    replaced = {o.replaces for o in made}
    last = (o for o in made if o.id not in replaced)
    return max(last, key=lambda o: (o.decided, o.recorded_at, o.id), default=None)


def _holds(told: Override, item: Due, as_of: date) -> bool:
    if told.until is not None and as_of > told.until:
        return False
    if told.ended is not None and as_of >= told.ended.on:
        return False
    done = (day for r in item.reasons for day in (r.last_done, r.done_on))
    return not any(day is not None and day > told.decided for day in done)


# What comes by itself is no news: a course that has become stable, a plan's next step.
_NO_NEWS = frozenset({EventKind.STABLE, EventKind.PLAN})


def _happened_since(told: Override, item: Due, as_of: date) -> bool:
    """Whether an event after the day of a decision asks for the thing sooner than it.

    One that is only to come was there to be known.
    """
    return any(
        r.event.on is not None
        and told.decided < r.event.on <= as_of
        and r.event.kind not in _NO_NEWS
        and r.state is not State.DONE
        and (told.on is None or (r.due is not None and r.due < told.on))
        for r in item.reasons
    )
