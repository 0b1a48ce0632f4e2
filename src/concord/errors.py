"""Every error that Concord raises on purpose, each with its exit code.

An error says four things in the reader's words: where, what was found, what was
expected, what to do.
No message holds a value of a person's record; places are named by file, entry and
element only.
"""

from __future__ import annotations

from typing import Any, ClassVar


class ConcordError(Exception):
    """An error raised on purpose; the command line prints it without a traceback."""

    exit_code: ClassVar[int] = 1


class UnusableInputError(ConcordError):
    """The input cannot be read as what it should be (exit 65, EX_DATAERR)."""

    exit_code: ClassVar[int] = 65


class NoSuchFileError(ConcordError):
    """The named file or folder is not there (exit 66, EX_NOINPUT)."""

    exit_code: ClassVar[int] = 66


class UnknownDrugError(UnusableInputError):
    """A medicine was named that the knowledge does not hold."""


class ImpossibleScheduleError(UnusableInputError):
    """Directions that contradict themselves: no day can be planned by them."""


class ImpossibleRangeError(UnusableInputError):
    """An end was given that lies before its start."""


class UnfoundedOverrideError(UnusableInputError):
    """A rule was overruled by nobody, or without a reason."""


class ImpossibleSupplyError(UnusableInputError):
    """A supply that nobody can have: fewer than no tablets, days or refills."""


class ImpossiblePlanError(UnusableInputError):
    """A plan of doses was asked for that nobody can follow, or that is not known."""


class UnmakeableDoseError(ImpossiblePlanError):
    """A dose or a strength that no product that exists can make."""


class UndecidedError(ImpossiblePlanError):
    """What decides between two plans is not known of the person; nothing is guessed."""


class UnknownZoneError(UnusableInputError):
    """A time zone was named that the pinned zone data do not hold."""


class ImpossibleAnswersError(UnusableInputError):
    """Answers that a scale does not have, or a form that is not ours.

    `problems` holds every problem, not just the first; none holds an answer.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class KnowledgeError(ConcordError):
    """The knowledge files are not fit for use (exit 78, EX_CONFIG).

    `problems` holds every problem of every file, not just the first.
    """

    exit_code: ClassVar[int] = 78

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ConflictingChangeError(ConcordError):
    """Two different changes carry one id, so one of them would be lost."""


class UnitMismatchError(ConcordError):
    """A quantity was asked for in a unit that measures something else."""


class UnsafeSettingsError(ConcordError):
    """An install's settings are missing or not safe (exit 78, EX_CONFIG)."""

    exit_code: ClassVar[int] = 78


class DeniedError(ConcordError):
    """The policy does not allow it; a foreign and a missing id are told alike.

    `reason` is a word of the policy's, for the log and for tests (exit 77, EX_NOPERM).
    """

    exit_code: ClassVar[int] = 77

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__("not found, or not yours to see or change")


class RepeatedKeyError(ConcordError):
    """A client action key came again with another body, so one would be lost."""


class ImpossibleChangeError(ConcordError):
    """A change was asked for that the present state does not allow."""


class ChangedSinceError(ImpossibleChangeError):
    """The record changed after it was shown, so another change would be saved."""

    def __init__(self) -> None:
        super().__init__(
            "found a record that changed since it was shown, expected the one that was "
            "seen; look at it again"
        )


class MustAnswerError(ConcordError):
    """A change would newly cause grave findings that nobody answered; nothing is saved.

    `findings` are those of the review, to be shown and answered one by one.
    """

    def __init__(self, findings: tuple[Any, ...]) -> None:
        self.findings = findings
        super().__init__(
            f"found {len(findings)} grave finding(s) that this change would cause, "
            "expected a reason for each; read them, then go on or change your mind"
        )


class NoAuthorityError(ImpossibleChangeError):
    """A controlled medicine was ordered without an authority for its schedule."""


class SealError(ConcordError):
    """A sealed value was altered, moved, or sealed with a key that is not here."""


class BrokenLogError(ConcordError):
    """The log of accesses does not verify (exit 65, EX_DATAERR).

    `problems` names, for every chain that was altered, its first bad entry.
    """

    exit_code: ClassVar[int] = 65

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
