"""What a measure of use counts, and from what, in words for clinicians."""

from __future__ import annotations

MEASURES = {
    "pdc": "proportion of days covered: days with any medicine at hand",
    "mpr": "medication possession ratio: days supplied, may be more than all",
    "cma1": "days supplied before the last fill, from the first fill to the last",
    "cma2": "days supplied, from the first fill to the end",
    "cma3": "as CMA1, at most every day",
    "cma4": "as CMA2, at most every day",
    "cma5": "days with supply, from the first fill to the last",
    "cma6": "days with supply, from the first fill to the end",
    "cma7": "days with supply, also from fills before the window",
    "cma8": "days with supply, once the supply from before the window is used up",
    "cma9": "each day weighted by the supply of its interval",
    "taken-of-logged": "doses taken, of those that were logged",
    "taken-of-due-at-least": "doses taken, if none was taken that was not logged",
    "taken-of-due-at-most": "doses taken, if every dose not logged was taken",
    "on-time-of-taken": "doses taken on time, of those taken at a known time",
    "days-without-a-miss": "days without a missed dose",
    "doses-taken": "how much of the doses was taken",
}

EVIDENCE = {
    "fills": "From fills: what was supplied, not what was taken.",
    "dose-log": "From the dose log: what was entered; no entry is no answer.",
    "self-report": "As the person said.",
}

NO_FIGURE = {
    "no-fill": "no figure: no fill in the window",
    "one-fill": "no figure: only one fill in the window",
    "no-days": "no figure: no day to count of",
    "nothing-logged": "no figure: nothing was logged",
    "nothing-due": "no figure: no dose was due",
    "no-times": "no figure: no dose was logged with its time",
}
