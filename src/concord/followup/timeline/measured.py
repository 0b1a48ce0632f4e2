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
    Series,
    TrackName,
)
from concord.followup.timeline.names import Names
from concord.followup.timeline.scores import of_words, ruler, series_of_words
from concord.followup.timeline.thinning import marks, points
from concord.record.model import Observation
from concord.wording.overtime import PLAIN_ANSWERS


def series(case: Case, days: Days, names: Names) -> Iterator[Series]:
    """Yield a line for each observation and score with a usable number among the days.

    A score counts wherever it came from: a form of ours, a total that somebody
    entered, a result of another system.
    """
    wanted = called_for(case)
    by_words = of_words(case.knowledge)
    for name, results in _known(case):
        if name in by_words:
            continue  # a line for each of the words: `series_of_words`
        found = points(
            ((r.on.first, r.on, r.quantity.value) for r in results if r.quantity), days
        )
        if not found:
            continue
        read = ruler(case, name)
        entry = case.knowledge.observations.get(name)
        yield Series(
            key=name,
            track=names.track_of(name),
            title=names.title_of(name),
            plain=names.plain_of(name),
            unit=(entry.unit or "") if entry else "{score}",
            points=found,
            bands=read.bands if read else (),
            limits=() if read else limits(case, name),
            called_for=read is not None or name in wanted,
            lowest=read.lowest if read else None,
            highest=read.highest if read else None,
        )
    yield from series_of_words(case, days, names)


def answers(case: Case, days: Days, names: Names) -> Iterator[Marks]:
    """Yield a row for each observation that is answered in words (a drug test).

    What happened in a life is told in its own words: `Happened.life`.
    """
    for name, results in _known(case):
        if names.track_of(name) is TrackName.LIFE:
            continue
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
    count = 0
    for observation in case.record.observations:
        if observation.at is None or not days.holds(observation.at.first):
            continue
        read = case.results.speaks_of(observation)
        count += not read and not drawn(observation)
    for name in (*case.knowledge.observations, *case.knowledge.scales):
        doubtful = case.results.questionable(name)
        count += sum(days.holds(r.on.first) for r in doubtful)
    return count


def _known(case: Case) -> Iterator[tuple[str, tuple[Measured, ...]]]:
    """Yield what is known and was measured: scores first, then by name."""
    scales = case.knowledge.scales
    for name in sorted(
        case.results.names, key=lambda n: (n.partition(":")[0] not in scales, n)
    ):
        yield name, case.results.of(name)


def _answer(result: Measured) -> Mark:
    said = result.means or ""
    return Mark(
        begins=result.on.first,
        on=result.on,
        text=said,
        plain=PLAIN_ANSWERS.get(said, said),
    )
