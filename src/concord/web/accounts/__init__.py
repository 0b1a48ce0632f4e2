"""Accounts: who signs in, how, for how long, and which actor of the chart they are."""
