"""Two taxpayers, a sub-account, an agent, an officer: every route answers each one's token as said.

Every person's token has every scope and is made for the taxpayer they work at; all routes are asked about A.
``nobody`` has no token; the officer's and the clerk's are put in place by hand, for they may make none.
"""

import pytest

from khaithue.portal.accounts.models import AgentContract, Taxpayer, User
from khaithue.portal.api.actions.make_token import new_token
from khaithue.portal.api.interface import API
from khaithue.portal.api.scopes import Scope
from khaithue.portal.notices.models import Notice
from tests.portal.api_kit import Program
from tests.portal.world import World, world

PEOPLE = ("nobody", "main", "clerk", "agent", "other", "officer")
HOMES = {
    "main": "0319900012",
    "clerk": "0319900012",
    "agent": "0319900044",
    "other": "0319900037",
    "officer": "0319900012",
}

LOOK_UP = (401, 200, 200, 200, 403, 403)
WRITE = (401, 200, 403, 200, 403, 403)
MANAGE = (401, 200, 403, 403, 403, 403)

TABLE: dict[str, tuple[int, ...]] = {
    "taxpayers_taxpayers": (401, 200, 200, 200, 200, 200),
    "taxpayers_obligations": LOOK_UP,
    "drafts_drafts": LOOK_UP,
    "drafts_start": WRITE,
    "drafts_draft": LOOK_UP,
    "drafts_save": (401, 422, 403, 422, 403, 403),
    "drafts_draft_xml": LOOK_UP,
    "drafts_discard": (401, 204, 403, 204, 403, 403),
    "checks_check": LOOK_UP,
    "filings_submit": (401, 422, 403, 422, 403, 403),
    "filings_filings": LOOK_UP,
    "filings_receipt": LOOK_UP,
    "filings_original": LOOK_UP,
    "notices_notices": LOOK_UP,
    "notices_notice": LOOK_UP,
    "notices_notice_xml": LOOK_UP,
    "webhooks_webhooks": MANAGE,
    "webhooks_add": (401, 201, 403, 403, 403, 403),
    "webhooks_deliveries": MANAGE,
    "webhooks_end": (401, 204, 403, 403, 403, 403),
    # without a sandbox there is nothing here for anybody
    "sandbox_make": (404, 404, 404, 404, 404, 404),
}
"""The status each person is answered with, in the order of ``PEOPLE``."""

BODIES: dict[str, object] = {
    "drafts_start": {"form": "01/GTGT", "period": "2026-06"},
    "drafts_save": {"revision": 1, "figures": {}},
    "checks_check": {},
    "filings_submit": b"",
    "webhooks_add": {"url": "https://erp.example.vn/", "events": ["filing.accepted"]},
    "sandbox_make": {},
}

Routes = dict[str, tuple[str, str]]


def routes() -> Routes:
    """The method and path of every route, by its name."""
    paths = API.get_openapi_schema()["paths"]
    return {
        said["operationId"]: (method.upper(), path)
        for path, methods in paths.items()
        for method, said in methods.items()
    }


@pytest.fixture
def people(db: None) -> World:
    made = world()
    made.arguments |= {
        "notices": Notice.objects.get(filing__isnull=False).pk,
        "webhooks": made.arguments["webhook"],
    }
    return made


def program(user: User, person: str) -> Program:
    """A program with a token of that user; it is put in place by hand, for only managers may make one."""
    home = Taxpayer.objects.get(mst=HOMES[person])
    return Program(new_token(user, home, person, list(Scope), 30)[1])


def test_every_route_is_in_the_table_and_no_other() -> None:
    assert sorted(TABLE) == sorted(routes())


@pytest.mark.parametrize("name", sorted(set(TABLE) - {"drafts_discard", "webhooks_end"}))
def test_each_persons_token_is_answered_as_the_table_says(name: str, people: World) -> None:
    method, path = routes()[name]
    path = _path(path, name, people)
    found = {person: _asked(person, people, method, path, BODIES.get(name)) for person in PEOPLE}
    assert found == dict(zip(PEOPLE, TABLE[name], strict=True))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("name", ["drafts_discard", "webhooks_end"])
def test_only_who_may_throws_something_away(name: str, person: str, people: World) -> None:
    method, path = routes()[name]
    status = _asked(person, people, method, _path(path, name, people))
    assert status == TABLE[name][PEOPLE.index(person)]


def test_an_agent_sees_nothing_of_the_forms_its_contract_leaves_out(people: World) -> None:
    AgentContract.objects.update(forms=["05/KK-TNCN"])
    pk = people.arguments["pk"]
    for path in ("filings", "notices", "drafts", "obligations"):
        found = program(people.people["agent"], "agent").get(f"/taxpayers/0319900012/{path}").json()["items"]
        assert {each.get("form") for each in found} <= {"05/KK-TNCN"}, path
    for path in (f"drafts/{pk}", "filings/90020260000000001", f"notices/{people.arguments['notices']}/xml"):
        reply = program(people.people["agent"], "agent").get(f"/taxpayers/0319900012/{path}")
        assert reply.status_code == 404, path


@pytest.mark.error("API-SCOPE")
def test_every_scope_opens_its_own_routes_and_no_other(people: World) -> None:
    paths = API.get_openapi_schema()["paths"]
    user, home = people.people["main"], Taxpayer.objects.get(mst=HOMES["main"])
    for name, (method, path) in routes().items():
        (wanted,) = paths[path][method.lower()].get("security", [{"Token": []}])
        for scope in Scope:
            if wanted["Token"] and wanted["Token"] != [scope]:
                key = new_token(user, home, "x", [scope], 1)[1]
                reply = Program(key).ask(method, _path(path, name, people), BODIES.get(name))
                assert (reply.status_code, reply.json()["code"]) == (403, "API-SCOPE"), (name, scope)


def _path(path: str, name: str, people: World) -> str:
    pk = people.arguments.get(name.partition("_")[0], people.arguments["pk"])
    return path.removeprefix("/api/v1").format(**{**people.arguments, "pk": pk})


def _asked(person: str, people: World, method: str, path: str, body: object = None) -> int:
    user = people.people.get(person)
    asking = program(user, person) if user else Program()
    status: int = asking.ask(method, path, body).status_code
    return status
