"""Concord: medication management for mental health and addiction recovery."""

__version__ = "0.1.0"
