"""The sentences of a review in English, for clinicians.

A key is said with the values that its message carries.
"""

from __future__ import annotations

_NEEDS = {
    "forms": "filled-in forms",
    "age": "date of birth",
    "allergies": "allergies, or that none is known",
    "allergy-recognised": "an allergy on record that could not be recognised, in code",
    "allergy-class": (
        "knowledge of an allergen on record: whether its class crosses to these"
    ),
    "conditions": "problem list",
    "directions": "directions",
    "dose": "dose",
    "emergency-reason": "what the emergency visit was for, in code",
    "encounters": "visits (the record holds none)",
    "dose-for-age": "a dose for this age group (none is known)",
    "drug-knowledge": "knowledge of this medicine (recognised, but not yet covered)",
    "fills-or-report": "fills, a dose log, or what the person says of taking it",
    "form-or-indication": "which form it is, or what it is taken for",
    "given": "how many injections of it were given so far",
    "indication": "what it is taken for",
    "last-injection": "when the last injection was given",
    "medication-list": "a medication list (nothing on record is not an empty list)",
    "mixed-units": "directions in one unit",
    "no-directions": "directions in force on this day",
    "no-dose": "the dose",
    "no-frequency": "how often it is taken",
    "no-strength": "the strength of one piece",
    "no-unit": "the unit of the dose",
    "observation": "a result: {name}",
    "onset": "since when the condition is known",
    "plausible": "a result that can be true, in a known unit: {name}",
    "pregnancy-knowledge": "knowledge of this medicine in pregnancy",
    "pregnancy-status": "whether the person is pregnant",
    "recognised": "a code or an exact name (not recognised as written)",
    "results": "test results (the record holds none)",
    "route": "the route",
    "sample-again": "a sample drawn as long after a dose as its bounds are for",
    "sample-time": "how long after the last dose the sample was drawn",
    "sex": "sex",
    "start-date": "the date on which it was started",
    "steps-undated": "when each step of the directions begins",
    "suicide-answer": "the answer about suicide (a form came without it)",
    "weight": "weight",
    "scores": "scores",
}

_SEEN = {
    "age": "Age {age}.",
    "allergy": "Allergy on record: {allergy}.",
    "allergy-reactions": "Allergy on record: {allergy} ({reactions}).",
    "because": "Graver here: {text}",
    "burden-members": "{title}: {total} medicines ({scores}).",
    "burden-score": "{title}: {total} points in all ({scores}).",
    "childbearing": "Age {age}; pregnancy is possible.",
    "condition": "Condition on record: {condition}.",
    "condition-since": "Condition on record: {condition}, since {since}.",
    "conditions": "None of the {count} conditions on record explains it.",
    "covered": (
        "{drug}: fills cover {days} of {in_days} days since {from_day} ({percent} %)."
    ),
    "might-be": "Would be {severity}, if so: {text} This could not be told.",
    "never-measured": "{title}: no result on record; it was due by {due}.",
    "not-taken": "{drug}: reported as not taken.",
    "not-taken-reason": "{drug}: reported as not taken ({reason}).",
    "overdue": "{title}: last on {last}; it was due by {due}.",
    "pregnancy-test": "Pregnancy test positive.",
    "prescribers": "Prescribed by: {names}.",
    "refill-gap": "{drug}: supply ran out on {until}, {days} days ago; no fill since.",
    "result": "{name}: {value} on {on}.",
    "result-worked-out": (
        "{name}: {value}, worked out from the creatinine of {on}, weight, age and sex."
    ),
    "smoking-started": "Started smoking, recorded on {on}.",
    "smoking-stopped": "Stopped smoking, recorded on {on}.",
    "stopped": "{drug} was stopped on {ended}; its effect lasts {lasts}.",
    "taking": "Takes {drug}.",
    "taking-dose": "Takes {drug} {dose}.",
    "taking-dose-since": "Takes {drug} {dose}, since {since}.",
    "taking-since": "Takes {drug}, since {since}; the daily dose could not be read.",
    "unless": "Does not count where: {text} This could not be told.",
    "watched": "It is being watched: measured since both are taken.",
}

_WHY = {
    "answer-from-elsewhere": (
        "An answer about suicide above zero in the {scale} of {on} came from "
        "elsewhere; no answer since is on record."
    ),
    "above": "{given} is above the {maximum} {per} that its source gives as the most.",
    "above-adjusted": (
        "{given} is above {maximum} {per}, the most for this person. {because}"
    ),
    "below": "{given} a day is below {low}, the least that its source gives.",
    "covered": (
        "Fewer days are covered by fills than the threshold of the measure. A fill is "
        "not proof of taking, nor its absence of not taking."
    ),
    "interaction": "{effect} ({mechanism})",
    "no-baseline": (
        "There is no score from before it was started, so response cannot be told."
    ),
    "no-response": (
        "{condition}: the score has not fallen enough for a response after an adequate "
        "trial ({trial})."
    ),
    "not-measured": (
        "{condition}: no {scale} score since the start; one was expected within "
        "{within}."
    ),
    "refill-gap": (
        "Without a fill the medicine may have run out; it may also come from elsewhere."
    ),
    "response-without-remission": (
        "{condition}: better by the scale's measure of response, not yet in remission."
    ),
    "worse": (
        "{condition}: the score is worse than at the start by what counts as a change."
    ),
}

