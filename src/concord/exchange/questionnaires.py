"""Our scales as FHIR R4 Questionnaires, and the answers to them, out and in.

Values <-> JSON: nothing is scored and nothing is guessed here. Only an answer to a
questionnaire of ours is read: another one may ask the same in other words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from concord.errors import ImpossibleAnswersError
from concord.exchange.problems import kind_of
from concord.followup.answered import ANSWERS, CANONICAL
from concord.followup.scoring import Given
from concord.knowledge.model import AnswerSet, Form, Scale, ScaleItem, Translation
from concord.terms import Value

_LOINC = "http://loinc.org"
_POINTS = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
_LEAST = "http://hl7.org/fhir/StructureDefinition/minValue"
_MOST = "http://hl7.org/fhir/StructureDefinition/maxValue"
_READ = frozenset(("completed", "amended", "in-progress"))


class Answered(Value, frozen=True, kw_only=True):
    """A questionnaire response as it was read: which scale, when, and the answers.

    `complete` is false while it is still being filled in.
    """

    scale: str
    version: str | None = None
    authored: str | None = None
    complete: bool = True
    answers: tuple[Given, ...] = ()


# --- out --------------------------------------------------------------------------


def questionnaire(scale: Scale, language: str = "en") -> dict[str, Any]:
    """Return a scale's form as a FHIR R4 Questionnaire, in one of its languages.

    Raises `ImpossibleAnswersError` where its text may not be shipped, or does not
    stand in that language.
    """
    form = scale.form
    if form is None or language not in scale.languages:
        raise ImpossibleAnswersError([_not_to_ship(scale, language)])
    words = next((t for t in scale.translation if t.language == language), None)
    about = words.about if words else form.about
    begins = words.instruction if words else form.instruction
    lead = [t for t in (begins, about) if t]
    told = [
        {"linkId": f"said-{n}", "type": "display", "text": text}
        for n, text in enumerate(lead)
    ]
    return {
        "resourceType": "Questionnaire",
        "url": f"{CANONICAL}{scale.id}",
        "version": form.version,
        "name": "".join(part.title() for part in scale.id.split("-")),
        "title": words.title if words else scale.title,
        "status": "active",
        "language": language,
        "subjectType": ["Patient"],
        "copyright": scale.licence.text,
        **({"code": [_coding(_LOINC, form.loinc)]} if form.loinc else {}),
        "item": [*told, *(_item(scale, form, item, words) for item in form.item)],
    }


def _item(
    scale: Scale, form: Form, item: ScaleItem, words: Translation | None
) -> dict[str, Any]:
    answers = form.answers_of(item)
    made: dict[str, Any] = {
        "linkId": item.id,
        "text": words.items[item.id] if words else item.text,
    }
    if item.loinc:
        made["code"] = [_coding(_LOINC, item.loinc)]
    if answers is None:
        made["type"] = "text"
    elif answers.choice:
        made["type"] = "choice"
        made["answerOption"] = [
            _option(scale, answers, place, words)
            for place in range(len(answers.choice))
        ]
    else:
        made["type"] = "integer"
        made["extension"] = [
            {"url": _LEAST, "valueInteger": int(answers.low)},
            {"url": _MOST, "valueInteger": int(answers.high)},
        ]
    help_ = [item.help, *_ends(answers)]
    told = " ".join(text for text in help_ if text)
    if told and words is None:
        hint = {"linkId": f"{item.id}-help", "type": "display", "text": told}
        made["item"] = [hint]
    return made


def _ends(answers: AnswerSet | None) -> tuple[str, ...]:
    if answers is None or answers.choice or not answers.lowest_text:
        return ()
    low, high = answers.low, answers.high
    return (f"{low}: {answers.lowest_text}; {high}: {answers.highest_text}.",)


def _option(
    scale: Scale, answers: AnswerSet, place: int, words: Translation | None
) -> dict[str, Any]:
    choice = answers.choice[place]
    coding = _answer_coding(scale, answers, choice.value)
    text = words.answers[answers.id][place] if words else choice.text
    if text:
        coding["display"] = text
    points = {"url": _POINTS, "valueDecimal": _number(choice.value)}
    return {"valueCoding": coding, "extension": [points]}


def _answer_coding(scale: Scale, answers: AnswerSet, value: Decimal) -> dict[str, Any]:
    """Return the code of an answer: LOINC's where it has one, else its value."""
    choice = next(c for c in answers.choice if c.value == value)
    if choice.loinc:
        return _coding(_LOINC, choice.loinc)
    return _coding(f"{ANSWERS}{scale.id}:{answers.id}", str(value))


