"""The form of codes: digits, and the parts of a National Drug Code."""

from __future__ import annotations


def plain_digits(text: str) -> bool:
    """Return whether a text is a number that a code may be, digits and no more."""
    return text.isascii() and text.isdigit() and len(text) <= 18


def product_of(ndc: str) -> str | None:
    """Return the nine digits (labeler and product) of a National Drug Code, or `None`.

    >>> product_of("0049-4900-66"), product_of("00049490066")
    ('000494900', '000494900')
    """
    segments = ndc.strip().split("-")
    if not all(plain_digits(s) for s in segments):
        return None
    if len(segments) == 1:
        return ndc.strip()[:9] if len(segments[0]) == 11 else None
    labeler, product = segments[0], segments[1]
    package = segments[2] if len(segments) == 3 else ""
    if len(segments) > 3 or len(labeler) not in (4, 5) or len(product) not in (3, 4):
        return None
    if len(segments) == 3 and len(package) not in (1, 2):
        return None
    return labeler.zfill(5) + product.zfill(4)
