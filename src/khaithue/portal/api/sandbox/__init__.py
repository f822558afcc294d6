"""Test taxpayers, their certificates, and the outcomes a test may ask for."""
