"""From FHIR's resources to the values of a record, a module for each group."""
