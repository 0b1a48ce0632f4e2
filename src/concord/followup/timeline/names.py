"""What rows are called, and in which group they stand, by the table of tracks."""

from __future__ import annotations

from functools import cached_property

from concord.followup.timeline.model import TrackName
from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import Track, TrackCodes
from concord.record.model import Condition, Encounter, Procedure
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
            for name in (*track.observation, *track.score)
        }

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {
            said.of: said.plain
            for track in self._tracks.values()
            for said in track.said
        }

    @cached_property
    def _therapies(self) -> frozenset[str]:
        return frozenset(c for row in self._rows(TrackName.THERAPY) for c in row.snomed)

    @cached_property
    def _life(self) -> tuple[str, ...]:
        return tuple(c for row in self._rows(TrackName.LIFE) for c in row.icd10cm)

    def _rows(self, name: TrackName) -> tuple[TrackCodes, ...]:
        track = self._tracks.get(name)
        return track.codes if track else ()

    def track_of(self, observation: str) -> TrackName:
        """Return where an observation stands: with the scores where it has a scale.

        A part of a scale stands where its scale does, where no track names it.
        """
        whole = observation.partition(":")[0]
        for name in (observation, whole):
            if (found := self._of_observation.get(name)) is not None:
                return found
        return TrackName.SCORES if whole in self._knowledge.scales else TrackName.TESTS

    def title_of(self, observation: str) -> str:
        """Return what an observation, or a scale or its part, is among clinicians."""
        entry = self._knowledge.observations.get(observation)
        if entry is not None:
            return entry.title
        whole, _, part = observation.partition(":")
        scale = self._knowledge.scales[whole]
        named = next((p.title for p in scale.subscale if p.id == part), None)
        return f"{scale.title}: {named}" if named else scale.title

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

    def is_life(self, condition: Condition) -> bool:
        """Whether a problem is something that happened in a life, by its codes."""
        return any(
            code.system == System.ICD10CM and code.code.upper().startswith(self._life)
            for code in condition.codes
        )


def words_of(codes: tuple[Code, ...]) -> str:
    """Return the first words that came with codes, or nothing."""
    return next((code.display for code in codes if code.display), "")
