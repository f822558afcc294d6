"""The API: its rooms joined, its description as OpenAPI 3.1, its problems."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from khaithue import __version__
from khaithue.portal.api.described import SCHEME
from khaithue.portal.api.parsing import StrictParser
from khaithue.portal.api.problems import MEDIA_TYPE, answer_with_problems, no_such_address, problem, refusal
from khaithue.portal.api.routes import checks, drafts, filings, notices, sandbox, taxpayers, webhooks

ROOT = "/api/v1/"
"""Where the API stands."""

DESCRIPTION = (
    "Obligations, drafts, checks, filings, notices and webhooks of khaithue. "
    "Send `Authorization: Bearer <token>`; a token is made on the page Connected software "
    "and acts as its user. "
    "Money is whole đồng, days are ISO 8601, periods are written 2026-05, 2026-Q1, 2025 or 2026-05-20. "
    "What goes wrong is told as application/problem+json (RFC 9457) with the findings behind it."
)


class PortalApi(NinjaAPI):
    """The API with what its generator leaves out of the description: problems, the token's scopes."""

    _described: OpenAPISchema | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description of every route, made once: that takes a second, and anybody may ask for it."""
        if self._described is None:
            self._described = self._describe(path_prefix or ROOT.lstrip("/"), path_params)
        self._described["servers"] = [{"url": settings.SITE}]
        return self._described

    def _describe(self, prefix: str, path_params: dict[str, Any] | None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=prefix, path_params=path_params)
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"] = {
                    str(status): _media(answer) for status, answer in operation["responses"].items()
                }
        schema["components"]["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The room and the name of the route: ``filings_submit``."""
        room = operation.view_func.__module__.rpartition(".")[2]
        return f"{room}_{operation.view_func.__name__}"

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:  # noqa: ARG002  # ninja calls with it
        """The same, as the name of the address."""
        return self.get_openapi_operation_id(operation)


def _media(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer whose problem is said in the media type it comes in."""
    content = answer.get("content", {})
    if "ProblemOut" not in str(content):
        return answer
    return {**answer, "content": {MEDIA_TYPE: content["application/json"]}}


API = PortalApi(
    title="khaithue",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
    parser=StrictParser(),
)
answer_with_problems(API)

for each in (taxpayers, drafts, checks, filings, notices, webhooks, sandbox):
    API.add_router("", each.room)


def addresses() -> list[URLPattern]:
    """The addresses of the API, and the answer at every other below its root."""
    found, _app, _space = API.urls
    rooms = [
        _with_problem(each) for each in found if isinstance(each, URLPattern) and each.name != "api-root"
    ]
    return [*rooms, path("", _nowhere, name="api-root"), path("<path:rest>", _nowhere)]


def _with_problem(address: URLPattern) -> URLPattern:
    """An address whose refusal of a method is a problem too."""

    @csrf_exempt
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        answer: HttpResponse = address.callback(request, **arguments)
        return _wrong_method(request, answer) if answer.status_code == 405 else answer

    return URLPattern(address.pattern, answered, address.default_args, address.name)


def _wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    allowed = {"Allow": answer.headers.get("Allow", "")}
    return problem(request, refusal(405, "API-METHOD", allowed, method=(request.method or "")[:20]))


_nowhere = csrf_exempt(no_such_address)
