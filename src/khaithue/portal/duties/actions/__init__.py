"""The mutations of duties, one a file."""
