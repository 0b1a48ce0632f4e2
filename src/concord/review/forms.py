"""The one versioned JSON form of a review."""

from __future__ import annotations

import msgspec

from concord.errors import UnusableInputError
from concord.review.model import REVIEW_VERSION, Review
from concord.terms import decode_hook, encode_hook

_ENCODER = msgspec.json.Encoder(
    enc_hook=encode_hook, decimal_format="string", order="deterministic"
)
_DECODER = msgspec.json.Decoder(Review, dec_hook=decode_hook)


def review_to_json(review: Review) -> bytes:
    """Return the review's JSON form; equal reviews give equal bytes."""
    return _ENCODER.encode(review)


def review_from_json(data: bytes) -> Review:
    """Return the review that a JSON form holds: the inverse of `review_to_json`.

    Raises `UnusableInputError` for another version or an unknown key.
    """
    try:
        review = _DECODER.decode(data)
    except (msgspec.DecodeError, RecursionError):
        msg = f"not a Concord review of version {REVIEW_VERSION}"
        raise UnusableInputError(msg) from None
    if review.version != REVIEW_VERSION:
        msg = f"review of version {review.version}; expected {REVIEW_VERSION}"
        raise UnusableInputError(msg)
    return review
