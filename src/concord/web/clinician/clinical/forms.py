"""The forms of what is known of a person: setting, conditions, allergies, results.

Each gives the line that it stands for; a coded choice is preferred, and words that
cannot be checked are kept as written once that was said.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from django import forms

from concord.exchange.recognise import Recogniser
from concord.knowledge.lookup import Knowledge
from concord.record import model as rec
from concord.terms import PartialDate
from concord.web.clinician.changes.fields import (
    NAME,
    ChoicesField,
    PartialDateField,
    WordsField,
)
from concord.web.clinician.clinical import choices
from concord.web.clinician.clinical.describing import SETTINGS, STATUSES

_REFUTED = "refuted"
DATE_HINT = "As far as it is known: a day, a month and year, or only a year."
WORDS_HINT = "What is not in the list is kept as written; it cannot be checked."


class LineForm(forms.Form):
    """What every form of a line has: the day, the knowledge, and questions to answer.

    `questions` are asked once; with `as_written` ticked they are answered.
    """

    def __init__(
        self,
        *args: Any,
        knowledge: Knowledge,
        recogniser: Recogniser,
        today: date,
        **more: Any,
    ) -> None:
        self.knowledge = knowledge
        self.recogniser = recogniser
        self.today = today
        self.questions: list[str] = []
        super().__init__(*args, **more)
        self.shape()

    def shape(self) -> None:
        """Fill in the choices that come from the knowledge."""

    def line(self, old: Any) -> rec.Line:
        """Return the line that was typed, over the one that it corrects."""
        raise NotImplementedError

    def not_later(self, name: str) -> None:
        """Add an error where a date lies after today."""
        told = self.cleaned_data.get(name)
        if isinstance(told, PartialDate) and told.first > self.today:
            self.add_error(name, "This day is still to come. Write when it was.")

    def ask(self, question: str) -> None:
        """Ask a question; until it is answered the form is not valid."""
        self.questions.append(question)
        if not self.data.get("as_written"):
            self.add_error(None, question)


class SettingForm(LineForm):
    """A person came into, or left, a place of care or custody."""

    kind = ChoicesField(
        label="What happened", choices=[(k.value, w) for k, w in SETTINGS.items()]
    )
    on = PartialDateField(label="Since when", help_text=DATE_HINT)

    def clean(self) -> dict[str, Any]:
        """Refuse a day that is still to come."""
        self.not_later("on")
        return self.cleaned_data

    def line(self, old: Any) -> rec.SettingEvent:
        """Return the event."""
        del old
        told = self.cleaned_data
        return rec.SettingEvent(
            id="new", kind=rec.SettingKind(told["kind"]), on=told["on"]
        )


class ConditionForm(LineForm):
    """A condition: chosen from the list, or in words."""

    condition = forms.ChoiceField(label="Condition", required=False)
    words = WordsField(
        label="In your own words",
        longest=NAME,
        required=False,
        help_text=WORDS_HINT,
    )
    status = ChoicesField(
        label="Is it present?",
        choices=[
            *((s.value, w.capitalize()) for s, w in STATUSES.items()),
            (_REFUTED, "It was looked into, and the person does not have it"),
        ],
        initial=rec.ConditionStatus.ACTIVE.value,
    )
    onset = PartialDateField(label="Since when", required=False, help_text=DATE_HINT)
    abated = PartialDateField(label="Until when", required=False, help_text=DATE_HINT)

    def shape(self) -> None:
        """Offer the conditions that knowledge speaks of."""
        field = self.fields["condition"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", "Not in this list"),
            *choices.conditions(self.knowledge),
        ]

    @staticmethod
    def told(line: rec.Condition, knowledge: Knowledge) -> dict[str, Any]:
        """Return what the form says of a line that is on the record."""
        return {
            "condition": _condition_of(line, knowledge),
            "words": line.text,
            "status": _REFUTED if line.refuted else line.status.value,
            "onset": line.onset,
            "abated": line.abated,
        }

    def clean(self) -> dict[str, Any]:
        """Ask for a name, and question an end before the beginning."""
        told = self.cleaned_data
        if not told.get("condition") and not told.get("words"):
            self.add_error(
                "condition", "Choose a condition, or write it in your own words."
            )
        self.not_later("onset")
        self.not_later("abated")
        onset, abated = told.get("onset"), told.get("abated")
        if onset and abated and abated.last < onset.first:
            self.add_error(
                "abated", "It ends before it begins. Correct one of the two."
            )
        if abated and told.get("status") == rec.ConditionStatus.ACTIVE:
            self.add_error("abated", "It is said to be present: leave its end empty.")
        return told

    def line(self, old: Any) -> rec.Condition:
        """Return the condition; codes stay as they were where the choice did."""
        told = self.cleaned_data
        before = old or rec.Condition(id="new")
        name = told["condition"]
        codes = before.codes
        if name != _condition_of(before, self.knowledge):
            codes = (choices.condition_code(self.knowledge, name),) if name else ()
        title = self.knowledge.conditions[name].title if name else ""
        refuted = told["status"] == _REFUTED
        return msgspec.structs.replace(
            before,
            text=told["words"] or title,
            codes=codes,
            status=before.status if refuted else rec.ConditionStatus(told["status"]),
            onset=told["onset"],
            abated=told["abated"],
            refuted=refuted,
        )


def _condition_of(line: rec.Condition, knowledge: Knowledge) -> str:
    """Return the condition that a line's codes mean, where they mean one of ours."""
    for code in line.codes:
        found = knowledge.links.conditions_by_code.get(code.code, ())
        if found:
            return found[0]
    stems = knowledge.links.condition_prefixes
    for code in line.codes:
        plain = code.code.replace(".", "").upper()
        for length in range(len(plain), 2, -1):
            if names := stems.get(plain[:length]):
                return names[0]
    return ""


