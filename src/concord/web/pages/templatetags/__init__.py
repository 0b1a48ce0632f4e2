"""What templates may say: the one way to show a name, an amount, a date."""
