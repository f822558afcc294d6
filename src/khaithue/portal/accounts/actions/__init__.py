"""The mutations of accounts, one a file."""
