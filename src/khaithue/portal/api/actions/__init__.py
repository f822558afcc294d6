"""The mutations of api, one a file."""
