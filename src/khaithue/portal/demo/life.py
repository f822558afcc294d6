"""A filed return, so that the demo's dashboard, look-up and inbox have something to show."""

from dataclasses import replace
from pathlib import Path

from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.demo.people import KEY_PASSWORD
from khaithue.portal.drafts.opening import first_return
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.returns.catalogue import find_for
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Value
from khaithue.signing.keys import load_pkcs12
from khaithue.signing.policy import current_policy
from khaithue.signing.sign import sign

FORM = "01/GTGT"
FIGURES: dict[str, Value] = {
    "23": 853_275_900,
    "24": 68_140_700,
    "25": 68_140_700,
    "32": 580_878_000,
    "33": 58_087_800,
}
"""Purchases and sales of a small company in one month, in đồng."""


def file_last_month(user: User, taxpayer: Taxpayer, p12: Path) -> None:
    """File the VAT return of the last month for a taxpayer that has filed nothing yet.

    Raises ``RuntimeError`` when the portal refuses its own demo.
    """
    if taxpayer.filings.exists():
        return
    outcome = file_return(user=user, taxpayer=taxpayer, data=_signed(_last_month(taxpayer), p12))
    if outcome.filing is None:
        raise RuntimeError(f"the demo's return was refused: {[item.code for item in outcome.findings]}")


def _last_month(taxpayer: Taxpayer) -> Return:
    today = timezone.localdate()
    period = Period.month(today.year, today.month).previous()
    form = find_for(FORM, period, today)
    if form is None:
        raise RuntimeError(f"no form {FORM} for {period}")
    blank = first_return(taxpayer, form, period, today)
    header = {**blank.header, "nguoiKy": "NGUYỄN VĂN MẪU"}
    return compute(replace(blank, header=header, values={**blank.values, **FIGURES}))


def _signed(figures: Return, p12: Path) -> bytes:
    now = timezone.now()
    key, findings = load_pkcs12(p12.read_bytes(), KEY_PASSWORD, at=now, policy=current_policy())
    if key is None:
        raise RuntimeError(f"the demo's key cannot sign: {[item.code for item in findings]}")
    data, findings = sign(returns_xml.write(figures), key, at=now)
    if data is None:
        raise RuntimeError(f"the demo's return cannot be signed: {[item.code for item in findings]}")
    return data
