"""What was measured: scores with their bands, tests with their limits, all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from concord.followup.case import Case
from concord.followup.results import Measured
from concord.followup.timeline.days import Days
from concord.followup.timeline.limits import called_for, limits
from concord.followup.timeline.model import (
    Mark,
    Marks,
    ScoreBand,
    Series,
)
from concord.followup.timeline.names import Names
from concord.followup.timeline.thinning import marks, points
from concord.knowledge.lookup import in_force
from concord.record.model import Observation
from concord.terms import System
from concord.wording.overtime import PLAIN_ANSWERS


def series(case: Case, days: Days, names: Names) -> Iterator[Series]:
    """Yield a line for each observation with a usable number among the days."""
    wanted = called_for(case)
    for name, results in _known(case):
        found = points(
            ((r.on.first, r.on, r.quantity.value) for r in results if r.quantity), days
        )
        if not found:
            continue
        scale = case.knowledge.scales.get(name)
        bands = in_force(scale.band, case.as_of) if scale else ()
        yield Series(
            key=name,
            track=names.track_of(name),
            title=names.title_of(name),
            plain=names.plain_of(name),
            unit=case.knowledge.observations[name].unit or "",
            points=found,
            bands=tuple(
                ScoreBand(low=b.low, high=b.high, title=b.title) for b in bands
            ),
            limits=() if scale else limits(case, name),
            called_for=scale is not None or name in wanted,
            lowest=scale.lowest if scale else None,
            highest=scale.highest if scale else None,
        )


def answers(case: Case, days: Days, names: Names) -> Iterator[Marks]:
    """Yield a row for each observation that is answered in words (a drug test)."""
    for name, results in _known(case):
        said = [r for r in results if r.quantity is None and r.means]
        found = marks((_answer(r) for r in said), days)
        if found:
            yield Marks(
                key=name,
                track=names.track_of(name),
                title=names.title_of(name),
                plain=names.plain_of(name),
                marks=found,
            )


def unread(case: Case, days: Days, drawn: Callable[[Observation], bool]) -> int:
    """Return how many dated results of the days are of a kind nothing is known of.

    A result that cannot be true is one of them: it is not drawn. One that is `drawn`
    for its words is not.
    """
    known = case.knowledge.links.observation_by_loinc
    count = 0
    for observation in case.record.observations:
        if observation.at is None or not days.holds(observation.at.first):
            continue
        codes = (
            *observation.codes,
            *(code for part in observation.components for code in part.codes),
        )
        read = any(c.system == System.LOINC and c.code in known for c in codes)
        count += not read and not drawn(observation)
    for name in case.knowledge.observations:
        doubtful = case.results.questionable(name)
        count += sum(days.holds(r.on.first) for r in doubtful)
    return count


def _known(case: Case) -> Iterator[tuple[str, tuple[Measured, ...]]]:
    """Yield what is known and was measured: scores first, then by name."""
    scales = case.knowledge.scales
    for name in sorted(case.knowledge.observations, key=lambda n: (n not in scales, n)):
        results = case.results.of(name)
        if results:
            yield name, results


def _answer(result: Measured) -> Mark:
    said = result.means or ""
    return Mark(
        begins=result.on.first,
        on=result.on,
        text=said,
        plain=PLAIN_ANSWERS.get(said, said),
    )
