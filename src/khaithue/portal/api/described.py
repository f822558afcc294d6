"""What the reference says of a route beyond its shapes: scope, files, headers, and what can go wrong."""

from typing import Any

from khaithue.portal.api.callers import scoped
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import ProblemOut

SCHEME = "Token"

XML_EXAMPLE = '<?xml version="1.0" encoding="UTF-8"?><HSoThueDTu>…<CKyDTu>…</CKyDTu></HSoThueDTu>'

FORM_EXAMPLE = {"return": XML_EXAMPLE, "paper": ["%PDF-1.7 …"]}

FILE = {"type": "string", "format": "binary"}

REFUSALS = (401, 403, 422, 429)


def route(
    scope: Scope | None,
    response: Any,
    *refusals: int,
    gives: str = "",
    takes: dict[str, Any] | None = None,
    headers: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """The arguments of a route that needs a token.

    ``response`` is the shape of a 200, or the shapes by status; ``gives`` is the media type of a 200 that is
    a file; ``takes`` are media types of the body with an example of each; ``refusals`` are statuses it may
    answer beyond those every route may.
    """
    extra: dict[str, Any] = {"security": [{SCHEME: [scope] if scope else []}]}
    if gives:
        extra["responses"] = {200: {"content": {gives: file_of(gives)}}}
    if takes:
        content = {media: shape_of(media) | {"example": shown} for media, shown in takes.items()}
        extra["requestBody"] = {"required": True, "content": content}
    if headers:
        extra["parameters"] = list(headers)
    shapes = response if isinstance(response, dict) else {200: None if gives else response}
    problems = dict.fromkeys(sorted({*REFUSALS, *refusals}), ProblemOut)
    return {"auth": scoped(scope), "response": {**shapes, **problems}, "openapi_extra": extra}


def file_of(media: str) -> dict[str, Any]:
    """How the reference describes a file."""
    return {"schema": FILE, "example": XML_EXAMPLE if "xml" in media else ""}


def shape_of(media: str) -> dict[str, Any]:
    """How the reference describes a body that the route reads by itself."""
    if media.startswith("multipart/"):
        return {"schema": FORM_SHAPE}
    return {"schema": {"type": "object"} if media.endswith("json") else FILE}


FORM_SHAPE = {
    "type": "object",
    "properties": {
        "return": {**FILE, "description": "The signed XML."},
        "paper": {"type": "array", "items": FILE, "description": "Papers that go with it."},
    },
    "required": ["return"],
    "additionalProperties": False,
}
"""A return and its papers as the files of a form."""


def header(name: str, description: str, values: list[str]) -> dict[str, Any]:
    """A header of a request that takes one of some values."""
    return {
        "in": "header",
        "name": name,
        "required": False,
        "description": description,
        "schema": {"type": "string", "enum": values},
        "example": values[0],
    }
