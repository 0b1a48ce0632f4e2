"""Directions in words, read into structured ones: in full, or not at all."""

from concord.wording.parsing.claims import reads_back
from concord.wording.parsing.reading import AsWritten, Understood, parse

__all__ = ["AsWritten", "Understood", "parse", "reads_back"]
