"""The mutations of filing, one a file."""
