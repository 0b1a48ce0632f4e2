"""Passwords that are guessed first, though they are long.

Django's list of 20,000 common passwords has 190 of twelve characters or more, too few
for a site that asks for twelve (ASVS 5.0 6.2.4 and trust.md SEC-15: 3,000 that fit the
site's own rule). People lengthen a common password in a few known ways; so one of the
list that was padded, repeated or respelt is refused as the one in the list is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

_RESPELT = str.maketrans("013457@$!", "oieastasi")
_FEWEST_CHARACTERS = 5
# None of the list is longer with its padding; a longer password is not looked into.
_LONGEST = 64


class GuessableValidator(CommonPasswordValidator):
    """Refuses a common password, also behind padding, repetition and respelling."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's
        """Raise `ValidationError` for a password that is guessed first.

        That is one of the list; one of the list between digits and signs, said
        several times over, or with digits for letters; fewer than five different
        characters; and digits in a row.
        """
        if self._is_guessable(password.strip().casefold()):
            msg = "This password is one of those that are guessed first."
            raise ValidationError(msg, code="password_too_common")

    def get_help_text(self) -> str:
        """Return what is asked, in words."""
        return "Not one of the passwords that are guessed first."

    def _is_guessable(self, password: str) -> bool:
        once = _once(password)
        if len(set(once)) < _FEWEST_CHARACTERS or _is_in_a_row(once):
            return True
        readings = {once} | _without_padding(once[:_LONGEST])
        readings |= {_once(reading) for reading in readings}
        readings |= {reading.translate(_RESPELT) for reading in readings}
        return not readings.isdisjoint(self.passwords)


def _once(password: str) -> str:
    """Return what a password says over and over, or the password.

    >>> _once("summersummersummer")
    'summer'
    """
    length = (password + password).find(password, 1)
    return password[:length]


def _without_padding(password: str) -> set[str]:
    """Return what a password can be without some digits and signs around it.

    Any number of them is taken away on either side, for those of the list may end in
    digits themselves.

    >>> sorted(_without_padding("!abc1!"))
    ['!abc', '!abc1', '!abc1!', 'abc', 'abc1', 'abc1!']
    """
    letters = [place for place, sign in enumerate(password) if sign.isalpha()]
    if not letters:
        return {password}
    return {
        password[start:end]
        for start in range(letters[0] + 1)
        for end in range(letters[-1] + 1, len(password) + 1)
    }


def _is_in_a_row(password: str) -> bool:
    """Return whether digits follow each other, upwards or downwards.

    >>> _is_in_a_row("678901234567"), _is_in_a_row("271828182845")
    (True, False)
    """
    if not password.isdecimal():
        return False
    digits = [int(digit) for digit in password]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    return steps <= {1} or steps <= {9}
