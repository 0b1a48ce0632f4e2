"""What to tell the person, in plain words."""

from concord.education.points import points

__all__ = ["points"]