_ABOUT = (
    ("substance", "An allergy or intolerance"),
    ("none", "No allergy is known: it was asked"),
)


class AllergyForm(LineForm):
    """An allergy: to a class or medicine of the list, or in words; or none known."""

    about = ChoicesField(label="What is known", choices=_ABOUT, initial="substance")
    allergen = forms.ChoiceField(label="Of what", required=False)
    words = WordsField(
        label="In your own words",
        longest=NAME,
        required=False,
        help_text=(
            "A medicine by its exact name is recognised. Anything else is kept as "
            "written; it cannot be checked."
        ),
    )
    reactions = WordsField(
        label="What happened",
        required=False,
        help_text="Several with commas between them: rash, swollen lips.",
    )
    kind = ChoicesField(
        label="Which of the two",
        choices=[
            ("", "Not known"),
            ("allergy", "Allergy"),
            ("intolerance", "Intolerance (a side effect)"),
        ],
        required=False,
    )
    criticality = ChoicesField(
        label="How grave it can be",
        choices=[("", "Not known"), ("low", "Low"), ("high", "High: life at risk")],
        required=False,
    )
    state = ChoicesField(
        label="Does it hold now?",
        choices=[
            ("active", "Yes"),
            ("past", "Not any more"),
            ("refuted", "It was looked into, and there is none"),
        ],
        initial="active",
    )

    def __init__(self, *args: Any, others: tuple[str, ...], **more: Any) -> None:
        self.others = others
        super().__init__(*args, **more)

    def shape(self) -> None:
        """Offer the classes in which allergies cross, and the medicines known."""
        field = self.fields["allergen"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            ("", "Not in this list"),
            *choices.allergens(self.knowledge),
        ]

    @staticmethod
    def told(line: rec.Allergy, knowledge: Knowledge) -> dict[str, Any]:
        """Return what the form says of a line that is on the record."""
        state = "refuted" if line.refuted else "active" if line.active else "past"
        return {
            "about": "none" if line.none_known else "substance",
            "allergen": choices.chosen_allergen(knowledge, line),
            "words": "" if line.none_known else line.text,
            "reactions": ", ".join(line.reactions),
            "kind": line.kind or "",
            "criticality": line.criticality or "",
            "state": state,
        }

    def clean(self) -> dict[str, Any]:
        """Ask for a substance; question words that nothing was recognised in."""
        told = self.cleaned_data
        if told.get("about") == "none":
            if self.others:
                self.add_error(
                    "about",
                    f"On record: {', '.join(self.others)}. Say of each that it does "
                    "not hold before you say that none is known.",
                )
            return told
        words, chosen = told.get("words"), told.get("allergen")
        if not words and not chosen:
            self.add_error("allergen", "Choose a substance, or write it in words.")
        elif not chosen and not self._recognised(words or ""):
            self.ask(
                f"“{words}” is not recognised. Kept as written, it cannot be checked "
                "against medicines. Tick “Keep it as written” if it is meant so."
            )
        return told

    def _recognised(self, words: str) -> tuple[rec.Ingredient, ...]:
        return self.recogniser.ingredients(words, ())

    def line(self, old: Any) -> rec.Allergy:
        """Return the allergy; codes and ingredients stay where the words did."""
        told = self.cleaned_data
        before = old or rec.Allergy(id="new")
        if told["about"] == "none":
            return rec.Allergy(id=before.id, text="No known allergies", none_known=True)
        text, ingredients, codes = before.text, before.ingredients, before.codes
        was = self.told(before, self.knowledge)
        if (told["allergen"], told["words"]) != (was["allergen"], was["words"] or ""):
            codes = ()
            if told["allergen"]:
                text, ingredients = choices.allergen(self.knowledge, told["allergen"])
                text = told["words"] or text
            else:
                text, ingredients = told["words"], self._recognised(told["words"])
        return msgspec.structs.replace(
            before,
            text=text,
            codes=codes,
            ingredients=ingredients,
            reactions=tuple(
                r.strip() for r in told["reactions"].split(",") if r.strip()
            ),
            kind=told["kind"] or None,
            criticality=told["criticality"] or None,
            active=told["state"] == "active",
            refuted=told["state"] == "refuted",
            none_known=False,
        )


class PersonForm(LineForm):
    """Who the person is: what rules need to know."""

    name = WordsField(label="Name", longest=NAME)
    birth = PartialDateField(label="Birth date", required=False, help_text=DATE_HINT)
    sex = ChoicesField(
        label="Sex for clinical use",
        choices=[(s.value, s.value.capitalize()) for s in rec.Sex],
        help_text="Doses, pregnancy and kidney function depend on it.",
    )
    pronouns = WordsField(label="Pronouns", longest=NAME, required=False)

    @staticmethod
    def told(line: rec.Person, knowledge: Knowledge) -> dict[str, Any]:
        """Return what the form says of the person on the record."""
        del knowledge
        return {
            "name": line.names[0].text if line.names else "",
            "birth": line.birth,
            "sex": line.sex.value,
            "pronouns": line.pronouns,
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a birth that is still to come."""
        self.not_later("birth")
        return self.cleaned_data

    def line(self, old: Any) -> rec.Person:
        """Return the person; other names and identifiers stay."""
        told = self.cleaned_data
        first, *others = old.names or (rec.Name(text=""),)
        named = msgspec.structs.replace(first, text=told["name"])
        return msgspec.structs.replace(  # type: ignore[no-any-return]
            old,
            names=(named, *others),
            birth=told["birth"],
            sex=rec.Sex(told["sex"]),
            pronouns=told["pronouns"] or None,
        )
