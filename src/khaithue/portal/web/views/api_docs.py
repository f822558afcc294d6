"""The reference of the API as a page, from the description the API gives of itself."""

import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from khaithue.portal.api.interface import API, ROOT
from khaithue.portal.api.reference import Route, rooms
from khaithue.portal.api.sandbox.scenarios import HEADER, SCENARIOS
from khaithue.portal.api.scopes import MEANINGS
from khaithue.portal.web.request import as_member, page
from khaithue.portal.web.shown import say
from khaithue.returns.findings import Text, catalogue

CODE = re.compile("`([^`]+)`")


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """How to ask the API, its routes with examples, and what its codes mean; anybody may read it."""
    as_member(request)
    context = {
        "section": "api",
        "root": ROOT,
        "address": settings.SITE,
        "rooms": [
            (tag, say(title), [(say(route.title), _paragraphs(route.description), route) for route in routes])
            for tag, title, routes in _rooms()
        ],
        "scopes": [(scope.value, say(text)) for scope, text in MEANINGS.items()],
        "header": HEADER,
        "scenarios": [(name, say(each.meaning)) for name, each in SCENARIOS.items()],
        "codes": [(kind.code, say(kind.message), say(kind.fix)) for kind in catalogue().values()],
    }
    return page(request, "web/api_docs.html", context)


def _paragraphs(description: str) -> SafeString:
    """A description as paragraphs, what stands between backticks as code."""
    parts = (escape(" ".join(part.split())) for part in description.split("\n\n"))
    marked = (CODE.sub(r"<code>\1</code>", part) for part in parts)
    return mark_safe("".join(f"<p>{part}</p>" for part in marked))  # noqa: S308 - escaped above


@cache
def _rooms() -> tuple[tuple[str, Text, list[Route]], ...]:
    return tuple(rooms(API.get_openapi_schema()))
