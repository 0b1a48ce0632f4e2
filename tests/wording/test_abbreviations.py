"""CLN-03: every error-prone abbreviation that is typed is questioned, no word is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.wording.abbreviations import LIST, questionable

EVERY = [(row, example) for row in LIST for example in row.examples]

# The list of trust.md, and the Joint Commission's "Do Not Use" list: a second opinion.
BANNED = (
    "QD|Q.D.|qd|q.d.|QOD|Q.O.D.|q.o.d|qod|qhs|HS|BT|D/C|SC|SQ|OD|MS|MSO4|MgSO4|ss|"
    "AD|AS|AU|µg|cc|IJ|IN|q1d|U|IU|1.0 mg|.5 mg|OS|OU|qn|per os|BIW|TIW|UD|SSI|x3d|"
    "q6PM|sub q|10mg|1000 units|5 U|100 IU|OJ|μg|ug"
).split("|")


@pytest.mark.parametrize("typed", [example for _, example in EVERY] + BANNED)
def test_every_entry_of_the_list_is_found_where_it_is_typed(typed: str) -> None:
    for text in (typed, f"Take it {typed} please", f"({typed})", f"so, {typed}, then"):
        assert questionable(text), text


@pytest.mark.parametrize(("row", "typed"), EVERY)
def test_what_is_found_is_what_was_typed_and_where(row: object, typed: str) -> None:
    text = f"Take it {typed} please"
    for found in questionable(text):
        assert found.found in text[found.start :]
        assert found.found in found.question
        assert found.write in found.question


@pytest.mark.parametrize(
    "text",
    [
        "Take 1 tablet in the morning, as needed, and at bedtime.",
        "She has had an SSRI since May; it helps.",
        "bupropion HCl 150 mg",
        "0.5 mg, 10,000 units, 2.5 mL, 100 mg.",
        "Blood pressure 120/80 on 3/2/2026, ratio 1/2",
        "Seen at 10:30 am; write to someone@example.org",
        "Her mood is odd, discussed; misused, success, class, assess",
        "in, as, ad, us, ms, is",
        "Dr. Smith and Sons",
        "Version 2.0.1 of 6.5.2026",
        "150 ms, 37.5 °C",
        "IN THE MORNING",
        "",
    ],
)
def test_ordinary_words_and_numbers_are_not_questioned(text: str) -> None:
    assert questionable(text) == ()


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=6)


@given(LETTERS, st.sampled_from([t for t in BANNED if t.isalpha()]), LETTERS)
def test_no_part_of_a_word_is_found(before: str, typed: str, after: str) -> None:
    word = (before + typed + after).casefold()
    assert all(a.found.casefold() == word for a in questionable(word))


def test_of_two_that_overlap_the_first_of_the_list_counts_once() -> None:
    assert [a.found for a in questionable("10 mg q.o.d.")] == ["q.o.d."]
    assert [a.found for a in questionable("500IU QD, 1.0 mg")] == ["500IU", "QD", "1.0"]


def test_both_sides_of_a_thousand() -> None:
    assert questionable("999 mg") == ()
    assert [a.found for a in questionable("1000 mg")] == ["1000"]
    assert questionable("1,000 mg") == ()


def test_a_question_says_what_to_write_instead() -> None:
    (found,) = questionable("50 mg QD")
    assert found.means == "daily"
    assert found.question == (
        "“QD” can be misread (as “4 times daily”). Write “daily”."
    )
