"""Who lives in the demo: companies and their accountants, a person, a tax agent, an officer, certificates."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings
from django.utils import timezone

from khaithue.obligations.period import Period, PeriodKind
from khaithue.portal.accounts.models import AgentContract, Membership, Officer, Taxpayer, User
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.portal.registration.actions.register_forms import register_forms
from khaithue.portal.registration.certificate import read_certificate, register_certificate
from khaithue.portal.registration.choosing import Wish
from khaithue.portal.registration.usual import usual_wishes
from khaithue.signing import demo_ca

KEY_PASSWORD = "khaithue-demo"  # noqa: S105  # printed for everyone: a demo's keys guard nothing
LOGIN_PASSWORD = "khaithue-demo-2026"  # noqa: S105  # the same


@dataclass(frozen=True)
class Company:
    """One taxpayer of the demo and the log-in of its accountant."""

    login: str
    mst: str
    name: str

    @property
    def p12(self) -> Path:
        """Where its key lies."""
        return directory() / f"{self.mst}.p12"

    @property
    def cer(self) -> Path:
        """Where its certificate lies, without the key."""
        return self.p12.with_suffix(".cer")


COMPANIES = (
    Company("mau-a", "0319900012", "CÔNG TY TNHH MẪU A"),
    Company("mau-b", "0319900037", "CÔNG TY TNHH MẪU B"),
)
AGENT = Company("dai-ly", "0319900044", "ĐẠI LÝ THUẾ MẪU")
"""Files for MẪU B by contract."""

APPLICANT = Company("mau-c", "0319900051", "CÔNG TY TNHH MẪU C")
"""Has a certificate and no account: to try the registration with."""

PERSON = Company("ca-nhan", "079090000002", "NGUYỄN THỊ MẪU")
"""In business, with a personal number and no certificate: confirms returns with a code by e-mail."""

PERSON_FORMS = ("01/CNKD", "02/KK-TNCN")
"""What the person files, by quarter."""

OFFICER = "can-bo"
"""The log-in of the officer of the office that manages them all."""

OFFICE = {"office_code": "70123", "office_name": "Thuế cơ sở 12 Thành phố Hồ Chí Minh"}


def directory() -> Path:
    """Where the demo's certificates and keys lie: ``demo`` in the data directory."""
    return Path(settings.DATA_DIR) / "demo"


def make_certificates() -> None:
    """Make the demo authority and every key once; the office trusts that authority and signs with its key."""
    if not (directory() / "trust").exists():
        people = [
            demo_ca.DemoSubject(company.name, company.mst) for company in (*COMPANIES, AGENT, APPLICANT)
        ]
        demo_ca.create(directory(), people, password=KEY_PASSWORD)
        _write_certificate(APPLICANT)
    if not trust_directory().exists():
        shutil.copytree(directory() / "trust", trust_directory())
    if not key_path().exists():
        key_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(directory() / "office.p12", key_path())
        key_path().with_name("password").write_text(KEY_PASSWORD, encoding="utf-8")


def _write_certificate(company: Company) -> None:
    held = pkcs12.load_pkcs12(company.p12.read_bytes(), KEY_PASSWORD.encode()).cert
    if held is not None:
        company.cer.write_bytes(held.certificate.public_bytes(Encoding.DER))


def make_account(company: Company, years_back: int = 0) -> tuple[User, Taxpayer]:
    """The company and its accountant, made on first use."""
    user, taxpayer = _pair(company, f"ke-toan@{company.login}.example.vn")
    if not taxpayer.certificates.exists():
        _register(user, taxpayer, company, years_back)
    return user, taxpayer


def make_person() -> tuple[User, Taxpayer]:
    """The person without a certificate, made on first use, from this year's first quarter."""
    user, taxpayer = _pair(PERSON, f"{PERSON.login}@example.vn", Taxpayer.Kind.PERSON)
    today = timezone.localdate()
    first = str(Period.quarter(today.year, 1))
    _register_forms(user, taxpayer, [Wish(form, PeriodKind.QUARTER, first) for form in PERSON_FORMS])
    return user, taxpayer


def _pair(
    company: Company, email: str, kind: Taxpayer.Kind = Taxpayer.Kind.ORGANISATION
) -> tuple[User, Taxpayer]:
    taxpayer, _ = Taxpayer.objects.get_or_create(
        mst=company.mst,
        defaults={
            "kind": kind,
            "name": company.name,
            "address": "Số 1 Đường Mẫu",
            "province": "Thành phố Hồ Chí Minh",
            "province_code": "701",
            **OFFICE,
            "email": email,
        },
    )
    user = make_user(company.login)
    Membership.objects.get_or_create(user=user, taxpayer=taxpayer, defaults={"role": Membership.Role.MAIN})
    return user, taxpayer


def _register(user: User, taxpayer: Taxpayer, company: Company, years_back: int) -> None:
    """The company's certificate, and the forms an organisation usually files, for some years back."""
    now = timezone.now()
    bundle = pkcs12.load_pkcs12(company.p12.read_bytes(), KEY_PASSWORD.encode())
    if bundle.cert is None:
        raise RuntimeError(f"no certificate in {company.p12}")
    held = bundle.cert.certificate.public_bytes(Encoding.DER)
    register_certificate(taxpayer, read_certificate(held, taxpayer.mst, now), now)
    today = timezone.localdate(now)
    since = (
        Period.year(today.year - years_back)
        if years_back
        else Period.month(today.year, today.month).previous()
    )
    _register_forms(user, taxpayer, usual_wishes(since.start, today))


def _register_forms(user: User, taxpayer: Taxpayer, usual: list[Wish]) -> None:
    registered = taxpayer.form_registrations.values_list("form_code", flat=True)
    wishes = [wish for wish in usual if wish.form_code not in registered]
    outcome = register_forms(user=user, taxpayer=taxpayer, wishes=wishes)
    if wishes and outcome.findings:
        raise RuntimeError(f"the demo's forms were refused: {[item.code for item in outcome.findings]}")


def make_user(login: str) -> User:
    """The user of that log-in, made on first use."""
    return User.objects.filter(username=login).first() or User.objects.create_user(
        login, email=f"{login}@example.vn", password=LOGIN_PASSWORD
    )


def make_agent(client: Taxpayer) -> User:
    """The tax agent, contracted by a client for all its forms from the first day of the year."""
    user, agent = make_account(AGENT)
    AgentContract.objects.get_or_create(
        taxpayer=client,
        agent=agent,
        defaults={
            "mst": agent.mst,
            "name": agent.name,
            "number": "01/HĐ-ĐLT",
            "start": timezone.localdate().replace(month=1, day=1),
        },
    )
    return user


def make_officer() -> User:
    """The tax officer who answers for the office."""
    user = make_user(OFFICER)
    Officer.objects.get_or_create(user=user, defaults=OFFICE)
    return user
