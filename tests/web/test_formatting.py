"""Every name, amount, direction and date of a page goes through the one formatter."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from tests.web.ismp import loose, text_of, violations

from concord.record.agreed import Entry
from concord.record.fold import LineStatus, State
from concord.record.model import Dosage, Ingredient, MedicationLine, Medicine, Timing
from concord.terms import PartialDate, Quantity
from concord.web.pages.templatetags.concord import register
from concord.wording import Message

NO_BREAK = "\N{NO-BREAK SPACE}"


def page(source: str, **values: Any) -> str:
    return Template(source).render(Context(values))


def an_entry(name: str = "BUPROPION", dose: str = "1000.0 mg", **more: Any) -> Entry:
    ingredient = Ingredient(rxcui="42347", name=name)
    medicine = Medicine(**{"text": name, "ingredients": (ingredient,)} | more)
    dosage = Dosage(
        dose=Quantity.parse(dose),
        route="oral",
        timing=Timing(frequency=1, period=Decimal(1), period_unit="d"),
    )
    state = State(
        status=LineStatus.ACTIVE,
        dosage=(dosage,),
        since=PartialDate.parse("2026-02-03"),
    )
    return Entry(line=MedicationLine(id="1", medicine=medicine), state=state)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ entry|drug_name }}", "buPROPion"),
        (
            "{{ entry|medicine_name }}",
            "buPROPion extended-release tablet (Wellbutrin XL)",
        ),
        ("{{ entry|dose_clinical }}", "1,000 mg by mouth once daily"),
        ("{{ entry|dose_words }}", "Take 1,000 mg by mouth, once a day."),
        ("{{ entry.state.dosage|dose_clinical }}", "1,000 mg by mouth once daily"),
        ("{{ entry.state.since|day }}", "Tue 3 Feb 2026"),
        ("{{ entry.state.since|since:today }}", "Tue 3 Feb 2026 (7 weeks)"),
        ("{{ entry.state.ended|day }}", "date not recorded"),
        ("{{ amount|amount }}", "0.5 mg"),
        ("{{ nothing|amount }}", ""),
        ("{{ at|moment }}", "Tue 3 Feb 2026, 2:05 pm"),
        ("{{ at|moment:'America/New_York' }}", "Tue 3 Feb 2026, 9:05 am"),
        ("{{ message|say }}", "Takes OLANZapine 5 mg a day."),
        ("{{ 'olanzapine 5 mg'|cased }}", "OLANZapine 5 mg"),
    ],
)
def test_each_filter_says_what_the_formatter_says(source: str, said: str) -> None:
    shown = page(
        source,
        entry=an_entry(form="Oral Tablet", release="extended", brand="WELLBUTRIN XL®"),
        today=date(2026, 3, 24),
        amount=Quantity("0.50", "mg"),
        nothing=None,
        at=datetime(2026, 2, 3, 14, 5, tzinfo=UTC),
        message=Message(
            key="seen.taking-dose", values={"drug": "olanzapine", "dose": "5 mg a day"}
        ),
    )
    assert text_of(shown) == said
    assert violations(shown) == []
    assert loose(shown) == []


def test_a_filter_of_this_list_is_in_every_template() -> None:
    assert set(register.filters) >= {
        "amount", "cased", "day", "dose_clinical", "dose_words", "drug_name",
        "medicine_name", "moment", "say", "since",
    }  # fmt: skip


def test_a_dose_and_a_date_do_not_break_over_two_lines() -> None:
    shown = page(
        "{{ entry|dose_clinical }} {{ entry.state.since|day }}", entry=an_entry()
    )
    assert f"1,000{NO_BREAK}mg" in shown
    assert f"Tue{NO_BREAK}3{NO_BREAK}Feb{NO_BREAK}2026" in shown


def test_a_name_that_is_script_is_shown_and_not_run() -> None:
    unknown = Medicine(text="<script>alert(1)</script> olanzapine")
    for source in ("{{ m|drug_name }}", "{{ m|medicine_name }}", "{{ t|cased }}"):
        shown = page(source, m=unknown, t=unknown.text)
        assert "<script" not in shown
        assert "&lt;script&gt;" in shown.replace(NO_BREAK, " ")
        assert "OLANZapine" in shown


def test_directions_as_written_are_shown_as_they_were_and_named() -> None:
    written = (Dosage(text="ONE <b>qd</b> 1.0mg"),)
    shown = page("<p>{{ d|dose_clinical }}</p>", d=written)
    assert "as written: “ONE &lt;b&gt;qd&lt;/b&gt; 1.0mg”" in shown
    assert violations(shown) == []


def test_a_page_is_read_with_its_labels_but_without_what_is_typed() -> None:
    assert violations("<p>10 mg <b>QD</b></p><textarea>1.0 mg</textarea>") != []
    assert violations("<label>Dose</label><textarea>1.0 mg QD</textarea>") == []
    assert text_of("<p>a</p><p>b <b>c</b></p>").split() == ["a", "b", "c"]
    assert loose("<p>Take 10 mg</p>") == ["Take 10 mg"]
    assert loose("<svg><text>Take 10 mg</text></svg>") == []
    assert not re.search(r"\S", text_of("<style>p{}</style><!-- 1.0 mg -->"))
