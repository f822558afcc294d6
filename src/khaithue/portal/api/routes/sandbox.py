"""Test taxpayers."""

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from khaithue.portal.api.actions.make_test_taxpayer import make_test_taxpayer
from khaithue.portal.api.problems import Refusal, refusal
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import ProblemOut
from khaithue.portal.api.shapes_programs import SandboxIn, SandboxOut

room = Router(tags=["sandbox"])


@room.post(
    "/sandbox/taxpayers",
    summary="Make a test taxpayer",
    response={201: SandboxOut, **dict.fromkeys((400, 404, 413, 422, 429), ProblemOut)},
    auth=None,
)
def make(request: HttpRequest, wanted: SandboxIn) -> Status[SandboxOut]:  # noqa: ARG001  # ninja calls with it
    """Make a test taxpayer with a token of every scope and a certificate without legal force.

    The certificate and the forms an organisation usually files are registered: it can file at once.

    No token is needed. Only on a portal that runs a sandbox. Its filings reach nobody, and the header
    `Khaithue-Scenario` of a submission says what becomes of it.
    """
    if not settings.SANDBOX:
        raise refusal(404, "API-NO-SANDBOX")
    made = make_test_taxpayer(name=wanted.name)
    if made.taxpayer is None or made.token is None:
        raise Refusal(429, made.findings, {"Retry-After": "3600"})
    return Status(
        201,
        SandboxOut(
            mst=made.taxpayer.mst,
            name=made.taxpayer.name,
            office_code=made.taxpayer.office_code,
            office_name=made.taxpayer.office_name,
            token=made.key,
            scopes=[Scope(each) for each in made.token.scopes],
            expires_at=made.token.expires_at,
            p12=made.p12,
            p12_password=made.p12_password,
        ),
    )
