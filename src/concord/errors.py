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
