"""The mutations of the API, one a file."""
