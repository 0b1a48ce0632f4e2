"""One instruction as fields, and the `Dosage` that they make: nothing is parsed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

from django import forms

from concord.dosing.daily import times_a_day
from concord.record.model import AsNeeded, Dosage, Maximum, Timing
from concord.terms import Duration, Quantity
from concord.web.clinician.changes.fields import (
    NAME,
    AmountField,
    ChoicesField,
    ClockField,
    CountField,
    WordsField,
)

UNITS = (
    ("", "Choose a unit"),
    ("mg", "mg"),
    ("ug", "mcg (micrograms)"),
    ("g", "g"),
    ("mL", "mL"),
    ("{tablet}", "tablets"),
    ("{capsule}", "capsules"),
    ("{film}", "films"),
    ("{patch}", "patches"),
    ("{spray}", "sprays"),
    ("{puff}", "puffs"),
    ("{drop}", "drops"),
    ("{lozenge}", "lozenges"),
    ("{suppository}", "suppositories"),
    ("{unit}", "units"),
    ("[IU]", "international units"),
    ("meq", "mEq"),
    ("ug/h", "mcg per hour"),
)
ROUTES = (
    ("", "Not known"),
    ("oral", "by mouth"),
    ("sublingual", "under the tongue"),
    ("buccal", "inside the cheek"),
    ("intramuscular", "into a muscle"),
    ("subcutaneous", "under the skin"),
    ("intravenous", "into a vein"),
    ("transdermal", "through the skin (patch)"),
    ("nasal", "into the nose"),
    ("inhalation", "breathed in"),
    ("rectal", "into the rectum"),
    ("vaginal", "into the vagina"),
    ("ophthalmic", "into the eye"),
    ("otic", "into the ear"),
    ("topical", "on the skin"),
)


class HowOften(StrEnum):
    """The ways in which a time can be told; each has its own fields."""

    TIMES = "times"
    HOURS = "hours"
    CLOCK = "clock"
    DAYS = "days"
    EVERY = "every"
    NEEDED = "needed"
    UNKNOWN = "unknown"


_HOW_OFTEN = (
    (HowOften.TIMES.value, "So many times a day"),
    (HowOften.HOURS.value, "Every so many hours"),
    (HowOften.CLOCK.value, "At times of the day"),
    (HowOften.DAYS.value, "On days of the week"),
    (HowOften.EVERY.value, "Every so many days, weeks or months (injections too)"),
    (HowOften.NEEDED.value, "Only when needed"),
    (HowOften.UNKNOWN.value, "Not known"),
)
_DAYS = (
    ("mon", "Mon"),
    ("tue", "Tue"),
    ("wed", "Wed"),
    ("thu", "Thu"),
    ("fri", "Fri"),
    ("sat", "Sat"),
    ("sun", "Sun"),
)
# HL7 FHIR R4 EventTiming and UCUM's units of time.
_WHEN = (
    ("MORN", "in the morning"),
    ("NOON", "at noon"),
    ("EVE", "in the evening"),
    ("HS", "at bedtime"),
    ("C", "with meals"),
    ("AC", "before meals"),
    ("PC", "after meals"),
)
_PERIODS = (("d", "days"), ("wk", "weeks"), ("mo", "months"))


class DosageForm(forms.Form):
    """How much, by which route, when, up to how much."""

    dose = AmountField(
        label="Dose each time",
        required=False,
        help_text="A number, such as 50 or 0.5.",
    )
    dose_max = AmountField(
        label="Up to", required=False, help_text="Only for a range, such as 1 to 2."
    )
    unit = forms.ChoiceField(label="Unit", choices=UNITS, required=False)
    route = forms.ChoiceField(label="Route", choices=ROUTES, required=False)
    how_often = ChoicesField(label="When", choices=_HOW_OFTEN, required=False)
    times = CountField(label="Times a day", most=24, required=False)
    when = forms.MultipleChoiceField(
        label="Which time of the day",
        choices=_WHEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    hours = CountField(label="Hours between doses", most=72, required=False)
    clock = ClockField(
        label="Times of the day",
        required=False,
        help_text="Such as 08:00, 20:00.",
    )
    days = forms.MultipleChoiceField(
        label="Days of the week",
        choices=_DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    every = CountField(label="Every", most=366, required=False)
    every_unit = forms.ChoiceField(
        label="Days, weeks or months", choices=_PERIODS, required=False
    )
    as_needed = forms.BooleanField(label="Taken when needed", required=False)
    needed_for = WordsField(label="When needed for what", required=False, longest=NAME)
    most = AmountField(
        label="The most that may be taken",
        required=False,
        help_text="In the same unit as the dose.",
    )
    most_hours = CountField(
        label="Within how many hours", most=744, required=False, initial=24
    )

    def __init__(self, *args: Any, needed: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self.needed = needed

    @property
    def empty(self) -> bool:
        """Whether nothing was typed that says how it is taken."""
        told = self.cleaned_data
        return not any(
            told.get(name)
            for name in ("dose", "how_often", "as_needed", "most", "route")
        )

    def clean(self) -> dict[str, Any]:
        """Return the fields, where they fit each other."""
        told = super().clean() or {}
        self._dose(told)
        how = told.get("how_often") or ""
        wanted = {
            HowOften.TIMES: ("times", "Write how many times a day."),
            HowOften.HOURS: ("hours", "Write how many hours lie between doses."),
            HowOften.CLOCK: ("clock", "Write the times, such as 08:00, 20:00."),
            HowOften.DAYS: ("days", "Choose the days of the week."),
            HowOften.EVERY: ("every", "Write how many days, weeks or months."),
        }
        if how in wanted:
            name, words = wanted[HowOften(how)]
            if not told.get(name) and name not in self.errors:
                self.add_error(name, words)
        elif not how and self.needed and "how_often" not in self.errors:
            self.add_error("how_often", "Choose when it is taken, or “Not known”.")
        if told.get("needed_for") and not self._when_needed(told):
            self.add_error(
                "as_needed", "A reason for taking it when needed is given: tick this."
            )
        return told

    def _dose(self, told: dict[str, Any]) -> None:
        if "dose" in self.errors:
            return
        dose, most = told.get("dose"), told.get("dose_max")
        if dose is None:
            if self.needed:
                self.add_error("dose", "Write the dose.")
            elif most is not None or told.get("most") is not None:
                self.add_error("dose", "Write the dose that these go with.")
            return
        if not told.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Choose the unit of the dose.")
        if most is not None and most <= dose:
            self.add_error("dose_max", "The upper end is more than the dose.")
        limit = told.get("most")
        if limit is not None and limit < dose:
            self.add_error("most", "The most is not less than one dose.")
        if limit is not None and not told.get("most_hours"):
            self.add_error("most_hours", "Write within how many hours.")

    @staticmethod
    def _when_needed(told: dict[str, Any]) -> bool:
        return bool(told.get("as_needed")) or told.get("how_often") == HowOften.NEEDED

    def value(self) -> Dosage:
        """Return the instruction that the fields make."""
        told = self.cleaned_data
        unit = told.get("unit") or ""

        def quantity(name: str) -> Quantity | None:
            number = told.get(name)
            return Quantity(number, unit) if number is not None else None

        most = quantity("most")
        needed = self._when_needed(told)
        return Dosage(
            dose=quantity("dose"),
            dose_max=quantity("dose_max"),
            route=told.get("route") or None,
            timing=self._timing(told),
            as_needed=AsNeeded(reason=told.get("needed_for") or None)
            if needed
            else None,
            maximum=Maximum(
                amount=most, within=Duration(told.get("most_hours") or 24, "hour")
            )
            if most is not None
            else None,
        )

    @staticmethod
    def _timing(told: dict[str, Any]) -> Timing | None:
        match told.get("how_often"):
            case HowOften.TIMES:
                return Timing(
                    frequency=told["times"],
                    period=Decimal(1),
                    period_unit="d",
                    when=tuple(told.get("when") or ()),
                )
            case HowOften.HOURS:
                return Timing(
                    frequency=1, period=Decimal(told["hours"]), period_unit="h"
                )
            case HowOften.CLOCK:
                return Timing(times_of_day=told["clock"])
            case HowOften.DAYS:
                return Timing(
                    days_of_week=tuple(told["days"]),
                    times_of_day=told.get("clock") or (),
                )
            case HowOften.EVERY:
                return Timing(
                    frequency=1,
                    period=Decimal(told["every"]),
                    period_unit=told.get("every_unit") or "d",
                )
            case _:
                return None


def fields_of(dosage: Dosage) -> dict[str, Any]:
    """Return an instruction as fields; what they cannot hold is left to be typed."""
    timing = dosage.timing
    fields: dict[str, Any] = {
        "dose": _text(dosage.dose),
        "dose_max": _text(dosage.dose_max),
        "unit": dosage.dose.unit if dosage.dose else "",
        "route": dosage.route or "",
        "as_needed": dosage.as_needed is not None,
        "needed_for": (dosage.as_needed.reason if dosage.as_needed else "") or "",
        "how_often": HowOften.UNKNOWN.value,
    }
    if dosage.maximum is not None and dosage.maximum.within.unit in ("hour", "day"):
        within = dosage.maximum.within
        fields["most"] = _text(dosage.maximum.amount)
        fields["most_hours"] = within.count * (24 if within.unit == "day" else 1)
    if timing is not None:
        fields |= _when(timing)
    elif dosage.as_needed is not None:
        fields["how_often"] = HowOften.NEEDED.value
    return fields


def _when(timing: Timing) -> dict[str, Any]:
    clock = ", ".join(timing.times_of_day)
    if timing.days_of_week:
        days = list(timing.days_of_week)
        return {"how_often": HowOften.DAYS.value, "days": days, "clock": clock}
    if clock and timing.frequency in (None, len(timing.times_of_day)):
        return {"how_often": HowOften.CLOCK.value, "clock": clock}
    if timing.frequency_max or timing.period_max:
        return {}
    period = timing.period if timing.period is not None else Decimal(1)
    once = timing.frequency in (None, 1) and period == period.to_integral()
    if once and timing.period_unit == "h":
        return {"how_often": HowOften.HOURS.value, "hours": int(period)}
    if once and (timing.period_unit in ("wk", "mo") or period > 1):
        return {
            "how_often": HowOften.EVERY.value,
            "every": int(period),
            "every_unit": timing.period_unit or "d",
        }
    rate = times_a_day(timing)
    if rate is None or rate[1] != rate[1].to_integral():
        return {}
    return {
        "how_often": HowOften.TIMES.value,
        "times": int(rate[1]),
        "when": list(timing.when),
    }


def _text(quantity: Quantity | None) -> str:
    return f"{quantity.value.normalize():f}" if quantity is not None else ""