_WHY_NOT = {
    "no-answer": (
        "no old answer about suicide from elsewhere is the newest one on record"
    ),
    "childbearing-age": "outside the ages at which pregnancy is possible",
    "died": "the person is recorded as having died",
    "male": "recorded sex is male",
    "no-scale": "no condition on record has a scale for these medicines",
    "takes-nothing": "the list was gone through with the person: no medicine is taken",
    "told-elsewhere": "all of it is told with an interaction of the same medicines",
    "younger": "below the age to which these criteria apply",
}

_OPTIONS = {
    "ask-about-suicide": (
        "Ask the person about suicide again, and write down what is so now."
    ),
    "ask-adherence": "Ask, without blame, how it is taken and what gets in the way.",
    "ask-indication": "Ask the person and the prescriber what it is for; record it.",
    "check-dose": "Check the dose with the person and the pharmacy.",
    "check-reaction": "Check with the person what the reaction was, and when.",
    "confirm-both": "If both are meant, record why and until when.",
    "contraception": (
        "Talk about pregnancy plans and effective contraception; record both."
    ),
    "document-reason": "If the dose is meant, record the reason.",
    "fit-remedy": "Fit the remedy to the reason (cost, side effects, worry).",
    "keep-one": "Agree on one, and on how to stop the other.",
    "low-on-purpose": "If it is being started or tapered, record the plan.",
    "lower-dose": "Lower the dose stepwise, with a date to look at the effect.",
    "measure": "Arrange: {titles}.",
    "no-abrupt-stop": "Do not stop it abruptly; plan any change with the person.",
    "no-baseline": "Take a score now and use it as the baseline.",
    "no-response": "Check adherence and dose, then consider a change.",
    "not-measured": "Take a {scale} score at the next contact.",
    "other-drug": "Consider another medicine.",
    "pregnancy": "Weigh the need with the person and obstetric care soon.",
    "response-without-remission": "Optimise: dose, adherence, added therapy.",
    "review-need": "Review whether it is still needed, and agree on a date or a taper.",
    "stop-if-none": "If there is none, plan how to stop it safely.",
    "worse": "See the person soon; ask about safety, adherence and what changed.",
}

_SETTING = {
    "contact-discharged": (
        "After a stay for mental health, be in touch within {days} days; the day of "
        "the discharge does not count."
    ),
    "contact-late": (
        "Nobody is on record as having been in touch since; it was wanted within "
        "{days} days. Reach out now."
    ),
    "contact-released": (
        "Be in touch within {days} days: the risk of overdose is highest right after "
        "a release."
    ),
    "contact-suicide-risk": (
        "A risk of suicide is on record: be in touch within {days} days of the "
        "discharge."
    ),
    "kept": (
        "Ask where medicines can be kept safe, and cold where they must be. A shorter "
        "supply at a time may help."
    ),
    "list": (
        "Go through the whole list with the person: what was added, stopped or changed "
        "there?"
    ),
    "naloxone": (
        "Offer naloxone, and show it to someone who lives with the person. None is on "
        "the list."
    ),
    "paused": (
        "Reminders are paused: others give the medicines there. A dose without an "
        "entry says nothing."
    ),
    "restart": "{drug}, if it was not given there: {action}",
    "tolerance": (
        "Tolerance of {drugs} may be lost: the former dose can be too much. Ask what "
        "was given there before it is taken again."
    ),
    "tolerance-use-disorder": (
        "Tolerance of opioids may be lost: an amount used before can kill. Say so, "
        "without blame."
    ),
    "treatment": (
        "Tell the facility what is taken for opioid use disorder, so that it goes on."
    ),
}

ENGLISH: dict[str, str] = {
    "text": "{text}",
    "first.no-abrupt-stop": "Do not stop it abruptly.",
    **{f"need.{key}": words for key, words in _NEEDS.items()},
    **{f"seen.{key}": words for key, words in _SEEN.items()},
    **{f"why.{key}": words for key, words in _WHY.items()},
    **{f"why-not.{key}": words for key, words in _WHY_NOT.items()},
    **{f"option.{key}": words for key, words in _OPTIONS.items()},
    **{f"setting.{key}": words for key, words in _SETTING.items()},
}
