"""The taxpayer's whole history as one file to keep."""
