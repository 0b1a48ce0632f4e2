"""Every error that Concord raises on purpose, each with its exit code.

An error says four things in the reader's words: where, what was found, what was
expected, what to do.
No message holds a value of a person's record; places are named by file, entry and
element only.
"""

from __future__ import annotations

from typing import ClassVar


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
