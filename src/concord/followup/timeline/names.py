"""What rows are called, and in which group they stand, by the table of tracks."""

from __future__ import annotations

from functools import cached_property

from concord.followup.timeline.model import TrackName
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Track
from concord.record.model import Encounter, Procedure
from concord.terms import Code, System


class Names:
    """The table of tracks, read for one timeline."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._tracks: dict[str, Track] = dict(knowledge.table("tracks"))

    @cached_property
    def _of_observation(self) -> dict[str, TrackName]:
        return {
            name: TrackName(track.id)
            for track in self._tracks.values()
            for name in track.observation
        }

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {
            said.observation: said.plain
            for track in self._tracks.values()
            for said in track.said
        }

    @cached_property
    def _therapies(self) -> frozenset[str]:
        track = self._tracks.get(TrackName.THERAPY)
        rows = track.codes if track else ()
        return frozenset(code for row in rows for code in row.snomed)

    def track_of(self, observation: str) -> TrackName:
        """Return where an observation stands: with the scores where it has a scale."""
        found = self._of_observation.get(observation)
        if found is not None:
            return found
        scored = observation in self._knowledge.scales
        return TrackName.SCORES if scored else TrackName.TESTS

    def title_of(self, observation: str) -> str:
        """Return what an observation is called among clinicians."""
        return self._knowledge.observations[observation].title

    def plain_of(self, observation: str) -> str:
        """Return what the person is told it is; else the clinical name."""
        return self.said_plainly(observation) or self.title_of(observation)

    def said_plainly(self, observation: str) -> str | None:
        """Return the plain name of an observation; `None` where it has none."""
        return self._plain.get(observation)

    def of_track(self, name: TrackName) -> tuple[str, str]:
        """Return what a track is called: among clinicians, and to the person."""
        track = self._tracks.get(name)
        return (track.title, track.plain) if track else (name.value, name.value)

    def is_therapy(self, one: Encounter | Procedure) -> bool:
        """Whether a visit or a procedure is a session of therapy, by its codes."""
        return any(
            code.system == System.SNOMED and code.code in self._therapies
            for code in one.codes
        )


def words_of(codes: tuple[Code, ...]) -> str:
    """Return the first words that came with codes, or nothing."""
    return next((code.display for code in codes if code.display), "")
