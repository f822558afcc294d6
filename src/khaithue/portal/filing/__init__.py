"""Intake of signed returns: verify, store durably, receipt."""
