"""Directions for taking a medicine: in clinical form, and as a person reads them.

Both say what the record states, in order: how much, by which route, how often, up to
how much, for how long; what it does not state is said to be not recorded.
Directions that stand only as text are shown as they were written, and so named.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from concord.record.agreed import Entry
from concord.record.model import AsNeeded, Dosage, Ingredient, Maximum, Medicine
from concord.terms import Duration, Quantity
from concord.wording.amounts import amount, counted, piece_of, unit, worked_out
from concord.wording.dates import day
from concord.wording.names import cased, drug_name
from concord.wording.timing import how_often, listed
from concord.wording.vocabulary import ROUTE_WORDS, ROUTES

_PLAIN_MAXIMUM = {Duration(1, "day"): "a day", Duration(24, "hour"): "in 24 hours"}


def dose_clinical(given: Entry | tuple[Dosage, ...]) -> str:
    """Return an entry's directions, or some of a change, in clinical form."""
    if isinstance(given, Entry):
        return clinical(given.state.dosage, given.line.medicine)
    return clinical(given)


def dose_words(given: Entry | tuple[Dosage, ...]) -> str:
    """Return an entry's directions, or some of a change, as sentences for a person."""
    if isinstance(given, Entry):
        return sentences(given.state.dosage, given.line.medicine)
    return sentences(given)


def as_written(dosages: Iterable[Dosage]) -> tuple[str, ...]:
    """Return the free text of directions, each once, unchanged."""
    return tuple(dict.fromkeys(d.text for d in dosages if d.text))


def clinical(dosages: tuple[Dosage, ...], medicine: Medicine | None = None) -> str:
    """Return directions in clinical form: `100 mg by mouth twice daily`.

    >>> clinical((Dosage(dose=Quantity("100", "mg"), route="oral"),))
    '100 mg by mouth, how often not recorded'
    """
    if not dosages:
        return "directions not recorded"
    steps = [
        "; and ".join(_clinical(d, medicine) for d in group)
        for group in _steps(dosages)
    ]
    said = _in_steps(steps, dosages, "; then ", "first ")
    return " ".join(
        [said, *(f"(as written: “{text}”)" for text in _read_from(dosages))]
    )


def sentences(dosages: tuple[Dosage, ...], medicine: Medicine | None = None) -> str:
    """Return directions as sentences for a person.

    >>> from concord.record.model import Timing
    >>> print(sentences((Dosage(dose=Quantity("1", "{tablet}"), route="oral",
    ...     timing=Timing(frequency=1, period=Decimal(1), period_unit="d")),)))
    Take 1 tablet by mouth, once a day.
    """
    if not dosages:
        return "How to take it is not recorded."
    steps = [
        _after("Also", [_sentence(d, medicine) for d in group])
        for group in _steps(dosages)
    ]
    read = [f"As written: “{text}”." for text in _read_from(dosages)]
    if len(steps) == 1:
        return " ".join([*steps, *read])
    said = _after("Then", [f"First: {_uncapped(steps[0])}", *steps[1:]])
    ends = ["When each step ends is not recorded."] if _open(dosages) else []
    return " ".join([said, *ends, *read])


def _read_from(dosages: tuple[Dosage, ...]) -> tuple[str, ...]:
    """Return the words that directions were read from: they are always shown too."""
    return as_written(d for d in dosages if d.read_from_text)


def _after(word: str, said: list[str]) -> str:
    """Return sentences, each but the first behind a word."""
    first, *rest = said
    return " ".join([first, *(f"{word}: {_uncapped(one)}" for one in rest)])


def _uncapped(words: str) -> str:
    return f"{words[0].lower()}{words[1:]}"


def _steps(dosages: tuple[Dosage, ...]) -> list[list[Dosage]]:
    """Return the instructions that run together, step by step."""
    numbers = sorted({d.sequence for d in dosages})
    return [[d for d in dosages if d.sequence == n] for n in numbers]


def _in_steps(
    steps: list[str], dosages: tuple[Dosage, ...], then: str, first: str
) -> str:
    if len(steps) == 1:
        return steps[0]
    said = f"{first}{then.join(steps)}"
    return f"{said} (when each step ends is not recorded)" if _open(dosages) else said


def _open(dosages: tuple[Dosage, ...]) -> bool:
    """Return whether a step before the last one has no end on record."""
    return any(
        not any(d.lasts or (d.bounds and d.bounds.end) for d in group)
        for group in _steps(dosages)[:-1]
    )