def response(
    scale: Scale, given: Iterable[Given], authored: datetime, *, complete: bool = True
) -> dict[str, Any]:
    """Return answers as a FHIR R4 QuestionnaireResponse; a skipped item has no answer.

    `authored` carries its zone. The answers are those of the scale: score them first.
    """
    form = _form(scale)
    by_item = {g.item: g for g in given}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{CANONICAL}{scale.id}|{form.version}",
        "status": "completed" if complete else "in-progress",
        "authored": authored.isoformat(),
        "item": [
            _answered(scale, form, item, by_item.get(item.id)) for item in form.item
        ],
    }


def _answered(
    scale: Scale, form: Form, item: ScaleItem, given: Given | None
) -> dict[str, Any]:
    made: dict[str, Any] = {"linkId": item.id}
    answers = form.answers_of(item)
    if given is None or (given.value is None and given.text is None):
        return made
    if given.value is None or answers is None:
        value: dict[str, Any] = {"valueString": given.text}
    elif answers.choice:
        # With its points, so that a reader who does not know our codes can add up.
        coding = _answer_coding(scale, answers, given.value)
        points = {"url": _POINTS, "valueDecimal": _number(given.value)}
        value = {"valueCoding": {**coding, "extension": [points]}}
    else:
        value = {"valueInteger": int(given.value)}
    return {**made, "answer": [value]}


# --- in ---------------------------------------------------------------------------


def read_response(resource: object, scales: Mapping[str, Scale]) -> Answered:
    """Return the answers of a FHIR QuestionnaireResponse to one of our scales.

    Every answer is kept, twice where it stands twice: scoring refuses that.
    Raises `ImpossibleAnswersError` with every problem: what is no such response, one to
    a questionnaire that is not ours or to another version of it, one entered in
    error, an answer whose code or kind the item does not have.
    """
    problems: list[str] = []
    if not isinstance(resource, dict):
        raise _refused(f"found {kind_of(resource)}", "an object", "send the resource")
    if resource.get("resourceType") != "QuestionnaireResponse":
        raise _refused("found another resource", "a QuestionnaireResponse", "send one")
    scale = _ours(resource.get("questionnaire"), scales)
    form = _form(scale)
    status = resource.get("status")
    if status not in _READ:
        raise _refused(
            "found a status that is not read",
            "one that is completed, amended or in progress",
            "leave it out",
        )
    found: list[Given] = []
    for asked in _items(resource.get("item"), problems):
        link = asked.get("linkId")
        item = form.named(link) if isinstance(link, str) else None
        if item is None:
            if asked.get("answer"):
                problems.append(
                    f"{scale.id}: found an item that it does not have, expected one "
                    f"of {', '.join(i.id for i in form.item)}; correct its linkId"
                )
            continue
        answers = asked.get("answer") or []
        if not isinstance(answers, list):
            problems.append(f"{scale.id}, item {item.id}: answer: expected a list")
            continue
        for answer in answers:
            given = _given(scale, form, item, answer)
            if isinstance(given, str):
                problems.append(f"{scale.id}, item {item.id}: {given}")
            else:
                found.append(given)
    if problems:
        raise ImpossibleAnswersError(problems)
    authored = resource.get("authored")
    return Answered(
        scale=scale.id,
        version=form.version,
        authored=authored if isinstance(authored, str) else None,
        complete=status != "in-progress",
        answers=tuple(found),
    )


