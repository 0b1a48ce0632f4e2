"""Arithmetic of doses: what a set of directions amounts to in a day."""
