"""Puts reviews, rules and knowledge on a terminal, or into plain values for JSON.

A room for each thing that is printed; `terminal` is what they share.
"""

from concord.printing.drug import drug_json, print_drug
from concord.printing.knowledge import print_check, print_sample, print_stats
from concord.printing.pairs import pairs_json, print_pairs
from concord.printing.review import print_review, review_json
from concord.printing.terminal import (
    MAY_BE_INCOMPLETE,
    NOT_SIGNED_OFF,
    clean,
    told,
)

__all__ = [
    "MAY_BE_INCOMPLETE",
    "NOT_SIGNED_OFF",
    "clean",
    "drug_json",
    "pairs_json",
    "print_check",
    "print_drug",
    "print_pairs",
    "print_review",
    "print_sample",
    "print_stats",
    "review_json",
    "told",
]
