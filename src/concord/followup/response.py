"""Is it working: what a scale says of a medicine since it was started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from concord.dosing.adherence import Figure
from concord.followup.case import Case, Taking
from concord.followup.remission import Kept, Standing, kept, time_for
from concord.followup.results import Measured
from concord.followup.trial import Trial, trial
from concord.followup.uses import treats
from concord.knowledge.lookup import in_force
from concord.knowledge.model import Cited, ExpectedResponse, Scale, ScaleChange
from concord.terms import Value


class Course(StrEnum):
    """What the scores say of a course of treatment.

    `remission`: the last score is under the scale's bound; `sustained-remission`: so
    were all for as long as the source of the condition asks (`followup.remission`).
    """

    TOO_EARLY = "too-early"
    NOT_MEASURED = "not-measured"
    NO_BASELINE = "no-baseline"
    WORSE = "worse"
    NO_RESPONSE = "no-response"
    PARTLY = "response-without-remission"
    REMISSION = "remission"
    SUSTAINED = "sustained-remission"
    UNKNOWN_START = "unknown-start"


_LASTING = (Standing.SUSTAINED, Standing.RECOVERED)


class Judged(Value, frozen=True, kw_only=True):
    """What one score says beside an earlier one, each word by the scale's own value.

    `gain` is the change for the better in points; below zero, for the worse.
    `share` is the gain as a share of the first score's distance above the floor.
    `meaningful`: the gain is one that people notice.
    A word is `None` where the scale states no value for it.
    """

    gain: Decimal
    share: Decimal | None = None
    responded: bool | None = None
    remission: bool | None = None
    reliable: bool | None = None
    meaningful: bool | None = None
    worse: bool | None = None

    @property
    def points_worse(self) -> Decimal:
        """The change for the worse in points; below zero, for the better."""
        return -self.gain


class Response(Value, frozen=True, kw_only=True):
    """What is known of the response to one medicine for one condition.

    `baseline` is the newest score up to the day of the start, `latest` the newest one.
    `kept` is how long remission was kept since the start, where the last score is one.
    `days` is the time in treatment. `taken` is the adherence figure that was handed in:
    the scores are to be read beside it.
    """

    taking: Taking
    expected: ExpectedResponse
    course: Course
    due_by: date | None = None
    baseline: Measured | None = None
    latest: Measured | None = None
    judged: Judged | None = None
    kept: Kept | None = None
    days: int | None = None
    trial: Trial | None = None
    taken: Figure | None = None


_NONE: Mapping[str, Figure] = {}


def responses(case: Case, taken: Mapping[str, Figure] = _NONE) -> Iterator[Response]:
    """Yield the response to each current medicine for each condition it is taken for.

    A row applies where the person has the condition and the medicine is taken for it:
    its stated indication, or, where none is stated, an indication of the medicine.
    `taken` holds an adherence figure by the id of a medicine's entry, where there is
    one.
    """
    for taking in case.known:
        assert taking.drug is not None  # noqa: S101 - `known` holds only these
        for followup in case.knowledge.followup_for(taking.drug.id):
            for row in in_force(followup.response, case.as_of):
                if row.condition in treats(case, taking):
                    yield _judge(case, taking, row, taken.get(taking.entry.id))


def _judge(
    case: Case, taking: Taking, row: ExpectedResponse, taken: Figure | None
) -> Response:
    since = taking.entry.state.since
    if since is None:
        return Response(
            taking=taking, expected=row, course=Course.UNKNOWN_START, taken=taken
        )
    start = since.last
    due_by = row.measured_within.after(start)
    baseline = latest = judged = held = None
    course = Course.TOO_EARLY if case.as_of <= due_by else Course.NOT_MEASURED
    for name in row.scales:
        results = [r for r in case.results.of(name) if r.quantity is not None]
        after = [r for r in results if r.on.last > start]
        before = [r for r in results if r.on.last <= start]
        if not after:
            continue
        latest = after[-1]
        course = Course.NO_BASELINE
        scale = case.knowledge.scales[name]
        held = kept(scale, after, time_for(case, row.condition))
        if before:
            baseline = before[-1]
            judged = _judged(case, baseline, latest)
            course = _course(case, row, start, judged, held)
        break
    return Response(
        taking=taking,
        expected=row,
        course=course,
        due_by=due_by,
        baseline=baseline,
        latest=latest,
        judged=judged,
        kept=held,
        days=(case.as_of - start).days,
        trial=trial(case, taking, row.adequate_trial),
        taken=taken,
    )


def _judged(case: Case, baseline: Measured, latest: Measured) -> Judged | None:
    scale = case.knowledge.scales[latest.observation]
    if baseline.quantity is None or latest.quantity is None:
        return None
    return judge(scale, baseline.quantity.value, latest.quantity.value)


def _course(
    case: Case,
    row: ExpectedResponse,
    start: date,
    judged: Judged | None,
    held: Kept | None,
) -> Course:
    if judged is None:
        return Course.NO_BASELINE
    if judged.remission:
        lasting = held is not None and held.standing in _LASTING
        return Course.SUSTAINED if lasting else Course.REMISSION
    if judged.worse:
        return Course.WORSE
    if judged.responded:
        return Course.PARTLY
    judged_from = row.adequate_trial.after(start)
    return Course.NO_RESPONSE if case.as_of >= judged_from else Course.TOO_EARLY


def judge(scale: Scale, was: Decimal, now: Decimal) -> Judged | None:
    """Return what a score says beside an earlier one; `None` without change values.

    A response is a share of the distance above the scale's floor or a fall in points,
    reached or passed; remission is a score under its bound; a change is reliable, one
    that people notice, and a score is worse, from the stated number of points on.
    What counts as worse falls back on a reliable change, then on one that people
    notice: the studies are of change for the better, and that the same way back counts
    too is ours, for nobody should miss it.
    """
    change = scale.change
    least = meaningful_points(scale, was)
    if change is None and least is None:
        return None
    gain = was - now if scale.more_is == "worse" else now - was
    if change is None:
        return Judged(
            gain=gain,
            meaningful=_at_least(gain, least),
            worse=_at_least(-gain, least),
        )
    above = was - change.floor
    share = gain / above if scale.more_is == "worse" and above > 0 else None
    under = change.remission_below
    rise = change.deterioration or change.reliable_change or least
    return Judged(
        gain=gain,
        share=share,
        responded=_responded(was, now, gain, change),
        remission=None if under is None else now < under,
        reliable=_at_least(gain, change.reliable_change),
        meaningful=_at_least(gain, least),
        worse=_at_least(-gain, rise),
    )


def change_rows(scale: Scale) -> tuple[Cited, ...]:
    """Return the values of a scale by which `judge` says whether a score is worse."""
    change = scale.change
    rows: tuple[Cited, ...] = (change,) if change is not None else ()
    if change is not None and (change.deterioration or change.reliable_change):
        return rows
    return (*rows, *scale.meaningful)


def meaningful_points(scale: Scale, was: Decimal) -> Decimal | None:
    """Return how many points people notice from a score on; `None` where not stated.

    A share is of the first score itself; of a score of nought it is none.
    """
    stated = next((one for one in scale.meaningful if one.label is None), None)
    if stated is None:
        return None
    if stated.points is not None:
        return stated.points
    return was * stated.share if stated.share and was > 0 else None


def _responded(
    was: Decimal, now: Decimal, gain: Decimal, change: ScaleChange
) -> bool | None:
    if change.response_points is not None:
        return gain >= change.response_points
    if change.response_share is None:
        return None
    return responded(was, now, change)


def _at_least(points: Decimal, bound: Decimal | None) -> bool | None:
    return None if bound is None else points >= bound


def responded(was: Decimal, now: Decimal, change: ScaleChange) -> bool:
    """Return whether the fall from the baseline reaches the scale's response share.

    The share is of the distance above the scale's floor, so a scale that begins at 18
    is not flattered.
    """
    above = was - change.floor
    if change.response_share is None or above <= 0:
        return False
    return (was - now) / above >= change.response_share
