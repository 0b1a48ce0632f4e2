"""The rules, in the order of the four questions."""

from concord.review.building import Rule
from concord.review.rules.adherence import ADHERENCE
from concord.review.rules.allergy import ALLERGY
from concord.review.rules.answers import ANSWER_FROM_ELSEWHERE
from concord.review.rules.burden import BURDEN
from concord.review.rules.condition import CONTRAINDICATION, GERIATRIC
from concord.review.rules.dose import DOSE
from concord.review.rules.duplicate import DUPLICATE_THERAPY, SAME_INGREDIENT
from concord.review.rules.duration import DURATION
from concord.review.rules.effectiveness import EFFECTIVENESS
from concord.review.rules.indication import NO_INDICATION
from concord.review.rules.interaction import INTERACTION
from concord.review.rules.monitoring import MONITORING
from concord.review.rules.pregnancy import PREGNANCY

RULES: tuple[Rule, ...] = (
    NO_INDICATION,
    SAME_INGREDIENT,
    DUPLICATE_THERAPY,
    DURATION,
    EFFECTIVENESS,
    DOSE,
    INTERACTION,
    BURDEN,
    CONTRAINDICATION,
    ALLERGY,
    PREGNANCY,
    GERIATRIC,
    MONITORING,
    ANSWER_FROM_ELSEWHERE,
    ADHERENCE,
)