def _ours(canonical: object, scales: Mapping[str, Scale]) -> Scale:
    if isinstance(canonical, str) and canonical.startswith(CANONICAL):
        name, _, version = canonical.removeprefix(CANONICAL).partition("|")
        scale = scales.get(name)
        if scale is not None and scale.form is not None:
            if version not in ("", scale.form.version):
                raise _refused(
                    f"found another version of {name} than {scale.form.version}",
                    "the version that is filled in here",
                    "fill in the form again",
                )
            return scale
    raise _refused(
        "found a questionnaire that is not ours",
        f"one whose name begins with {CANONICAL}",
        "send its total as an Observation, or have the form filled in here",
    )


def _refused(found: str, expected: str, do: str) -> ImpossibleAnswersError:
    told = f"questionnaire response: {found}, expected {expected}; {do}"
    return ImpossibleAnswersError([told])


def _items(items: object, problems: list[str]) -> list[dict[str, Any]]:
    """Return the items with those inside groups, in their order."""
    if items is None:
        return []
    if not isinstance(items, list):
        problems.append(f"item: found {kind_of(items)}, expected a list; mend it")
        return []
    found: list[dict[str, Any]] = []
    waiting: list[object] = list(items)
    while waiting:
        item = waiting.pop(0)
        if not isinstance(item, dict):
            problems.append(f"item: found {kind_of(item)}, expected an object; mend it")
            continue
        found.append(item)
        inside = item.get("item")
        if isinstance(inside, list):
            waiting[:0] = inside
    return found


def _given(scale: Scale, form: Form, item: ScaleItem, answer: object) -> Given | str:
    """Return an answer, or what is wrong with it."""
    if not isinstance(answer, dict):
        return f"found {kind_of(answer)}, expected an object; mend it"
    answers = form.answers_of(item)
    if answers is None:
        text = answer.get("valueString")
        if isinstance(text, str):
            return Given(item=item.id, text=text)
        return "found no words, expected valueString; mend it"
    value = _value(scale, answers, answer)
    if value is None:
        return "found an answer that the item does not have; look at the form again"
    return Given(item=item.id, value=value)


def _value(
    scale: Scale, answers: AnswerSet, answer: Mapping[str, Any]
) -> Decimal | None:
    coding = answer.get("valueCoding")
    if isinstance(coding, dict):
        return next(
            (
                c.value
                for c in answers.choice
                if _same(_answer_coding(scale, answers, c.value), coding)
            ),
            None,
        )
    for key in ("valueInteger", "valueDecimal"):
        number = answer.get(key)
        if isinstance(number, int | float | Decimal) and not isinstance(number, bool):
            value = Decimal(str(number))
            return value if answers.allows(value) else None
    return None


def _same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    return (ours["system"], ours["code"]) == (theirs.get("system"), theirs.get("code"))


# --- shared -----------------------------------------------------------------------


def _form(scale: Scale) -> Form:
    if scale.form is None:
        raise ImpossibleAnswersError([_not_to_ship(scale, "en")])
    return scale.form


def _not_to_ship(scale: Scale, language: str) -> str:
    if scale.languages:
        return (
            f"{scale.id}: found no words in {language!r}, expected one of "
            f"{', '.join(scale.languages)}; ask for one of these"
        )
    where = scale.licence.obtain or "its publisher"
    return (
        f"{scale.id}: found a scale whose words may not be shipped, expected one that "
        f"may be; obtain the form from {where}"
    )


def _coding(system: str, code: str) -> dict[str, Any]:
    return {"system": system, "code": code}


def _number(value: Decimal) -> int | Decimal:
    return int(value) if value == value.to_integral_value() else value
