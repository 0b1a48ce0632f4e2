"""The fields that a change is typed into, and a form that tells what is wrong in it.

Each says in words what it could not read, and reads nothing that could mean two things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from concord.terms import PartialDate

_NUMBER = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
# Longer words are a note, which a reason is not.
WORDS = 500
NAME = 200


class AmountField(forms.Field):
    """A number more than nothing, written so that it can be read in one way only."""

    def __init__(self, **more: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off", "size": 8}
        super().__init__(widget=forms.TextInput(attributes), **more)

    def to_python(self, value: Any) -> Any:
        """Return the number, or nothing where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        shown = text if len(text) < NAME else f"{text[:NAME]}…"
        if "," in text:
            raise ValidationError(
                f"“{shown}” has a comma, which is a decimal mark in some places and a "
                "thousands mark in others. Write 0.5 with a point and 1000 without a "
                "mark.",
                code="comma",
            )
        if text.startswith("."):
            raise ValidationError(
                f"Write a zero before the point: 0{shown}", code="no-leading-zero"
            )
        if not _NUMBER.fullmatch(text):
            raise ValidationError(
                f"“{shown}” is not an amount. Write a number in digits, such as 50 or "
                "0.5: up to five digits before the point and four after it.",
                code="no-amount",
            )
        number = Decimal(text)
        if number == 0:
            raise ValidationError(
                "An amount is more than 0. To take none, hold or stop the medicine.",
                code="zero",
            )
        whole = number == number.to_integral()
        return number.quantize(Decimal(1)) if whole else number.normalize()


class CountField(forms.IntegerField):
    """A whole number from 1 to a most, in a short field."""

    def __init__(self, *, most: int, **more: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off", "size": 4}
        super().__init__(
            min_value=1,
            max_value=most,
            widget=forms.TextInput(attributes),
            error_messages={
                "invalid": f"Write a whole number from 1 to {most}.",
                "min_value": f"Write a whole number from 1 to {most}.",
                "max_value": f"Write a whole number from 1 to {most}.",
            },
            **more,
        )


class ClockField(forms.Field):
    """Times of day, as `08:00, 20:00`."""

    def to_python(self, value: Any) -> Any:
        """Return the times in order, each as `hh:mm`."""
        told = [t for t in re.split(r"[,;\s]+", str(value or "")[:NAME]) if t]
        times = []
        for text in told:
            found = _CLOCK.fullmatch(text)
            if not found:
                raise ValidationError(
                    f"“{text}” is not a time of day. Write times as 08:00, 20:00.",
                    code="no-time",
                )
            times.append(f"{int(found[1]):02}:{found[2]}")
        return tuple(sorted(set(times)))


class WordsField(forms.CharField):
    """Words that somebody types; abbreviations that can be misread are questioned."""

    def __init__(self, *, lines: int = 1, longest: int = WORDS, **more: Any) -> None:
        widget: forms.Widget = forms.TextInput()
        if lines > 1:
            widget = forms.Textarea({"rows": lines})
        asked = {"required": "Write this: the next reader needs it."}
        super().__init__(
            max_length=longest, widget=widget, error_messages=asked, **more
        )


class PartsOfADate(forms.MultiWidget):
    """Day, month and year, each a field of its own: no format to guess."""

    template_name = "clinician/changes/date.html"
    use_fieldset = True

    def __init__(self) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {part: forms.TextInput(attributes) for part in ("day", "month", "year")}
        )

    def decompress(self, value: Any) -> list[str]:
        """Return the parts of a date that was given as a whole."""
        if not isinstance(value, PartialDate):
            return ["", "", ""]
        year, month, day = [*value.text[:10].split("-"), "", ""][:3]
        return [day.lstrip("0"), month.lstrip("0"), year]

    def id_for_label(self, id_: str) -> str:
        """Return the first part's id: where a link to the field leads."""
        return f"{id_}_0" if id_ else id_


class PartialDateField(forms.MultiValueField):
    """A date as far as it is known: a day, a month or a year."""

    widget = PartsOfADate

    def __init__(self, **more: Any) -> None:
        fields = tuple(forms.CharField(required=False, max_length=20) for _ in range(3))
        super().__init__(fields, require_all_fields=False, **more)

    def compress(self, data_list: Iterable[str]) -> PartialDate | None:
        """Return the date, or nothing where no part was given."""
        day, month, year = (
            part.strip() for part in [*(data_list or ()), "", "", ""][:3]
        )
        if not (day or month or year):
            return None
        for part in (day, month, year):
            if part and not (part.isascii() and part.isdigit()):
                raise ValidationError(
                    f"“{part}” is not a number. Write the date in digits, such as "
                    "3 2 2026 for 3 February 2026.",
                    code="no-digits",
                )
        if len(year) != 4:
            raise ValidationError("Write the year in four digits.", code="no-year")
        if day and not month:
            raise ValidationError(
                "A day needs its month. Where only the year is known, write the year.",
                code="no-month",
            )
        text = "-".join(part.zfill(2) for part in (year, month, day) if part)
        try:
            return PartialDate.parse(text)
        except ValueError:
            shown = " ".join(
                part for part in (day.lstrip("0") or day, _month(month), year) if part
            )
            raise ValidationError(
                f"{shown} is not a date that exists.", code="no-such-date"
            ) from None


class ChoicesField(forms.ChoiceField):
    """One of a few, each to be seen at once: radio buttons."""

    widget = forms.RadioSelect

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": "Choose one.",
        "invalid_choice": "Choose one of those listed.",
    }


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _month(text: str) -> str:
    number = int(text or 0)
    return _MONTHS[number - 1] if 1 <= number <= len(_MONTHS) else f"month {number}"


class TellingForm(forms.Form):
    """A form that tells its problems for the summary above it."""

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every problem: the id of its field, the field's label, and the words."""
        return [
            (field.id_for_label or field.auto_id, str(field.label), str(error))
            for field in self.visible_fields()
            for error in field.errors
        ]
