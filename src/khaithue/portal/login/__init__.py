"""Logging in: factors, lock-out, one-time codes, sessions, and what is mailed about them."""
