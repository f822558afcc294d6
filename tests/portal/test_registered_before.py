"""Who filed before forms and certificates were registered goes on: the data migration registers both."""

import zlib
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.models import Filing
from khaithue.signing import demo_ca
from tests.portal.conftest import member
from tests.portal.signed import NOON, A, B, Signers

Pair = tuple[User, Taxpayer]
AGENT = "0319900044"
PASSWORD = "thu"  # noqa: S105  # of keys that live for one run
migration = import_module("khaithue.portal.registration.migrations.0002_what_was_used_so_far")


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    people = [demo_ca.DemoSubject(mst, mst) for mst in (A, B, AGENT)]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("authority"), people, password=PASSWORD))


def filed(taxpayer: Taxpayer, data: bytes, number: int, kind: str, start: date, end: date) -> None:
    Filing.objects.create(
        transaction_code=f"900202600000000{number:02}",
        taxpayer=taxpayer,
        form_code="01/GTGT",
        title="TỜ KHAI",
        basis="TT80/2021/TT-BTC",
        version="2.8.3",
        period=f"{start:%Y-%m}",
        period_kind=kind,
        period_start=start,
        period_end=end,
        kind="C",
        body=zlib.compress(data),
        body_sha256=str(number),
        content_sha256=str(number),
        received_at=NOON,
    )


def test_forms_filed_and_certificates_used_are_registered(
    company_a: Pair, company_b: Pair, signers: Signers
) -> None:
    _, agent = member("dai-ly", AGENT, "ĐẠI LÝ")
    for taxpayer in (company_a[1], company_b[1], agent):
        taxpayer.form_registrations.all().delete()
    filed(company_a[1], signers.signed(), 1, "month", date(2025, 12, 1), date(2025, 12, 31))
    filed(company_a[1], signers.signed(mst=AGENT), 2, "quarter", date(2026, 1, 1), date(2026, 3, 31))
    filed(company_a[1], b"<khong/>", 3, "quarter", date(2026, 4, 1), date(2026, 6, 30))
    migration.register_forms(apps, None)
    migration.register_certificates(apps, None)
    (form,) = company_a[1].form_registrations.all()
    assert (form.form_code, form.first_period, form.period_kind) == ("01/GTGT", "2025-12", "quarter")
    assert form.last_end is None
    assert bytes(company_a[1].certificates.get().der) == signers.certificate(A)
    assert bytes(agent.certificates.get().der) == signers.certificate(AGENT)
    assert not company_b[1].certificates.exists()
    assert not company_b[1].form_registrations.exists()
