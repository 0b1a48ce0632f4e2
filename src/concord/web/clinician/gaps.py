"""What the review could not check, and where the missing thing is added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from concord.knowledge.lookup import Knowledge
from concord.record.agreed import Entry
from concord.review.model import NotChecked
from concord.terms import Value
from concord.web.chart.policy import Action
from concord.web.clinician.words import RULES
from concord.wording import Message


class Way(Value, frozen=True, kw_only=True):
    """A link to the form that adds what is missing, and what its button says."""

    says: str
    url: str


class Gap(Value, frozen=True, kw_only=True):
    """What could not be checked of which medicines, what it needs, how to add it.

    `of` is empty where the check is of the whole list.
    """

    rules: tuple[str, ...]
    of: tuple[Entry, ...]
    needs: tuple[Message, ...]
    ways: tuple[Way, ...]


class _Form(Value, frozen=True, kw_only=True):
    """A form of the site by the name of its address, and what it takes to use it."""

    says: str
    name: str
    needs: Action
    of_line: bool = False
    observation: str | None = None


def _line(says: str) -> _Form:
    return _Form(
        says=says, name="clinician:change", needs=Action.CHANGE_ORDER, of_line=True
    )


def _result(says: str, observation: str | None = None) -> _Form:
    return _Form(
        says=says,
        name="clinician:add_observation",
        needs=Action.WRITE_CLINICAL,
        observation=observation,
    )


_ALLERGY = _Form(
    says="Add an allergy, or that none is known",
    name="clinician:add_allergy",
    needs=Action.WRITE_CLINICAL,
)
_MEDICINE = _Form(
    says="Add a medicine", name="clinician:add_medicine", needs=Action.CHANGE_ORDER
)
_DIRECTIONS = _line("Add the directions")
_DOSE = _line("Add the dose")

# What is missing, by the key of the need, and the form that adds it. What is not here
# cannot be added on a page: knowledge that this version lacks, say.
_FORMS: dict[str, _Form] = {
    "need.age": _Form(
        says="Add the birth date",
        name="clinician:edit_person",
        needs=Action.WRITE_CLINICAL,
    ),
    "need.sex": _Form(
        says="Add the sex", name="clinician:edit_person", needs=Action.WRITE_CLINICAL
    ),
    "need.allergies": _ALLERGY,
    "need.allergy-recognised": _ALLERGY,
    "need.conditions": _Form(
        says="Add a condition",
        name="clinician:add_condition",
        needs=Action.WRITE_CLINICAL,
    ),
    "need.directions": _DIRECTIONS,
    "need.no-directions": _DIRECTIONS,
    "need.steps-undated": _DIRECTIONS,
    "need.mixed-units": _DIRECTIONS,
    "need.route": _DIRECTIONS,
    "need.dose": _DOSE,
    "need.no-dose": _DOSE,
    "need.no-unit": _DOSE,
    "need.no-strength": _DOSE,
    "need.no-frequency": _line("Add how often"),
    "need.start-date": _line("Add the start date"),
    "need.indication": _line("Add what it is for"),
    "need.form-or-indication": _line("Add what it is for"),
    "need.fills-or-report": _Form(
        says="Import fills", name="clinician:import", needs=Action.IMPORT
    ),
    "need.medication-list": _MEDICINE,
    "need.recognised": _MEDICINE,
    "need.results": _result("Add a result"),
    "need.scores": _result("Add a score"),
    "need.weight": _result("Add the weight", "weight"),
    "need.pregnancy-status": _result("Add a pregnancy test", "pregnancy-test"),
    "need.observation": _result("Add this result"),
    "need.plausible": _result("Add this result"),
}


def gaps(
    person: UUID,
    rows: Iterable[NotChecked],
    entries: Mapping[str, Entry],
    may: Iterable[Action],
    knowledge: Knowledge,
) -> tuple[Gap, ...]:
    """Return what could not be checked, rows that need the same thing made one."""
    allowed = frozenset(may)
    together: dict[tuple[object, ...], list[NotChecked]] = {}
    for row in rows:
        missing = tuple((n.key, *sorted(n.values.items())) for n in row.needs)
        together.setdefault((missing, row.medications), []).append(row)
    found = []
    for same in together.values():
        of = tuple(entries[m] for m in same[0].medications if m in entries)
        needs = same[0].needs
        ways = (way for need in needs for way in _ways(person, need, of, knowledge))
        kept = {way.url: way for form, way in ways if form.needs in allowed}
        found.append(
            Gap(
                rules=tuple(dict.fromkeys(RULES.get(r.rule, r.rule) for r in same)),
                of=of,
                needs=needs,
                ways=tuple(kept.values()),
            )
        )
    return tuple(found)


def _ways(
    person: UUID, need: Message, of: tuple[Entry, ...], knowledge: Knowledge
) -> list[tuple[_Form, Way]]:
    form = _FORMS.get(need.key)
    if form is None:
        return []
    try:
        # Of several medicines each has a form of its own, on its own line of the list.
        if form.of_line:
            if len(of) != 1:
                return []
            url = reverse(form.name, args=[person, of[0].id])
        else:
            url = reverse(form.name, args=[person])
    except NoReverseMatch:
        return []
    observation = form.observation or _observation(need, knowledge)
    if observation and form.name == "clinician:add_observation":
        url = f"{url}?{urlencode({'observation': observation})}"
    return [(form, Way(says=form.says, url=url))]


def _observation(need: Message, knowledge: Knowledge) -> str | None:
    """Return the observation that a need names by its title."""
    name = need.values.get("name")
    titled = (id_ for id_, o in knowledge.observations.items() if o.title == name)
    return next(titled, None) if name else None
