"""What is due next and why: the case of a person on a day, monitoring, response."""
