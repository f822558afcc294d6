"""Who lives in the demo: two companies, an accountant each, and their certificates."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from khaithue.portal.accounts.models import Membership, Taxpayer, User
from khaithue.portal.office.identity import key_path, trust_directory
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


COMPANIES = (
    Company("mau-a", "0319900012", "CÔNG TY TNHH MẪU A"),
    Company("mau-b", "0319900037", "CÔNG TY TNHH MẪU B"),
)


def directory() -> Path:
    """Where the demo's certificates and keys lie: ``demo`` in the data directory."""
    return Path(settings.DATA_DIR) / "demo"


def make_certificates() -> None:
    """Make the demo authority and every key once; the office trusts that authority and signs with its key."""
    if not (directory() / "trust").exists():
        people = [demo_ca.DemoSubject(company.name, company.mst) for company in COMPANIES]
        demo_ca.create(directory(), people, password=KEY_PASSWORD)
    if not trust_directory().exists():
        shutil.copytree(directory() / "trust", trust_directory())
    if not key_path().exists():
        key_path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(directory() / "office.p12", key_path())
        key_path().with_name("password").write_text(KEY_PASSWORD, encoding="utf-8")


def make_account(company: Company) -> tuple[User, Taxpayer]:
    """The company and its accountant, made on first use."""
    taxpayer, _ = Taxpayer.objects.get_or_create(
        mst=company.mst,
        defaults={
            "name": company.name,
            "address": "Số 1 Đường Mẫu",
            "province": "Thành phố Hồ Chí Minh",
            "province_code": "701",
            "office_code": "70123",
            "office_name": "Thuế cơ sở 12 Thành phố Hồ Chí Minh",
            "email": f"ke-toan@{company.login}.example.vn",
        },
    )
    user = User.objects.filter(username=company.login).first() or User.objects.create_user(
        company.login, email=f"{company.login}@example.vn", password=LOGIN_PASSWORD
    )
    Membership.objects.get_or_create(user=user, taxpayer=taxpayer, defaults={"role": Membership.Role.MAIN})
    return user, taxpayer
