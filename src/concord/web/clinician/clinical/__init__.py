"""What else is on record: imports, settings, conditions, allergies, observations."""
