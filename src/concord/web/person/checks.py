"""Whether the site has words for somebody in a crisis: however it is started.

The site and a server of another kind ask `check_crisis` as they start, and do not
without the words; the worker says what is missing and goes on telling of crises.
Django's own `check` lists the same problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError

from concord.errors import UnsafeSettingsError
from concord.web.chart.actions.crisis_plans import empty_texts
from concord.web.chart.actions.reviewing import knowledge
from concord.web.person.lines import Help, crisis_problems, help_lines

_EXPECTED = (
    "expected words, somebody to call and the emergency number, in each language in "
    "which a question on suicide is asked. Mend [[crisis]] in help.toml, or the "
    "clinic's own words"
)


def check_crisis(help_: Help) -> None:
    """Refuse to start where somebody in a crisis would find no words or no number.

    Each language in which a question on suicide can be asked needs its own.
    Raises `UnsafeSettingsError` with every problem.
    """
    problems = [*_of_the_file(help_), *_of_the_clinics()]
    if problems:
        msg = f"the crisis text: {'; '.join(problems)}; {_EXPECTED}"
        raise UnsafeSettingsError(msg)


@checks.register
def crisis_text(**_asked: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the country's words for a crisis."""
    return [
        checks.Error(f"the crisis text: {problem}", hint=_EXPECTED, id="concord.E001")
        for problem in _of_the_file(help_lines())
    ]


@checks.register(checks.Tags.database)
def texts_of_clinics(
    *, databases: Sequence[str] | None = None, **_asked: Any
) -> list[checks.CheckMessage]:
    """Return how many clinics' own words are empty, where a database may be asked."""
    if "default" not in (databases or ()):
        return []
    try:
        problems = _of_the_clinics()
    except DatabaseError:
        # Before the first migration there is no table: not looked at is not fine.
        said = "the crisis text: the clinics' own words could not be looked at"
        return [
            checks.Warning(said, hint="run `concord migrate` first", id="concord.W001")
        ]
    return [
        checks.Error(f"the crisis text: {problem}", hint=_EXPECTED, id="concord.E002")
        for problem in problems
    ]


def _of_the_file(help_: Help) -> list[str]:
    asks = [s for s in knowledge().scales.values() if s.suicide_item]
    languages = {"en"}.union(*(scale.languages for scale in asks))
    return crisis_problems(help_, languages)


def _of_the_clinics() -> list[str]:
    empty = empty_texts()
    return [f"{empty} clinic(s): found words of their own that are empty"] * bool(empty)
