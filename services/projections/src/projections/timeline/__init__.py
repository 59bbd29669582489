"""Everything that happened to a case, across all services."""
