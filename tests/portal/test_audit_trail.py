"""The audit trail is only ever added to, and shows when someone did otherwise."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from khaithue.portal.audit.models import AuditEntry, AuditHead
from khaithue.portal.audit.trail import append, verify_chain
from khaithue.portal.audit.triggers import lifted

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_entries() -> None:
    for number in range(1, 4):
        append(actor="user:1", action="drafts.save", subject=f"draft:{number}", detail={"revision": number})


def test_each_entry_carries_the_hash_of_the_one_before(three_entries: None) -> None:
    first, second, third = AuditEntry.objects.all()
    assert (first.prev_hash, second.prev_hash, third.prev_hash) == ("", first.hash, second.hash)
    assert verify_chain().intact
    assert verify_chain().entries == 3


def test_an_empty_trail_is_intact() -> None:
    assert verify_chain().intact


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(three_entries: None, change: str) -> None:
    second = AuditEntry.objects.filter(sequence=2)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        second.update(actor="user:9") if change == "update" else second.delete()
    assert verify_chain().intact


@pytest.mark.parametrize("column", ["actor", "action", "subject", "at", "detail", "hash", "prev_hash"])
def test_a_changed_column_breaks_the_chain_at_its_entry(three_entries: None, column: str) -> None:
    new = {"at": "2020-01-01T00:00:00Z", "detail": {"revision": 7}}.get(column, "x")
    with lifted(connection):
        AuditEntry.objects.filter(sequence=2).update(**{column: new})
    assert verify_chain().broken_at == 2


@pytest.mark.parametrize(("removed", "broken_at"), [(1, 1), (2, 2), (3, 3)])
def test_a_removed_entry_breaks_the_chain_where_it_stood(
    three_entries: None, removed: int, broken_at: int
) -> None:
    with lifted(connection):
        AuditEntry.objects.filter(sequence=removed).delete()
    assert verify_chain().broken_at == broken_at


def test_a_lost_head_breaks_the_chain_after_its_end(three_entries: None) -> None:
    AuditHead.objects.all().delete()
    assert verify_chain().broken_at == 4


def test_verify_audit_fails_naming_the_entry(three_entries: None) -> None:
    call_command("verify_audit")
    with lifted(connection):
        AuditEntry.objects.filter(sequence=2).update(subject="draft:9")
    with pytest.raises(CommandError, match="entry 2"):
        call_command("verify_audit")
