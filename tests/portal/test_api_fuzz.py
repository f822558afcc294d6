"""schemathesis draws requests from the API's own description: none is answered with a fault of ours.

``KHAITHUE_FUZZ`` is the number of requests to each route; ``make api-fuzz`` draws many more.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as drawn
from hypothesis.strategies import booleans
from pytest_django import Settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.api.interface import API
from khaithue.portal.api.scopes import Scope
from khaithue.portal.wsgi import application
from tests.portal.api_kit import Program, signers_in, token, trust
from tests.portal.world import world

EXAMPLES = int(os.environ.get("KHAITHUE_FUZZ", "12"))
SCHEMA = schemathesis.openapi.from_dict(API.get_openapi_schema())
SCHEMA.app = application
OPERATIONS: dict[str, APIOperation[Any, Any, Any, Any]] = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}

AS_DESCRIBED = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
"""Every answer has a status, a media type and a shape that the description names."""

KNOWN = {"mst": "0319900012", "code": "90020260000000001", "pk": 1}
"""What there is in the world; half of the requests are about it, so that they get beyond the door."""


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests do not end the connection that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def program(
    db: None, _one_connection: None, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Program:
    trust(settings, signers_in(tmp_path_factory.mktemp("authority")))
    settings.SANDBOX, settings.API_RATE = True, 10**9
    people = world().people
    return token(people["main"], Taxpayer.objects.get(mst=KNOWN["mst"]))[1]


def test_every_route_is_drawn() -> None:
    paths = API.get_openapi_schema()["paths"]
    assert len(OPERATIONS) == sum(len(methods) for methods in paths.values())
    assert len(Scope) == 7


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_no_request_is_answered_with_a_fault(label: str, program: Program) -> None:
    @given(case=OPERATIONS[label].as_strategy(), known=booleans())
    @drawn(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: "Case[Any]", known: bool) -> None:
        if known:
            case.path_parameters.update({key: KNOWN[key] for key in case.path_parameters if key in KNOWN})
        reply = case.call(headers={"Authorization": f"Bearer {program.key}"}, base_url="https://testserver")
        assert reply.status_code < 500, (reply.status_code, case.as_curl_command(), reply.content)
        assert reply.status_code != 401, reply.content
        case.validate_response(reply, checks=AS_DESCRIBED)

    ask()
