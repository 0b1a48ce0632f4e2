"""The chart: the tables of the record, their one writer, the policy and the log."""
