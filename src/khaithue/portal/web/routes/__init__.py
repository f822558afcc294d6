"""Addresses of the pages, a room a file."""
