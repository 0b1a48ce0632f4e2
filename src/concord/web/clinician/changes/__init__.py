"""Changing a medicine: add, change, hold, resume, stop, correct, and answers."""
