"""The pages of those who look after people: panel, person, changes, import."""
