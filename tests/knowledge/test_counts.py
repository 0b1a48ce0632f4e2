"""What is counted, and that nothing is counted twice or flattered."""

from __future__ import annotations

from collections import Counter

from builders import cited, drug, some_knowledge
from concord.knowledge.counts import counts, total
from concord.knowledge.lookup import Knowledge

FIGURE = {"population": "adult", "maximum": "200 mg"}


def small() -> Knowledge:
    return some_knowledge(
        drugs=[
            drug(
                "sertraline",
                dose=[
                    cited(**FIGURE, printed=["200 mg"]),
                    cited(**FIGURE, indication="ocd"),
                    cited(**FIGURE, indication="pain", status="unverified"),
                ],
            ),
            drug("b"),
        ],
        conditions=[{"id": n, "title": n, "codes": []} for n in ("ocd", "pain")],
    )


def test_each_kind_of_row_is_counted_by_status_and_reading() -> None:
    dose = counts(small()).tables["drugs: dose"]
    assert (dose.entries, dose.drugs, dose.values) == (1, 1, 3)
    assert (dose.checked, dose.convention, dose.unverified) == (2, 0, 1)
    assert (dose.figures, dose.read) == (2, 1)


def test_a_value_is_counted_once_in_the_total() -> None:
    found = counts(small())
    whole = [row for name, row in found.tables.items() if ": " not in name]
    assert total(found.tables)["checked"] == sum(row.checked for row in whole)
    assert found.tables["drugs"].values == sum(
        row.values for name, row in found.tables.items() if name.startswith("drugs: ")
    )


def test_all_that_should_be_covered_is(knowledge: Knowledge) -> None:
    found = {c.id: (c.covered, c.of) for c in counts(knowledge).coverage}
    assert found == {
        "psychotropic": (254, 254),
        "common": (240, 240),
        "most-used": (120, 120),
    }


def test_nine_in_ten_doses_and_interactions_of_the_most_used_were_read(
    knowledge: Knowledge,
) -> None:
    found = counts(knowledge).most_used
    for name in ("drugs: dose", "interactions"):
        assert found[name].checked / found[name].values >= 0.9, name
    monitoring = found["monitoring"]
    with_authority = monitoring.values - monitoring.convention
    assert monitoring.checked / with_authority >= 0.9


def test_sources_are_counted_by_their_values(knowledge: Knowledge) -> None:
    found = counts(knowledge)
    assert Counter(found.sources).total() == sum(
        row.values for name, row in found.tables.items() if ": " not in name
    )
