"""The mutations of registration, one a file."""
