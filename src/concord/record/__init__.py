"""What is known about one person: plain frozen values, and the fold of changes."""
