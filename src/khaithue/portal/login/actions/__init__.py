"""The mutations of log-in, one a file."""
