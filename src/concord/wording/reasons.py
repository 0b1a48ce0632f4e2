"""Why a finding was answered as it was: the words of each coded reason."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "benefit": "The benefit outweighs the risk",
    "tolerated": "It was tolerated before",
    "monitored": "It is being monitored",
    "choice": "The person chose it, informed",
    "specialist": "A specialist advised it",
    "record-wrong": "The record is wrong",
    "not-taken": "It is no longer taken",
    "other": "Another reason",
}
