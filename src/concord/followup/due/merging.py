"""One item for all who ask for the same thing: the soonest wins, the others stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from concord.followup.due.model import (
    Answer,
    Due,
    Override,
    Reason,
    State,
    Wanted,
    standing,
)


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


def decided(item: Due, overrides: Iterable[Override], as_of: date) -> Due:
    """Return an item with the prescriber's newest decision about it, if one counts.

    A decision counts until the thing is done after it was made, or its own end. The
    rules' own answer stays beside it.
    """
    counting = [
        o
        for o in overrides
        if o.ask == item.ask
        and o.decided <= as_of
        and (o.until is None or as_of <= o.until)
        and not any(r.last_done and r.last_done > o.decided for r in item.reasons)
    ]
    if not counting or item.state is State.DONE:
        return item
    newest = max(counting, key=lambda o: o.decided)
    own = Answer(state=item.state, early=item.early, due=item.due, last=item.last)
    if newest.on is None:
        return msgspec.structs.replace(
            item, state=State.SET_ASIDE, override=newest, by_rule=own
        )
    return msgspec.structs.replace(
        item,
        state=standing(as_of, newest.on, newest.on, newest.on),
        early=newest.on,
        due=newest.on,
        last=newest.on,
        override=newest,
        by_rule=own,
    )
