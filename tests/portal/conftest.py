"""A portal to test: its own data directory, a file-based database, triggers that let a test be emptied."""

import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone
from pytest_django import Settings

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.audit import triggers
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.registration.models import FormRegistration
from khaithue.signing import demo_ca
from tests.portal.mail_server import Server
from tests.portal.signed import NOON, A, B, Signers

SITE = "https://thue.example.vn"
"""The portal's own address in the tests, which no request names."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in use: threads then meet its real locks."""
    database = django_settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(autouse=True, scope="session")
def _emptied_with_triggers_lifted() -> Iterator[None]:
    """Tests that commit are emptied afterwards, which the audit trail's triggers would refuse."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # the stubs leave it out

    def lifted(self: TransactionTestCase) -> None:
        with triggers.lifted(connection):
            empty(self)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lifted)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _own_data(settings: Settings, tmp_path: Path) -> None:
    """A data directory and an address of the test's own, and cheap passwords."""
    settings.DATA_DIR = tmp_path
    settings.SITE = SITE
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


PASSWORD = "mat-khau-thu-1"  # noqa: S105  # of users that live for one test


USUAL = {"01/GTGT": "month", "05/KK-TNCN": "quarter", "05/QTT-TNCN": "year"}
"""What the taxpayers of the tests have registered to file, with the kind of its periods."""


def member(username: str, mst: str, name: str, forms: Mapping[str, str] = USUAL) -> tuple[User, Taxpayer]:
    """A taxpayer that registered these forms long ago, and the user who acts for it."""
    user = User.objects.create_user(username, email=f"{username}@example.vn", password=PASSWORD)
    taxpayer = Taxpayer.objects.create(
        mst=mst,
        name=name,
        office_code="10100",
        office_name="Thuế Mẫu",
        email=f"ke-toan-{username}@example.vn",
    )
    Membership.objects.create(user=user, taxpayer=taxpayer, role=Membership.Role.MAIN)
    for form_code, kind in forms.items():
        registered(taxpayer, form_code, kind)
    return user, taxpayer


def registered(taxpayer: Taxpayer, form_code: str, kind: str = "month") -> FormRegistration:
    """A form registered long ago."""
    first = Period.around(PeriodKind(kind), date(2015, 1, 1))
    return FormRegistration.objects.create(
        taxpayer=taxpayer,
        form_code=form_code,
        period_kind=kind,
        first_period=str(first),
        first_start=first.start,
        registered_at=datetime(2015, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def company_a(db: None) -> tuple[User, Taxpayer]:
    """CÔNG TY TNHH MẪU A and its accountant."""
    return member("a", "0319900012", "CÔNG TY TNHH MẪU A")


@pytest.fixture
def company_b(db: None) -> tuple[User, Taxpayer]:
    """CÔNG TY TNHH MẪU B and its accountant."""
    return member("b", "0319900037", "CÔNG TY TNHH MẪU B")


@pytest.fixture
def port(settings: Settings) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", number
    settings.DEFAULT_FROM_EMAIL = "thue@thue.example.vn"
    return number


@pytest.fixture
def server(port: int) -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture(scope="session")
def demo_signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    """Companies A and B, each with a key of one demo authority."""
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("MẪU A", A), ("MẪU B", B))]
    return Signers(demo_ca.create(tmp_path_factory.mktemp("demo_authority"), people, password="thu"))  # noqa: S106  # lives for one run


@pytest.fixture
def office(settings: Settings, demo_signers: Signers, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office that trusts the demo authority and signs with its key, at noon on 1 July 2026."""
    settings.OFFICE_PASSWORD = demo_signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(demo_signers.authority.office.read_bytes())
    trust_directory().symlink_to(demo_signers.authority.trust)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


class Clock:
    """The time the portal reads; it goes on only when told."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-07-01T09:00:00+07:00")

    def forward(self, **units: int) -> None:
        """Let so much time pass."""
        self.now += timedelta(**units)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock in the test's hand."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock
