"""Vietnamese electronic tax filing: fill, compute, check, sign, file and look up."""

__version__ = "0.1.0"
