"""Signed notices to taxpayers and their e-mails."""
