"""JSON bodies, read strictly: no NaN, and no text that a database cannot keep."""

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class StrictParser(Parser):
    """Reads the JSON body of a request."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value; ``ValueError`` for what is no JSON or holds what cannot be kept."""
        return parsed(request.body)


def parsed(body: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Raises ``ValueError`` for NaN, infinity, a NUL or half a surrogate pair within a text.
    """
    value = json.loads(body.decode(), parse_constant=_refuse)
    if not _keepable(value):
        raise ValueError("a text holds a sign that cannot be kept")
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _keepable(value: object) -> bool:
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
        case dict():
            return all(_keepable(key) and _keepable(each) for key, each in value.items())
        case list():
            return all(map(_keepable, value))
    return True
