"""Every mutation asks permission, is one transaction and leaves one audit entry."""

import pytest
from django.core.exceptions import PermissionDenied

from khaithue.portal.accounts.access import Right
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, action, own_action
from khaithue.portal.audit.models import AuditEntry

Pair = tuple[User, Taxpayer]


@action("accounts.rename", Right.MANAGE)
def rename(*, user: User, taxpayer: Taxpayer, name: str) -> Done[str]:
    Taxpayer.objects.filter(pk=taxpayer.pk).update(name=name)
    if not name:
        raise ValueError("a taxpayer has a name")
    return Done(name, f"taxpayer:{taxpayer.pk}", {"changed": ["name"]})


def test_a_member_acts_and_the_trail_says_who_did_what(company_a: Pair) -> None:
    user, taxpayer = company_a
    assert rename(user=user, taxpayer=taxpayer, name="CÔNG TY TNHH MẪU A MỚI") == "CÔNG TY TNHH MẪU A MỚI"
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (
        f"user:{user.pk}",
        "accounts.rename",
        f"taxpayer:{taxpayer.pk}",
    )
    assert entry.detail == {"changed": ["name"]}


def test_the_user_of_another_taxpayer_is_refused_and_nothing_changes(
    company_a: Pair, company_b: Pair
) -> None:
    with pytest.raises(PermissionDenied):
        rename(user=company_b[0], taxpayer=company_a[1], name="X")
    company_a[1].refresh_from_db()
    assert company_a[1].name == "CÔNG TY TNHH MẪU A"
    assert not AuditEntry.objects.exists()


def test_a_closed_account_is_refused(company_a: Pair) -> None:
    user, taxpayer = company_a
    user.is_active = False
    with pytest.raises(PermissionDenied):
        rename(user=user, taxpayer=taxpayer, name="X")


def test_an_action_that_fails_half_way_leaves_nothing(company_a: Pair) -> None:
    user, taxpayer = company_a
    with pytest.raises(ValueError, match="has a name"):
        rename(user=user, taxpayer=taxpayer, name="")
    taxpayer.refresh_from_db()
    assert taxpayer.name == "CÔNG TY TNHH MẪU A"
    assert not AuditEntry.objects.exists()


@own_action("accounts.greet")
def greet(*, user: User) -> Done[str]:
    return Done("xin chào", f"user:{user.pk}", {"words": 2})


def test_an_act_on_the_own_account_leaves_one_audit_entry(company_a: Pair) -> None:
    user, _ = company_a
    assert greet(user=user) == "xin chào"
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.detail) == (f"user:{user.pk}", "accounts.greet", {"words": 2})


def test_a_closed_account_does_nothing_to_itself(company_a: Pair) -> None:
    company_a[0].is_active = False
    with pytest.raises(PermissionDenied):
        greet(user=company_a[0])
    assert not AuditEntry.objects.exists()
