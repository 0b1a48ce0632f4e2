"""The four questions put to a record: indicated, effective, safe, taken?"""

from concord.review.engine import review
from concord.review.forms import review_from_json, review_to_json
from concord.review.model import (
    Cited,
    Finding,
    ListedMedicine,
    NotApplicable,
    NotChecked,
    Problem,
    Question,
    Review,
)
from concord.review.settle import Answer, Decision, Reason, Settled, settle

__all__ = [
    "Answer",
    "Cited",
    "Decision",
    "Finding",
    "ListedMedicine",
    "NotApplicable",
    "NotChecked",
    "Problem",
    "Question",
    "Reason",
    "Review",
    "Settled",
    "review",
    "review_from_json",
    "review_to_json",
    "settle",
]
