"""Tokens of the API: who may make them, how far they reach, and when they end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from khaithue.portal.accounts.models import AgentContract, Membership, Taxpayer, User
from khaithue.portal.api import keys
from khaithue.portal.api.actions.make_token import make_token
from khaithue.portal.api.actions.revoke_token import revoke_token
from khaithue.portal.api.models import Token
from khaithue.portal.audit.models import AuditEntry
from tests.portal.api_kit import Program, codes, token
from tests.portal.conftest import member
from tests.portal.world import FORM, world

Pair = tuple[User, Taxpayer]


def test_the_key_is_given_once_and_only_its_digest_is_kept(company_a: Pair) -> None:
    made = make_token(user=company_a[0], taxpayer=company_a[1], name=" ERP ", scopes=["check"], days=90)
    assert made.token is not None
    kept = Token.objects.get()
    assert made.key.startswith("kt_")
    assert len(made.key) > 40
    assert kept.digest == keys.digest_of(made.key)
    assert (kept.name, kept.scopes, kept.prefix) == ("ERP", ["check"], made.key[:9])
    assert made.key not in str(vars(kept))
    assert kept.expires_at - kept.made_at == timedelta(days=90)


def test_the_audit_trail_tells_of_the_token_but_not_its_key_or_name(company_a: Pair) -> None:
    made, program = token(*company_a, "check")
    entry = AuditEntry.objects.get(action="api.token.make")
    assert (entry.actor, entry.subject) == (f"user:{company_a[0].pk}", f"token:{made.pk}")
    assert program.key not in str(entry.detail)
    assert "ERP" not in str(entry.detail)


@pytest.mark.error(each="code")
@pytest.mark.parametrize(
    ("name", "scopes", "days", "code"),
    [
        ("", ["check"], 30, "API-TOKEN-NAME"),
        ("x" * 101, ["check"], 30, "API-TOKEN-NAME"),
        ("a\0b", ["check"], 30, "API-TOKEN-NAME"),
        ("ERP", [], 30, "API-TOKEN-SCOPES"),
        ("ERP", ["everything"], 30, "API-TOKEN-SCOPES"),
        ("ERP", ["check"], 0, "API-TOKEN-DAYS"),
        ("ERP", ["check"], 366, "API-TOKEN-DAYS"),
    ],
)
def test_a_token_needs_a_name_a_scope_and_an_end(
    company_a: Pair, name: str, scopes: list[str], days: int, code: str
) -> None:
    made = make_token(user=company_a[0], taxpayer=company_a[1], name=name, scopes=scopes, days=days)
    assert ([item.code for item in made.findings], Token.objects.count()) == ([code], 0)


@pytest.mark.near_miss("API-TOKEN-DAYS", "API-TOKEN-NAME", "API-TOKEN-SCOPES")
def test_a_token_of_the_longest_name_and_life_is_made(company_a: Pair) -> None:
    made = make_token(user=company_a[0], taxpayer=company_a[1], name="x" * 100, scopes=["check"], days=365)
    assert made.findings == ()


def test_only_who_manages_the_taxpayer_makes_and_revokes_tokens(db: None) -> None:
    people = world().people
    a = Taxpayer.objects.get(mst="0319900012")
    made, _ = token(people["main"], a)
    for person in ("clerk", "agent", "other", "officer"):
        with pytest.raises(PermissionDenied):
            make_token(user=people[person], taxpayer=a, name="x", scopes=["check"], days=1)
        with pytest.raises(PermissionDenied):
            revoke_token(user=people[person], token=made)
    made.refresh_from_db()
    assert made.revoked_at is None


@pytest.mark.error("API-TOKEN-NONE")
def test_without_a_token_there_is_no_answer(company_a: Pair) -> None:
    reply = Program().get("/taxpayers")
    assert (reply.status_code, codes(reply)) == (401, {"API-TOKEN-NONE"})
    assert reply["WWW-Authenticate"] == "Bearer"
    for wrong in ("Bearer", "Bearer  ", "Basic abc", "kt_abc"):
        assert codes(Program().get("/taxpayers", authorization=wrong)) == {"API-TOKEN-NONE"}


@pytest.mark.error("API-TOKEN-UNKNOWN")
@pytest.mark.near_miss("API-TOKEN-NONE")
def test_a_guessed_token_is_unknown(company_a: Pair) -> None:
    _, program = token(*company_a)
    for wrong in ("kt_guess", program.key[:-1], program.key + "x", "é", "k" * 5000):
        reply = Program(wrong).get("/taxpayers")
        assert (reply.status_code, codes(reply)) == (401, {"API-TOKEN-UNKNOWN"})


def test_a_cookie_of_the_pages_opens_nothing_of_the_api(company_a: Pair) -> None:
    program = Program()
    program.client.force_login(company_a[0])
    assert program.get("/taxpayers").status_code == 401


@pytest.mark.error("API-TOKEN-REVOKED")
@pytest.mark.near_miss("API-TOKEN-REVOKED")
def test_a_revoked_token_is_refused_from_then_on(company_a: Pair) -> None:
    made, program = token(*company_a)
    assert program.get("/taxpayers").status_code == 200
    revoke_token(user=company_a[0], token=made)
    reply = program.get("/taxpayers")
    assert (reply.status_code, codes(reply)) == (401, {"API-TOKEN-REVOKED"})
    assert made.prefix in reply.json()["detail"]


def test_revoking_again_keeps_the_first_moment(company_a: Pair) -> None:
    made, _ = token(*company_a)
    revoke_token(user=company_a[0], token=made)
    first = Token.objects.get().revoked_at
    revoke_token(user=company_a[0], token=made)
    assert Token.objects.get().revoked_at == first


@pytest.mark.error("API-TOKEN-EXPIRED")
@pytest.mark.near_miss("API-TOKEN-EXPIRED", "API-TOKEN-UNKNOWN")
def test_a_token_ends_with_its_last_moment(company_a: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    made, program = token(*company_a, days=1)
    end = made.expires_at
    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(seconds=1))
    assert program.get("/taxpayers").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: end)
    reply = program.get("/taxpayers")
    assert (reply.status_code, codes(reply)) == (401, {"API-TOKEN-EXPIRED"})


@pytest.mark.error("API-USER-CLOSED")
def test_the_token_of_a_closed_account_is_refused(company_a: Pair) -> None:
    _, program = token(*company_a)
    User.objects.update(is_active=False)
    reply = program.get("/taxpayers")
    assert (reply.status_code, codes(reply)) == (403, {"API-USER-CLOSED"})


@pytest.mark.error("API-SCOPE")
@pytest.mark.near_miss("API-SCOPE", "API-USER-CLOSED")
def test_a_token_does_only_what_its_scopes_name(company_a: Pair) -> None:
    _, program = token(*company_a, "notices:read")
    mst = company_a[1].mst
    assert program.get(f"/taxpayers/{mst}/notices").status_code == 200
    reply = program.get(f"/taxpayers/{mst}/filings")
    assert (reply.status_code, codes(reply)) == (403, {"API-SCOPE"})
    assert "filings:read" in reply.json()["detail"]


@pytest.mark.error("API-TAXPAYER")
@pytest.mark.near_miss("API-TAXPAYER")
def test_a_token_never_does_more_than_its_user_may_today(company_a: Pair) -> None:
    user, taxpayer = company_a
    _, program = token(user, taxpayer)
    path = f"/taxpayers/{taxpayer.mst}/drafts"
    start = {"form": FORM, "period": "2026-06"}
    assert program.post(path, start).status_code == 200
    Membership.objects.update(role=Membership.Role.SUB, may_prepare=False)
    reply = program.post(path, start)
    assert (reply.status_code, codes(reply)) == (403, {"API-RIGHT"})
    assert program.get(path).status_code == 200
    Membership.objects.all().delete()
    reply = program.get(path)
    assert (reply.status_code, codes(reply)) == (403, {"API-TAXPAYER"})


def test_a_taxpayer_that_is_anothers_and_one_that_is_none_look_the_same(
    company_a: Pair, company_b: Pair
) -> None:
    _, program = token(*company_a)
    for mst in (company_b[1].mst, "0100109106", "x", "%00", "é"):
        reply = program.get(f"/taxpayers/{mst}/filings")
        assert (reply.status_code, codes(reply)) == (403, {"API-TAXPAYER"}), mst


@pytest.mark.near_miss("API-RIGHT")
def test_an_agents_token_reaches_its_clients_as_long_as_the_contract_lasts(db: None) -> None:
    people = world().people
    agency = Taxpayer.objects.get(mst="0319900044")
    _, program = token(people["agent"], agency)
    found = {item["mst"]: item for item in program.get("/taxpayers").json()["items"]}
    assert set(found) == {"0319900012", "0319900044"}
    assert found["0319900012"]["forms"] == [FORM]
    assert "manage" not in found["0319900012"]["rights"]
    assert program.get("/taxpayers/0319900012/filings").status_code == 200
    AgentContract.objects.update(end=date(2020, 12, 31))
    reply = program.get("/taxpayers/0319900012/filings")
    assert (reply.status_code, codes(reply)) == (403, {"API-TAXPAYER"})
    assert [item["mst"] for item in program.get("/taxpayers").json()["items"]] == ["0319900044"]


def test_a_token_reaches_its_own_taxpayers_clients_only_not_all_its_user_may_see(
    company_a: Pair, company_b: Pair
) -> None:
    user, a = company_a
    Membership.objects.create(user=user, taxpayer=company_b[1])
    _, program = token(user, a)
    assert [item["mst"] for item in program.get("/taxpayers").json()["items"]] == [a.mst]
    assert codes(program.get(f"/taxpayers/{company_b[1].mst}/filings")) == {"API-TAXPAYER"}


@pytest.mark.error("API-RIGHT")
def test_an_agents_token_keeps_to_the_contract_although_its_user_also_works_for_the_client(
    company_a: Pair,
) -> None:
    user, client = company_a
    _, agency = member("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
    Membership.objects.create(user=user, taxpayer=agency)
    AgentContract.objects.create(
        taxpayer=client,
        agent=agency,
        mst=agency.mst,
        name=agency.name,
        forms=["05/KK-TNCN"],
        start=date(2020, 1, 1),
    )
    _, program = token(user, agency)
    reply = program.post(f"/taxpayers/{client.mst}/drafts", {"form": FORM, "period": "2026-06"})
    assert (reply.status_code, codes(reply)) == (403, {"API-RIGHT"})


def test_what_a_program_did_is_audited_by_its_token(company_a: Pair) -> None:
    made, program = token(*company_a)
    program.post(f"/taxpayers/{company_a[1].mst}/drafts", {"form": FORM, "period": "2026-06"})
    assert AuditEntry.objects.get(action="drafts.open").actor == f"user:{company_a[0].pk} token:{made.pk}"
    make_token(user=company_a[0], taxpayer=company_a[1], name="x", scopes=["check"], days=1)
    assert (
        AuditEntry.objects.filter(action="api.token.make").latest("sequence").actor
        == f"user:{company_a[0].pk}"
    )


def test_the_token_remembers_when_it_was_last_used(company_a: Pair) -> None:
    made, program = token(*company_a)
    assert made.last_used_at is None
    program.get("/taxpayers")
    made.refresh_from_db()
    assert made.last_used_at is not None


@pytest.mark.error("API-RATE")
@pytest.mark.near_miss("API-RATE")
def test_a_token_asks_no_more_often_in_a_minute_than_it_may(
    company_a: Pair, company_b: Pair, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_RATE = 2
    _, program = token(*company_a)
    _, other = token(*company_b)
    noon = timezone.now().replace(hour=5, minute=0, second=18, microsecond=500_000)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    assert [program.get("/taxpayers").status_code for _ in range(2)] == [200, 200]
    reply = program.get("/taxpayers")
    assert (reply.status_code, codes(reply), reply["Retry-After"]) == (429, {"API-RATE"}, "42")
    assert other.get("/taxpayers").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(seconds=42))
    assert program.get("/taxpayers").status_code == 200
