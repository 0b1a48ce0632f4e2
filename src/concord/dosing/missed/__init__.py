"""Missed and late doses: what was said of them, and what the sources say to do.

`gap` measures, `advice` chooses the rules that hold, `told` are circumstances as
somebody told them, `voices` say it: to staff as advice with its source, to the person
as general information. Nothing here orders anything.
"""

from concord.dosing.missed.advice import Advice, Heard, Judge, Placed, advice
from concord.dosing.missed.gap import Gap, gap_between, gap_of_length, gap_of_log
from concord.dosing.missed.told import Told
from concord.dosing.missed.voices import Said, Spoken, for_person, for_staff

__all__ = [
    "Advice",
    "Gap",
    "Heard",
    "Judge",
    "Placed",
    "Said",
    "Spoken",
    "Told",
    "advice",
    "for_person",
    "for_staff",
    "gap_between",
    "gap_of_length",
    "gap_of_log",
]
