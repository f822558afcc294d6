"""The tax offices one may register with, from ``law/offices``."""

from datetime import date
from typing import Any

from khaithue import law


def offices(day: date) -> dict[str, str]:
    """The name each office has on a day, by its code."""
    listed = law.document("offices/offices.toml")
    named = {code: _name(entry["names"], day) for code, entry in listed.items()}
    return {code: name for code, name in named.items() if name}


def _name(names: list[dict[str, Any]], day: date) -> str:
    begun = [(entry["from"], entry["name"]) for entry in names if entry["from"] <= day]
    return str(max(begun)[1]) if begun else ""
