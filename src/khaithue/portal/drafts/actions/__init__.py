"""The mutations of drafts, one a file."""
