"""Returns being filled in."""
