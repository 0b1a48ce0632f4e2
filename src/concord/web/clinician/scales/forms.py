"""What is typed on the pages of scales."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from concord.followup.crisis import WhatWasDone
from concord.knowledge.model import Scale
from concord.terms import PartialDate
from concord.web.clinician.changes.fields import (
    ChoicesField,
    CountField,
    PartialDateField,
    WordsField,
)
from concord.web.clinician.clinical.result_form import NumberField

DONE = {
    WhatWasDone.SAFE_WITH_PLAN: "Talked with the person; a plan for safety is made",
    WhatWasDone.SEEN_TODAY: "Seen today, or will be today",
    WhatWasDone.EMERGENCY: "Emergency services or an emergency department",
    WhatWasDone.HANDED_OVER: "Handed over to somebody who has it now",
    WhatWasDone.NOT_REACHED: "Not reached after trying; said below what follows",
    WhatWasDone.MISTAKE: "Talked with the person: it was answered by mistake",
}
_MOST_WEEKS = 52


def _scales(label: str, scales: tuple[Scale, ...]) -> forms.ChoiceField:
    choices = [("", "Choose"), *((s.id, s.title) for s in scales)]
    return forms.ChoiceField(label=label, choices=choices)


class SendForm(forms.Form):
    """Which form to send, who reads it, once or by a schedule."""

    reader = forms.TypedChoiceField(
        label="Who reads the answers",
        coerce=UUID,
        help_text=(
            "The person is told this name before the first question. An answer about "
            "suicide comes to this one first."
        ),
    )
    opens = PartialDateField(label="From which day on")
    every_weeks = CountField(
        label="Again every so many weeks",
        most=_MOST_WEEKS,
        required=False,
        help_text="Leave this and the last day empty to send it once.",
    )
    until = PartialDateField(label="Last day of the schedule", required=False)
    when_due = forms.BooleanField(
        label="Send it whenever the due list asks for it",
        required=False,
        help_text=(
            "No day and no schedule count then. It is sent on the day it is due, "
            "unless one waits, until you stop it on the page of scales."
        ),
    )
    field_order = ("scale", "reader", "opens", "every_weeks", "until", "when_due")

    def __init__(
        self,
        data: Any,
        *,
        scales: tuple[Scale, ...],
        readers: tuple[tuple[UUID, str], ...],
        me: UUID | None,
        today: date,
        scale: str = "",
    ) -> None:
        named = {id_ for id_, _ in readers}
        super().__init__(
            data,
            initial={
                "opens": PartialDate.of(today),
                "reader": str(me) if me in named else "",
                "scale": scale,
            },
        )
        self._today = today
        self.fields["scale"] = _scales("Form", scales)
        reader = self.fields["reader"]
        assert isinstance(reader, forms.TypedChoiceField)  # noqa: S101 - declared above
        reader.choices = [("", "Choose"), *((str(id_), name) for id_, name in readers)]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Refuse days that are no whole dates, or past, and half a schedule."""
        told = super().clean() or {}
        if told.get("when_due"):
            for name in ("every_weeks", "until"):
                if told.get(name):
                    self.add_error(
                        name, "Choose one: a schedule, or whenever it is due."
                    )
            return told
        for name in ("opens", "until"):
            when = told.get(name)
            if when is not None and not when.exact:
                self.add_error(name, "Write the whole date: day, month and year.")
            elif when is not None and when.first < self._today:
                self.add_error(name, "This day is past: write today or one to come.")
        if (
            told.get("every_weeks")
            and not told.get("until")
            and "until" not in self.errors
        ):
            self.add_error("until", "Write the last day of the schedule.")
        if told.get("until") and not told.get("every_weeks"):
            self.add_error("every_weeks", "Write how many weeks lie between two forms.")
        return told


class RateForm(forms.Form):
    """Which scale is filled in after looking at the person."""

    def __init__(self, data: Any, *, scales: tuple[Scale, ...]) -> None:
        super().__init__(data)
        self.fields["scale"] = _scales("Scale", scales)


class TotalForm(forms.Form):
    """The total of a form that was filled in elsewhere, with its day."""

    total = NumberField(label="Total")
    on = PartialDateField(
        label="When it was filled in",
        help_text="A day, such as 3 2 2026. A month or a year alone will do.",
    )
    field_order = ("scale", "total", "on")

    def __init__(
        self, data: Any, *, scales: tuple[Scale, ...], today: date, scale: str = ""
    ) -> None:
        super().__init__(data, initial={"scale": scale})
        self._today = today
        self.fields["scale"] = _scales("Scale", scales)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Refuse a day to come."""
        told = super().clean() or {}
        when = told.get("on")
        if when is not None and when.first > self._today:
            self.add_error("on", "This day is still to come. Write when it was.")
        return told


class CloseForm(forms.Form):
    """What was done about an answer: a code and words, or it stays open."""

    what = ChoicesField(
        label="What was done?",
        choices=[(what.value, words) for what, words in DONE.items()],
    )
    words = WordsField(
        label="In your words",
        lines=4,
        longest=4000,
        help_text="What was said and agreed, and what follows.",
    )