# --- one instruction --------------------------------------------------------------


def _clinical(dosage: Dosage, medicine: Medicine | None) -> str:
    if _only_text(dosage):
        return ", ".join([_quoted(dosage), *_beside_text(dosage)])
    route = _route(dosage, medicine)
    often = how_often(dosage.timing, plain=False)
    said = dose(dosage, medicine) or "dose not recorded"
    parts = [said if route is None else f"{said} {ROUTE_WORDS[route][0]}"]
    if route is None:
        other = f"by the route “{dosage.route}”" if dosage.route else ""
        parts[0] += f" {other or '(route not recorded)'}"
    gaps = []
    if often:
        parts[0] += f" {often}"
    elif not (dosage.as_needed and dosage.maximum):
        gaps.append(_other_timing(dosage) or "how often not recorded")
    if dosage.as_needed:
        parts[0] += f" {_needed(dosage.as_needed)}"
    parts += [p for p in (_maximum(dosage), _length(dosage)) if p]
    quoted = gaps and dosage.text and not dosage.read_from_text
    written = f" ({_quoted(dosage)})" if quoted else ""
    return ", ".join([*parts, *gaps]) + written


def _sentence(dosage: Dosage, medicine: Medicine | None) -> str:
    if _only_text(dosage):
        each = (_quoted(dosage), *_beside_text(dosage))
        return " ".join(_as_sentence(one) for one in each)
    route = _route(dosage, medicine)
    verb, place = ROUTE_WORDS[route][1:] if route else ("Use", "")
    much = dose(dosage, medicine)
    said = f"{verb} {much or 'it'} {place}".strip()
    needed: list[str] = []
    gaps = [] if much else ["How much is not recorded."]
    often = how_often(dosage.timing, plain=True)
    if often:
        said += f", {often}"
    elif not (dosage.as_needed and dosage.maximum):
        other = _other_timing(dosage)
        gaps.append(_as_sentence(other) if other else "How often is not recorded.")
    if dosage.as_needed:
        reason = dosage.as_needed.reason
        needed.append(
            f"Only if you need it{f' for {cased(reason)}' if reason else ''}."
        )
        if not dosage.maximum:
            gaps.append("The most for one day is not recorded.")
    if route is None:
        said_route = f"The route, as written: “{dosage.route}”."
        gaps.append(
            said_route if dosage.route else "The way to take it is not recorded."
        )
    most = _maximum(dosage)
    if most:
        needed.append(_as_sentence(most))
    long = _length(dosage)
    whole = " ".join([f"{said}, {long}." if long else f"{said}.", *needed, *gaps])
    if gaps and dosage.text and not dosage.read_from_text:
        whole += f" {_as_sentence(_quoted(dosage))}"
    return whole


def _only_text(dosage: Dosage) -> bool:
    """Return whether an instruction stands as text alone."""
    return bool(dosage.text) and dosage.dose is None and dosage.timing is None


def _beside_text(dosage: Dosage) -> list[str]:
    """Return what the fields say of an instruction whose dose stands in its text."""
    route = _route(dosage, None)
    needed = _needed(dosage.as_needed) if dosage.as_needed else ""
    said = (
        ROUTE_WORDS[route][0] if route else "",
        needed,
        _maximum(dosage),
        _length(dosage),
    )
    return [one for one in said if one]


def _needed(as_needed: AsNeeded) -> str:
    reason = as_needed.reason
    why = f"for {cased(reason)}" if reason else "(for what is not recorded)"
    return f"as needed {why}"


def _as_sentence(words: str) -> str:
    """Return words as a sentence, what is quoted in them unchanged."""
    return f"{words[0].upper()}{words[1:]}."


def _quoted(dosage: Dosage) -> str:
    return f"as written: “{dosage.text}”"


def dose(dosage: Dosage, medicine: Medicine | None = None) -> str | None:
    """Return how much one dose is, pieces with what they hold, or `None`.

    >>> from concord.record.model import Ingredient
    >>> sertraline = Ingredient(rxcui="36437", name="sertraline",
    ...     strength=Quantity("50", "mg"))
    >>> dose(Dosage(dose=Quantity("2", "{tablet}")),
    ...     Medicine(text="sertraline", ingredients=(sertraline,)))
    '2 tablets (50 mg each, 100 mg in all)'
    """
    low, high = dosage.dose, dosage.dose_max
    if low is None:
        most = dose(Dosage(dose=high), medicine) if high else None
        return f"up to {most}" if most else None
    if high == low:
        high = None
    piece = piece_of(low.unit)
    if piece is None:
        return _measured(low, high, medicine)
    if high is not None:
        if piece_of(high.unit) != piece:
            return f"{amount(low)} to {amount(high)}"
        count = f"{_number(low)} to {counted(high.value, piece)}"
        return f"{count}{_holding(medicine, None)}"
    return f"{counted(low.value, piece)}{_holding(medicine, low.value)}"


