"""What is known about medicines: cited files, and the one typed loader."""
