"""Registering for electronic filing: applications, certificates, forms, changes, leaving."""
