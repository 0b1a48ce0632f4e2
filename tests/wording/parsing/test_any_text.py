"""Any text at all is read or kept: nothing raises, and nothing takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wording.parsing.test_refused import REFUSED
from tests.wording.parsing.test_sigs import UNDERSTOOD

from concord.record.model import Ingredient, Medicine
from concord.terms import Quantity
from concord.wording.directions import clinical, sentences
from concord.wording.parsing import AsWritten, Understood, parse, reads_back
from concord.wording.parsing.tokens import tokens

SIGS = [*(sig for sig, _ in UNDERSTOOD), *(sig for sig, *_ in REFUSED)]
WORDS = sorted({token.text for sig in SIGS for token in tokens(sig)})
SERTRALINE = Medicine(
    text="sertraline 50 mg",
    ingredients=(
        Ingredient(rxcui="36437", name="sertraline", strength=Quantity("50", "mg")),
    ),
)
SALAD = st.lists(st.sampled_from([*WORDS, "sertraline", "(50 mg)"]), max_size=25)
LONG = 10_000


def looks_right(text: str) -> None:
    """What is understood can be said again in words that mean the same."""
    for medicine in (None, SERTRALINE):
        found = parse(text, medicine)
        if isinstance(found, AsWritten):
            assert found.text == text
            assert text[found.start :].startswith(found.word)
            assert found.because
        else:
            for printed in (clinical, sentences):
                said = printed(found.dosages)
                again = parse(said)
                assert isinstance(again, Understood), (text, said)
                assert printed(again.dosages) == said
                if reads_back(found.dosages):
                    assert again == found, (text, said)


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    looks_right(text)


@settings(max_examples=3000, deadline=None)
@given(SALAD.map(" ".join))
def test_no_salad_of_the_words_of_directions_raises(text: str) -> None:
    looks_right(text)


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(SIGS), st.data())
def test_no_direction_with_a_part_cut_out_or_put_in_raises(
    sig: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sig)))
    end = data.draw(st.integers(start, min(len(sig), start + 8)))
    other = data.draw(st.sampled_from(["", " ", *WORDS]) | st.characters())
    looks_right(sig[:start] + other + sig[end:])


def test_a_word_that_is_put_in_anywhere_is_never_passed_over() -> None:
    """Every word counts: one that nobody knows is refused at every place."""
    for sig, _ in UNDERSTOOD:
        for token in tokens(sig):
            text = f"{sig[: token.start]} xyzzy {sig[token.start :]}"
            assert isinstance(parse(text), AsWritten), text


def repeated(piece: str) -> str:
    return (piece * (LONG // len(piece) + 1))[:LONG]


def took(text: str) -> float:
    """Return the least time of the processor, of two readings."""
    times = []
    for _ in range(2):
        began = time.process_time()
        parse(text, SERTRALINE)
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1,111", "1/", "1.", ".", ",", "(", ")", "-", "a", "a.", "q.", "½", "1 ",
        "and ", "and 1 ", "1 and ", "1 - ", "take ", "daily ", "1 tablet ", "mon, ",
        "1 tab qam, ", "1 tab qam and ", "1 tab daily; and ", "1 tab daily then ",
        "1 tab at 8 am, ", "pain or ", "as needed for pain or ", "up to ", "every ",
        "in the morning and ", "with food ", "(1 ", "1 tablet (50 mg ", "of ",
        "50 mg and ", "max ", "from 2026-01-01 to ", "x 3 ", "sertraline ", "\u00a0",
        "éé", "١", "\x00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "take 1 tablet by mouth daily ", "1 tab prn "])
def test_a_long_text_is_read_in_a_time_that_grows_with_its_length(
    before: str, piece: str
) -> None:
    short, long = (took(before + repeated(piece)[:length]) for length in (2_500, LONG))
    assert long < 8 * short + 0.2  # four times as long; quadratic would be 16


def test_hundreds_of_instructions_are_read_in_a_time_that_grows_with_their_number() -> (
    None
):
    def clocks(count: int) -> str:
        minutes = [f"{h}:{m:02} pm" for h in range(1, 12) for m in range(60)]
        return ", ".join(f"1 tab at {at}" for at in minutes[:count])

    few, many = clocks(150), clocks(600)
    for text, count in ((few, 150), (many, 600)):
        found = parse(text)
        assert isinstance(found, Understood)
        assert len(found.dosages) == count
    assert took(many) < 8 * took(few) + 0.2
