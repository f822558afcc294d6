"""Checking a return without filing it."""

import json

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.params.functions import Query

from khaithue.exchange import returns_xml
from khaithue.portal.accounts.access import Right
from khaithue.portal.api.bodies import XML, xml_of
from khaithue.portal.api.callers import ApiRequest, for_taxpayer
from khaithue.portal.api.described import XML_EXAMPLE, route
from khaithue.portal.api.parsing import parsed
from khaithue.portal.api.problems import refusal
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import FIGURES, CheckedOut, FindingOut
from khaithue.portal.filing.intake import examine
from khaithue.portal.filing.rules import OF_THE_REGISTER, OF_THE_RETURN, ask
from khaithue.portal.filing.submission import Submission
from khaithue.returns.check import check as checked
from khaithue.returns.codec import decode, encode
from khaithue.returns.compute import compute
from khaithue.returns.findings import Finding, has_errors
from khaithue.returns.model import Return

room = Router(tags=["check"])

BODIES = {"application/xml": XML_EXAMPLE, "application/json": FIGURES}

Found = tuple[Return | None, tuple[Finding, ...]]


@room.post(
    "/taxpayers/{mst}/check",
    summary="Check a return",
    **route(Scope.CHECK, CheckedOut, 400, 413, 415, takes=BODIES),
)
@for_taxpayer(Right.LOOK_UP)
def check(
    request: ApiRequest,
    signed: bool = Query(
        True, description="false: an XML that is not signed yet; its signature is not asked for."
    ),
) -> CheckedOut:
    """Everything submitting would find, and nothing is stored.

    Send the XML, signed or with `signed=false`, or the figures as JSON; figures are computed before they are
    checked, so computed boxes may be left out.
    """
    ret, findings = _found(request, signed=signed)
    if ret and not request.caller.access.may(Right.LOOK_UP, ret.form.code):
        raise refusal(403, "API-RIGHT")
    return CheckedOut(
        ok=ret is not None and not has_errors(findings),
        findings=[FindingOut.of(item) for item in findings],
        figures=encode(ret) if ret else None,
    )


def _found(request: ApiRequest, *, signed: bool) -> Found:
    if request.content_type == "application/json":
        return _of_figures(request)
    if request.content_type not in XML:
        expected = ", ".join(BODIES)
        raise refusal(415, "API-MEDIA-TYPE", found=(request.content_type or "")[:60], expected=expected)
    data = xml_of(request)
    return _of_signed(request, data) if signed else _of_unsigned(request, data)


def _of_figures(request: ApiRequest) -> Found:
    ret, findings = decode(_json(request))
    return _with_rules(request, compute(ret) if ret else None, tuple(findings))


def _json(request: HttpRequest) -> object:
    try:
        return parsed(request.body)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        raise refusal(400, "API-INPUT", place="body", reason=str(error)[:100]) from error


def _of_signed(request: ApiRequest, data: bytes) -> Found:
    intake = examine(request.caller.taxpayer, data, timezone.now().replace(microsecond=0))
    if intake.submission is None:
        return None, intake.findings
    return intake.submission.return_, intake.findings + ask(OF_THE_REGISTER, intake.submission)


def _of_unsigned(request: ApiRequest, data: bytes) -> Found:
    result = returns_xml.read(data)
    return _with_rules(request, result.return_, result.findings)


def _with_rules(request: ApiRequest, ret: Return | None, findings: tuple[Finding, ...]) -> Found:
    if ret is None:
        return None, findings
    now = timezone.now().replace(microsecond=0)
    submission = Submission(request.caller.taxpayer, ret, now)
    asked = ask(OF_THE_RETURN, submission) + tuple(checked(ret)) + ask(OF_THE_REGISTER, submission)
    return ret, findings + asked
