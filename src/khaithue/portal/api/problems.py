"""What went wrong, as RFC 9457 problem details that carry our findings."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from khaithue.portal.api.shapes import FindingOut, ProblemOut
from khaithue.returns.findings import Finding, catalogue, finding

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

REASON = 200
"""Longest reason taken over from the reader of the input."""


class Refusal(Exception):  # noqa: N818 - the word of the domain
    """A request that is refused with a status, the findings that say why, and headers."""

    def __init__(
        self, status: int, findings: Sequence[Finding], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, [item.code for item in findings])
        self.status, self.findings, self.headers = status, tuple(findings), dict(headers or {})


def refusal(status: int, code: str, headers: Mapping[str, str] | None = None, **params: object) -> Refusal:
    """A refusal for one catalogued reason."""
    return Refusal(status, [finding(code, **params)], headers)  # type: ignore[arg-type]  # places of the text


def problem(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """The answer to a request that is refused, in the language it asks for."""
    gravest = next((item for item in refused.findings if item.level == "error"), refused.findings[0])
    body = ProblemOut(
        type=f"/api/#{gravest.code}" if gravest.code in catalogue() else "about:blank",
        title=HTTPStatus(refused.status).phrase,
        status=refused.status,
        detail=gravest.message[get_language_from_request(request)],
        code=gravest.code,
        findings=[FindingOut.of(item) for item in refused.findings],
    )
    return HttpResponse(
        body.model_dump_json(), status=refused.status, content_type=MEDIA_TYPE, headers=refused.headers
    )


def answer_with_problems(api: NinjaAPI) -> None:
    """Have everything that is raised while a request is handled answered as a problem."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(PermissionDenied, lambda asked, _: problem(asked, refusal(403, "API-RIGHT")))
    api.add_exception_handler(Http404, lambda asked, _: problem(asked, refusal(404, "API-NOT-FOUND")))
    api.add_exception_handler(ValidationError, _unreadable)
    api.add_exception_handler(RequestDataTooBig, lambda asked, _: problem(asked, _too_big(asked)))
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Exception, _fault)


def no_such_address(request: HttpRequest, **_rest: object) -> HttpResponse:
    """The answer at an address the API does not have."""
    return problem(request, refusal(404, "API-NOT-FOUND"))


def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    return problem(request, refused)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    found = [
        finding("API-INPUT", place=".".join(map(str, item["loc"])), reason=str(item["msg"])[:REASON])
        for item in error.errors
    ]
    return problem(request, Refusal(422, found))


def _too_big(request: HttpRequest) -> Refusal:
    size, limit = request.headers.get("Content-Length", "?"), settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return refusal(413, "FILE-TOO-LARGE", size=size, limit=limit)


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:
    """What ninja itself raises: no token, or a body that is no JSON, with the reader's reason behind it."""
    if error.status_code == 401:
        return problem(request, refusal(401, "API-TOKEN-NONE", {"WWW-Authenticate": "Bearer"}))
    reason = str(error.__cause__ or error)[:REASON]
    return problem(request, refusal(error.status_code, "API-INPUT", place="body", reason=reason))


def _fault(request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, refusal(500, "API-FAULT", {"Retry-After": "60"}))