def _measured(low: Quantity, high: Quantity | None, medicine: Medicine | None) -> str:
    if not unit(low.unit):
        said = _number(low) if high is None else f"{_number(low)} to {_number(high)}"
        return f"{said} (of what is not recorded)"
    if high is None:
        return f"{amount(low)}{_dissolved(low, medicine)}"
    if high.unit == low.unit:
        return f"{_number(low)} to {amount(high)}"
    return f"{amount(low)} to {amount(high)}"


def _number(quantity: Quantity) -> str:
    return amount(Quantity(quantity.value))


def _holding(medicine: Medicine | None, count: Decimal | None) -> str:
    """Return what the pieces hold, in brackets; nothing where it is not known."""
    if medicine is None or not medicine.ingredients:
        return ""
    strengths = [i.strength for i in medicine.ingredients]
    if any(s is None or "/" in s.unit for s in strengths):
        return ""
    if count == 1 or (count is not None and 0 < count < 1):
        return f" ({_contents(medicine.ingredients, count)})"
    each = _contents(medicine.ingredients, Decimal(1))
    if count is None or len(strengths) > 1:
        return f" ({each} each)"
    return f" ({each} each, {_contents(medicine.ingredients, count)} in all)"


def _contents(ingredients: tuple[Ingredient, ...], count: Decimal) -> str:
    found = [
        (i, worked_out(Quantity(i.strength.value * count, i.strength.unit)))
        for i in ingredients
        if i.strength is not None
    ]
    if len(found) == 1:
        return found[0][1]
    return listed([f"{held} of {drug_name(i)}" for i, held in found])


def _dissolved(low: Quantity, medicine: Medicine | None) -> str:
    """Return how much of the ingredient a volume holds, in brackets."""
    if medicine is None or len(medicine.ingredients) != 1 or not low.fits("mL"):
        return ""
    strength = medicine.ingredients[0].strength
    if strength is None or not strength.fits("mg/mL"):
        return ""
    per_ml = strength.to("mg/mL").value
    held = Quantity(low.to("mL").value * per_ml, "mg")
    return f" ({worked_out(held)})"


def _route(dosage: Dosage, medicine: Medicine | None) -> str | None:
    """Return the route that is stated, else the one in the name of the form."""
    if dosage.route:
        return ROUTES.get(dosage.route.strip().casefold())
    form = (medicine.form or "").casefold() if medicine else ""
    words = form.replace(",", " ").split()
    found = (ROUTES.get(word) for word in words)
    return next((r for r in found if r), None)


def _other_timing(dosage: Dosage) -> str | None:
    """Return a timing that stands only in words of its own."""
    code = dosage.timing.code if dosage.timing else None
    return f"how often, as written: “{code}”" if code else None


def _maximum(dosage: Dosage) -> str:
    """Return the most, in each of the times for which one is stated."""
    stated = (dosage.maximum, *dosage.more_maxima)
    said = [_most(maximum) for maximum in stated if maximum is not None]
    return f"no more than {listed(said)}" if said else ""


def _most(maximum: Maximum) -> str:
    said = dose(Dosage(dose=maximum.amount))
    time = _PLAIN_MAXIMUM.get(maximum.within)
    return f"{said} {time or f'in {maximum.within}'}"


def _length(dosage: Dosage) -> str:
    """Return for how long, from when, until when."""
    said = []
    if dosage.lasts is not None and dosage.lasts_max is not None:
        said.append(f"for {dosage.lasts} to {dosage.lasts_max}")
    elif dosage.lasts is not None:
        said.append(f"for {dosage.lasts}")
    elif dosage.lasts_max is not None:
        said.append(f"for up to {dosage.lasts_max}")
    start, end = (
        (dosage.bounds.start, dosage.bounds.end) if dosage.bounds else (None,) * 2
    )
    if start and end:
        said.append(f"from {day(start)} to {day(end)}")
    elif end or start:
        said.append(f"until {day(end)}" if end else f"from {day(start)}")
    return ", ".join(said)
