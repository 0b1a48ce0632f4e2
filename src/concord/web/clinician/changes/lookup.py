"""What is known of a medicine: its names, its products, and what sources say of it.

Everything comes from the catalogue and the knowledge as they stand; nothing is judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from concord.exchange.recognise import Recogniser
from concord.knowledge import choosing
from concord.knowledge.catalogue import Catalogue, Found, load_catalogue
from concord.knowledge.lookup import Knowledge, in_force
from concord.knowledge.model import Cited, Drug
from concord.record.model import Medicine
from concord.terms import Code, System, Value
from concord.web.chart.actions.reviewing import knowledge

# As many names as a person reads through.
_MOST_NAMES = 20


class Note(Value, frozen=True, kw_only=True):
    """What a source says that matters to this change: the text and where it stands.

    `when` is the case that it is for ("after a gap of 3 days").
    """

    text: str
    source: str
    locator: str
    status: str
    when: str = ""


class Choice(Value, frozen=True, kw_only=True):
    """A name to choose: as the catalogue has it, and the ingredients it stands for.

    `brand` is the brand with its own capitals, where the name is one.
    """

    name: str
    generic: str
    brand: str | None = None


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that this process chooses from, opened once."""
    return load_catalogue()


@cache
def recogniser() -> Recogniser:
    """Return what recognises a medicine by exact name or code."""
    return Recogniser(catalogue(), knowledge())


def exact(text: str) -> Choice | None:
    """Return the name itself, where it is one."""
    found = recogniser().named(text)
    return _choice(text.strip(), found) if found else None


def beginning(text: str) -> tuple[Choice, ...]:
    """Return the names that begin with these letters, without the name itself."""
    same = text.strip().casefold()
    names = choosing.beginning(catalogue(), text, _MOST_NAMES + 1)
    others = [n for n in names if n.name != same]
    return tuple(_choice(n.name, n.found) for n in others[:_MOST_NAMES])


def products(name: str) -> tuple[choosing.Product, ...]:
    """Return the products of a name, whichever salt of its drug they hold."""
    found = recogniser().named(name)
    if found is None:
        return ()
    meant = {found.bases: found}
    drug = _drug(found.bases)
    if drug is not None and drug.identity.rxcui:
        for rxcui in drug.identity.rxcui:
            salt = catalogue().by_rxcui(rxcui)
            if salt is not None and found.brand is None:
                meant.setdefault(salt.bases, salt)
    return tuple(
        product
        for each in meant.values()
        for product in choosing.products(catalogue(), each)
    )


def medicine(name: str, rxcui: str | None) -> Medicine:
    """Return the medicine of a name and, where one was chosen, of a product's code.

    A name that is not found stands as it was written, with nothing recognised.
    """
    if rxcui:
        chosen = next((p for p in products(name) if p.rxcui == rxcui), None)
        if chosen is not None:
            code = Code(system=System.RXNORM, code=chosen.rxcui)
            return recogniser().medicine(chosen.text, (code,))[0]
    return recogniser().medicine(name, ())[0]


def not_covered(medicine: Medicine) -> tuple[str, ...]:
    """Return the ingredients that are recognised and of which nothing is known."""
    known = knowledge()
    return tuple(i.name for i in medicine.ingredients if not known.drug_of(i.rxcui))


def of_stopping(medicine: Medicine, on: date) -> tuple[Note, ...]:
    """Return what the sources say of stopping a medicine."""
    known = knowledge()
    told = [d.stopping for d in _drugs(medicine) if d.stopping is not None]
    return tuple(_note(known, s, s.text) for s in in_force(told, on))


def of_gaps(medicine: Medicine, on: date) -> tuple[Note, ...]:
    """Return what the sources say of a gap in taking a medicine, shortest gap first."""
    known = knowledge()
    rules = [
        rule
        for drug in _drugs(medicine)
        for entry in known.entries_for("missed_doses", drug.id)
        for rule in in_force(entry.rule, on)
    ]
    return tuple(
        _note(known, rule, rule.action, when=_case(rule.gap, rule.form))
        for rule in sorted(rules, key=lambda r: r.gap.after(on) if r.gap else on)
    )


def of_starting(medicine: Medicine, on: date) -> tuple[Note, ...]:
    """Return what the sources say of how a medicine is begun."""
    known = knowledge()
    told = [t for d in _drugs(medicine) for t in in_force(d.titration, on)]
    return tuple(_note(known, t, t.text) for t in told)


def _case(gap: object, form: str | None) -> str:
    told = f"After a gap of {gap} or more" if gap else "After any gap"
    return f"{told}, {form}" if form else told


def _note(known: Knowledge, cited: Cited, text: str, *, when: str = "") -> Note:
    entry = known.sources.get(cited.source)
    return Note(
        text=text,
        source=entry.title if entry else cited.source,
        locator=cited.locator,
        status=cited.status.value,
        when=when,
    )


def _drugs(medicine: Medicine) -> list[Drug]:
    known = knowledge()
    found = (known.drug_of(i.rxcui) for i in medicine.ingredients)
    return [drug for drug in found if drug is not None]


def _drug(bases: Iterable[str]) -> Drug | None:
    drugs = {d.id: d for b in bases if (d := knowledge().drug_of(b)) is not None}
    return next(iter(drugs.values())) if len(drugs) == 1 else None


def _choice(name: str, found: Found) -> Choice:
    return Choice(
        name=name,
        generic=" / ".join(part.name for part in found.ingredients),
        brand=found.brand,
    )
