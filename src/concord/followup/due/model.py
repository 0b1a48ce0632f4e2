"""The values of what is due: an item, its reasons, its window and where it stands."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from concord.followup.settings import Basis
from concord.knowledge.model import Severity
from concord.record.model import Override
from concord.terms import Value


class What(StrEnum):
    """What kind of thing is due; an ECG is a measurement."""

    VISIT = "visit"
    CONTACT = "contact"
    LIST = "list"
    MEASUREMENT = "measurement"
    SCALE = "scale"
    INJECTION = "injection"
    STEP = "step"
    GOAL = "goal"


class State(StrEnum):
    """Where an item stands on the day that was asked for.

    `not-known`: what would be needed to tell is missing; never the same as done, nor
    as not yet. `set-aside`: the prescriber decided that it is not to be done.
    """

    NOT_YET = "not-yet"
    IN_WINDOW = "in-window"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    NOT_KNOWN = "not-known"
    SET_ASIDE = "set-aside"


class EventKind(StrEnum):
    """From what a date is counted."""

    START = "start"
    DOSE_CHANGE = "dose-change"
    SWITCH = "switch"
    STABLE = "stable"
    TAPER = "taper"
    STOP = "stop"
    BESIDE = "beside"
    PREGNANCY = "pregnancy"
    RISK = "risk"
    DISCHARGE = "discharge"
    RELEASE = "release"
    EMERGENCY = "emergency"
    RESULT = "result"
    SCORE = "score"
    INJECTION = "injection"
    PLAN = "plan"


class Event(Value, frozen=True, kw_only=True):
    """What happened, and when; `on` is `None` where the day is not known.

    `of` names the other medicine of `beside` and `switch`.
    """

    kind: EventKind
    on: date | None = None
    of: str | None = None


class Reason(Value, frozen=True, kw_only=True):
    """One rule that asks for a thing, by one event, with its own window.

    `rule` is the place of the rule in the knowledge (`followup/lithium visit[2]`).
    `early` is the first day on which the thing counts (`None`: however early), `due`
    the day it is wanted, `last` the last on which it is not overdue.
    `done_on` is the day it was done, `last_done` when such a thing was last done.
    `advice` is what the source says of the lateness, with its own basis.
    `doubts` are keys of what makes a result hard to judge (`need.*` of the wording).
    `basis` is `None` where it was agreed with the person and no source asks for it.
    """

    rule: str
    event: Event
    state: State
    severity: Severity
    medicines: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    text: str | None = None
    basis: Basis | None = None
    early: date | None = None
    due: date | None = None
    last: date | None = None
    done_on: date | None = None
    last_done: date | None = None
    needs: tuple[str, ...] = ()
    advice: str | None = None
    advice_basis: Basis | None = None
    doubts: tuple[str, ...] = ()


class Answer(Value, frozen=True, kw_only=True):
    """What the rules themselves say of an item that a prescriber decided about."""

    state: State
    early: date | None = None
    due: date | None = None
    last: date | None = None


class Due(Value, frozen=True, kw_only=True):
    """One thing that is due, not yet due, done, or not known to be either.

    `ask` tells it from every other (`visit`, `measure:anc`, `injection:paliperidone`).
    The dates are those of the soonest reason; all `reasons` stand beside it, the
    soonest first. `names` are the medicines it is for; none where it is for the person.
    `override` is the decision that counts, `by_rule` then the rules' own answer;
    `outrun` one that counts no more, for something happened since it was made.
    Nothing here blocks anything: an item is a task and a warning.
    """

    ask: str
    what: What
    title: str
    state: State
    severity: Severity
    reasons: tuple[Reason, ...]
    early: date | None = None
    due: date | None = None
    last: date | None = None
    done_on: date | None = None
    needs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    override: Override | None = None
    by_rule: Answer | None = None
    outrun: Override | None = None

    @property
    def later_than_rule(self) -> bool:
        """Whether it was decided to do it after the day that the rules ask for.

        Not where the rules know no day, nor where it is not to be done at all.
        """
        own = self.by_rule
        if own is None or own.due is None or self.state is State.SET_ASIDE:
            return False
        return self.due is not None and self.due > own.due


class Wanted(Value, frozen=True, kw_only=True):
    """A reason with the item that it is a reason for, before they are put together."""

    ask: str
    what: What
    title: str
    reason: Reason


def standing(as_of: date, early: date | None, due: date, last: date) -> State:
    """Return where a day lies: before the window, in it, due, or past its last day."""
    if as_of > last:
        return State.OVERDUE
    if as_of >= due:
        return State.DUE
    return State.NOT_YET if early is not None and as_of < early else State.IN_WINDOW
