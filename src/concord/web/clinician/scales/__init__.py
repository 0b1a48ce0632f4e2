"""Scales on the clinician's side: results, sending, rating, crisis tasks."""
