"""The form of a result: in a unit that its measurement can be read in."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError

from concord.knowledge.lookup import Knowledge
from concord.knowledge.model import ObservationEntry
from concord.record import model as rec
from concord.terms import Quantity
from concord.web.clinician.changes.fields import (
    NAME,
    ChoicesField,
    PartialDateField,
    WordsField,
)
from concord.web.clinician.clinical import choices
from concord.web.clinician.clinical.forms import DATE_HINT, WORDS_HINT, LineForm
from concord.wording import amount

_NUMBER = re.compile(r"^\d{1,7}(\.\d{1,4})?$")


class NumberField(forms.Field):
    """A number of nought or more, written so that it can be read in one way only."""

    def __init__(self, **more: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "size": 8}
        super().__init__(widget=forms.TextInput(attributes), **more)

    def to_python(self, value: Any) -> Any:
        """Return the number, or nothing where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        if not _NUMBER.match(text):
            raise ValidationError(
                f"“{text}” is not a number that can be read in one way. Write digits, "
                "with a point for a decimal: 0.8.",
                code="no-number",
            )
        return Decimal(text)


class ObservationForm(LineForm):
    """A result: of a measurement that knowledge speaks of, or in words."""

    name = WordsField(label="What was measured", longest=NAME)
    value = NumberField(label="Result")
    unit = forms.ChoiceField(label="Unit")
    answer = ChoicesField(label="Result")
    words = WordsField(label="Result, in words", help_text=WORDS_HINT)
    at = PartialDateField(label="When", help_text=DATE_HINT)

    def __init__(self, *args: Any, observation: str, **more: Any) -> None:
        self.observation = observation
        super().__init__(*args, **more)

    def shape(self) -> None:
        """Keep the fields that this measurement has, with its units or its answers."""
        entry = self.knowledge.observations.get(self.observation)
        keep = {"at", "name", "words"}
        if entry is not None:
            self.meanings = {m.word: m for m in choices.meanings(entry, self.today)}
            if self.meanings:
                keep = {"at", "answer"}
                self._offer("answer", [(w, w.capitalize()) for w in self.meanings])
            elif entry.unit is None:
                keep = {"at", "words"}
                self.fields["words"].label = "What was found or happened, in words"
                self.fields["words"].help_text = "It is shown as it is written here."
            else:
                keep = {"at", "value"} | self._units(entry)
        for name in set(self.fields) - keep:
            del self.fields[name]

    def _units(self, entry: ObservationEntry) -> set[str]:
        """Offer the units where there are several; one alone stands in the label."""
        offered = choices.units(entry, self.today, self.initial.get("unit") or "")
        if len(offered) > 1:
            self._offer("unit", offered)
            return {"unit"}
        if offered and offered[0][1]:
            self.fields["value"].label = f"Result, in {offered[0][1]}"
        return set()

    def _offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = offered

    @staticmethod
    def told(line: rec.Observation, knowledge: Knowledge) -> dict[str, Any]:
        """Return what the form says of a line that is on the record."""
        quantity = line.quantity
        name = choices.observation_of(knowledge, line.codes)
        entry = knowledge.observations[name] if name else None
        on = line.at.last if line.at else date.max
        return {
            "name": line.text,
            "value": f"{quantity.value:f}" if quantity else "",
            "unit": quantity.unit if quantity else "",
            "answer": choices.meant(entry, line.coded, on) if entry else "",
            "words": line.value_text,
            "at": line.at,
        }

    def clean(self) -> dict[str, Any]:
        """Question a result that can hardly be, in the bounds of the knowledge."""
        self.not_later("at")
        entry = self.knowledge.observations.get(self.observation)
        told = self.cleaned_data
        if entry is None or told.get("value") is None:
            return told
        quantity = Quantity(told["value"], told.get("unit") or entry.unit or "")
        if bounds := choices.implausible(entry, quantity, self.today):
            low, high = (amount(bound) for bound in bounds)
            self.ask(
                f"{amount(quantity)} lies outside {low} to {high}. If it is right, "
                "tick “Keep it as written”; it is kept, and questioned by the review."
            )
        return told

    def line(self, old: Any) -> rec.Observation:
        """Return the result in the unit that was chosen."""
        told = self.cleaned_data
        before = old or rec.Observation(id="new", codes=())
        entry = self.knowledge.observations.get(self.observation)
        if entry is None:
            return msgspec.structs.replace(
                before, text=told["name"], value_text=told["words"], at=told["at"]
            )
        codes = before.codes or (choices.observation_code(entry),)
        text = before.text or entry.title
        if self.meanings:
            meaning = self.meanings[told["answer"]]
            return msgspec.structs.replace(
                before,
                codes=codes,
                text=text,
                coded=(meaning.code,),
                value_text=None,
                at=told["at"],
            )
        if entry.unit is None:
            return msgspec.structs.replace(
                before, codes=codes, text=text, value_text=told["words"], at=told["at"]
            )
        return msgspec.structs.replace(
            before,
            codes=codes,
            text=text,
            quantity=Quantity(told["value"], told.get("unit") or entry.unit or ""),
            value_text=None,
            at=told["at"],
        )
