"""An office that trusts a demo authority and signs with its key, and taxpayers of that office."""

from pathlib import Path

from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.models import Filing
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.signing import demo_ca
from tests.portal.signed import A, B, Signers

Pair = tuple[User, Taxpayer]


def authority(directory: Path) -> Signers:
    """A demo authority and keys of companies A and B."""
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("MẪU A", A), ("MẪU B", B))]
    return Signers(demo_ca.create(directory, people, password="thu"))  # noqa: S106 - lives for one run


def open_office(settings: Settings, signers: Signers) -> None:
    """Give the portal the office's key and its trust."""
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)


def of_office(pair: Pair, signers: Signers) -> Pair:
    """The same people, managed by the open office the samples name, their key registered there."""
    signers.registered(pair[1])
    Taxpayer.objects.filter(pk=pair[1].pk).update(office_code="70123")
    pair[1].refresh_from_db()
    return pair


def file(pair: Pair, data: bytes) -> Filing:
    """File it; it must be received."""
    outcome = file_return(user=pair[0], taxpayer=pair[1], data=data)
    assert outcome.filing is not None, outcome.findings
    return outcome.filing
