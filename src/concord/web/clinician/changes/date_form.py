"""The forms with which a prescriber sets a date for what is due, and takes it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from concord.followup.due import Due
from concord.web.chart.actions.overrides import is_far
from concord.web.chart.actions.reviewing import knowledge
from concord.web.clinician.changes.fields import (
    PartialDateField,
    TellingForm,
    WordsField,
)
from concord.web.clinician.changes.questioned import questioned
from concord.wording import day

_AS_WRITTEN = "I have read the questions above: keep what I wrote"


class _DecisionForm(TellingForm):
    """What both have: a reason, and questions that are asked once."""

    reason = WordsField(
        label="Why",
        lines=3,
        help_text="What the next reader needs to know, in a sentence.",
    )
    as_written = forms.BooleanField(label=_AS_WRITTEN, required=False)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.asks = False

    def clean(self) -> dict[str, Any]:
        """Return the fields; abbreviations that can be misread are asked about."""
        told = super().clean() or {}
        for words in questioned(told.get("reason") or ""):
            self.asks = True
            if not told.get("as_written"):
                self.add_error("reason", words)
        return told

    def renew(self) -> None:
        """Take what is shown now for what was read."""


class SetDateForm(_DecisionForm):
    """Another day for one thing that is due, and why."""

    ask = forms.CharField(max_length=500, widget=forms.HiddenInput)
    replaces = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    on = PartialDateField(
        label="By which day",
        help_text="A whole day, such as 3 2 2027 for 3 February 2027.",
        error_messages={"required": "Write the day."},
    )
    meant = forms.BooleanField(label="Yes, I mean this day", required=False)
    field_order = ("on", "meant", "reason", "as_written")

    def __init__(self, data: Any = None, *, item: Due, today: date) -> None:
        self._now = item.override.id if item.override is not None else ""
        initial = {"ask": item.ask, "replaces": self._now}
        super().__init__(data, initial=initial, prefix=None, auto_id="date_%s")
        self._item, self._today = item, today
        self.far = False

    def clean(self) -> dict[str, Any]:
        """Refuse a day that is past, and ask about one that is far off."""
        told = super().clean()
        when = told.get("on")
        if when is None:
            return told
        if not when.exact:
            self.add_error("on", "Write the whole date: day, month and year.")
        elif when.first < self._today:
            self.add_error(
                "on",
                f"{day(when.first)} is past: write {day(self._today)} or a later day.",
            )
        elif is_far(when.first, self._item, self._today, knowledge()):
            self.far = True
            if not told.get("meant"):
                years = when.first.year - self._today.year
                self.add_error(
                    "on",
                    f"{day(when.first)} is far away (the year is {years} after this "
                    "one). Correct it, or say below that you mean it.",
                )
        return told

    def renew(self) -> None:
        """Take the decision that is shown now for the one that was read."""
        self.data = {**dict(self.data.items()), "replaces": self._now}


class EndForm(_DecisionForm):
    """Why a decision is taken back."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="end_%s")
        self.fields["reason"].label = "Why it is taken back"
