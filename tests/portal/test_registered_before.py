"""Who filed before forms and certificates were registered goes on: the data migration registers both."""

import zlib
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.duties.obligations import State, obligations_around
from khaithue.portal.filing.models import Filing
from khaithue.signing import demo_ca
from tests.portal.conftest import member
from tests.portal.filing_kit import row
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
    months, quarters = company_a[1].form_registrations.all()
    assert (months.form_code, months.first_period, months.period_kind) == ("01/GTGT", "2025-12", "month")
    assert (months.last_period, months.last_end) == ("2025-12", date(2025, 12, 31))
    assert (quarters.form_code, quarters.first_start, quarters.period_kind) == (
        "01/GTGT",
        date(2026, 1, 1),
        "quarter",
    )
    assert quarters.last_end is None
    assert bytes(company_a[1].certificates.get().der) == signers.certificate(A)
    assert bytes(agent.certificates.get().der) == signers.certificate(AGENT)
    assert not company_b[1].certificates.exists()
    assert not company_b[1].form_registrations.exists()


@pytest.mark.django_db
def test_who_changed_from_months_to_quarters_is_not_late_with_a_quarter_filed_by_months() -> None:
    pair = member("a", A, "CÔNG TY TNHH MẪU A", forms={})
    for period in ("2025-10", "2025-11", "2025-12", "2026-Q1"):
        row(pair[1], period=period)
    migration.register_forms(apps, None)
    owed = obligations_around(pair[1], date(2026, 6, 10))
    assert [(str(each.period), each.state) for each in owed] == [
        ("2025-10", State.FILED),
        ("2025-11", State.FILED),
        ("2025-12", State.FILED),
        ("2026-Q1", State.FILED),
    ]


@pytest.mark.django_db
def test_a_range_filed_before_months_ends_the_day_before_them() -> None:
    pair = member("a", A, "CÔNG TY TNHH MẪU A", forms={})
    for period in ("2026-01-10..2026-02-15", "2026-03"):
        row(pair[1], period=period)
    migration.register_forms(apps, None)
    first, months = pair[1].form_registrations.all()
    assert (first.last_period, first.last_end) == ("2026-01-10..2026-02-28", date(2026, 2, 28))
    assert (months.first_period, months.last_end) == ("2026-03", None)


@pytest.mark.django_db
def test_of_two_kinds_begun_on_one_day_the_later_filed_is_registered() -> None:
    pair = member("a", A, "CÔNG TY TNHH MẪU A", forms={})
    for period in ("2026-01", "2026-Q1"):
        row(pair[1], period=period)
    migration.register_forms(apps, None)
    (form,) = pair[1].form_registrations.all()
    assert (form.first_period, form.period_kind, form.last_end) == ("2026-Q1", "quarter", None)
