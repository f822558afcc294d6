"""Asking for an export, and calling it off."""
