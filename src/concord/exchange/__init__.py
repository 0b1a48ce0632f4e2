"""From FHIR R4 to a `Record`: problems are named, nothing is guessed."""

from concord.exchange.problems import Import, Problem, Tally
from concord.exchange.read import read
from concord.exchange.recognise import Recogniser

__all__ = ["Import", "Problem", "Recogniser", "Tally", "read"]
