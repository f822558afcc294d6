"""Taxpayers of before: who has a personal number is a person, everybody else an organisation."""

from importlib import import_module

import pytest
from django.apps import apps

from khaithue.portal.accounts.models import Taxpayer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mst", "is_person"),
    [("079085000001", True), ("0319900012", False), ("0319900012-001", False), ("07908500000A", False)],
)
def test_a_number_of_twelve_digits_is_a_persons(mst: str, is_person: bool) -> None:
    taxpayer = Taxpayer.objects.create(mst=mst, name="X", office_code="70123", office_name="Thuế Mẫu")
    migration = import_module("khaithue.portal.accounts.migrations.0004_organisation_or_person")
    migration.twelve_digits_are_people(apps, None)
    taxpayer.refresh_from_db()
    assert taxpayer.is_person is is_person
