"""Whether a notice is one this portal issued, for anybody who holds it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone

from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.own_xml import read_notice
from khaithue.portal.notices.reading import is_test, signature_of, trusted
from khaithue.returns.findings import Finding, finding
from khaithue.signing.policy import current_policy
from khaithue.signing.status import SignatureStatus
from khaithue.signing.target import Target
from khaithue.signing.verify import verify


class Verdict(StrEnum):
    """What a check says."""

    GENUINE = "genuine"
    TEST = "test"
    CHANGED = "changed"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Checked:
    """The verdict on a file; ``notice`` is the one on record, there only when it is genuine or a test."""

    verdict: Verdict
    notice: Notice | None = None
    status: SignatureStatus = field(default_factory=SignatureStatus)
    findings: tuple[Finding, ...] = ()


def check_file(data: bytes, filed: str = "") -> Checked:
    """Check a notice's XML, and with ``filed``, the SHA-256 of a return's file, that it attests that file."""
    candidate = _candidate(data)
    at = candidate.created_at if candidate else timezone.now()
    policy = current_policy()
    status = verify(data, trust=trusted(candidate), at=at, policy=policy, target=Target.NOTICE)
    if not status.profile_ok:
        return Checked(Verdict.UNREADABLE, status=status, findings=(finding("CHECK-NOT-NOTICE"),))
    if candidate and status.intact and _is_same(candidate, data, status):
        return _ours(candidate, status, _other_file(candidate, filed))
    if status.intact is False:
        return Checked(Verdict.CHANGED, status=status, findings=(finding("CHECK-CHANGED"),))
    name = status.signer.name if status.signer else ""
    return Checked(Verdict.FOREIGN, status=status, findings=(finding("CHECK-FOREIGN", signer=name),))


def _candidate(data: bytes) -> Notice | None:
    """The notice on record with these bytes, else with the number they say."""
    notices = _on_record()
    if known := notices.filter(sha256=hashlib.sha256(data).hexdigest()).first():
        return known
    read = read_notice(data).return_
    number = read.header.get("soTBao", "") if read else ""
    return notices.filter(number=number).first() if number else None


def _on_record() -> QuerySet[Notice]:
    about = ("taxpayer", "application", "filing", "outage")
    return Notice.objects.select_related(*about).defer("filing__body")


def _is_same(notice: Notice, data: bytes, status: SignatureStatus) -> bool:
    """The bytes on record, or the same content and signer spelt otherwise."""
    if hashlib.sha256(data).hexdigest() == notice.sha256:
        return True
    ours = signature_of(notice)
    return (ours.covered_digest, ours.signer) == (status.covered_digest, status.signer)


def _ours(notice: Notice, status: SignatureStatus | None = None, told: tuple[Finding, ...] = ()) -> Checked:
    """The verdict on a notice on record, with what became of it since."""
    findings = (*_since(notice), *told)
    if is_test(notice):
        return Checked(Verdict.TEST, notice, status or SignatureStatus(), (finding("CHECK-TEST"), *findings))
    return Checked(Verdict.GENUINE, notice, status or SignatureStatus(), findings)


def _since(notice: Notice) -> tuple[Finding, ...]:
    """What became of the filing after the notice was issued."""
    if notice.filing is None or notice.kind == Notice.Kind.REFUSAL:
        return ()
    code = {
        Filing.State.REFUSED: "CHECK-REFUSED-LATER",
        Filing.State.REPLACED: "CHECK-REPLACED-LATER",
    }.get(Filing.State(notice.filing.state))
    return (finding(code),) if code else ()


def _other_file(notice: Notice, filed: str) -> tuple[Finding, ...]:
    if not filed:
        return ()
    if notice.filing is None:
        return (finding("CHECK-NO-RETURN"),)
    same = hmac.compare_digest(notice.filing.body_sha256, filed)
    return (finding("CHECK-SAME-FILE" if same else "CHECK-OTHER-FILE"),)


def check_number(number: str, code: str) -> Checked | None:
    """Check a number with the code printed beside it; ``None`` when there is no such pair."""
    notices = _on_record()
    found = notices.filter(number=number.strip()).first()
    typed = "".join(sign for sign in code if sign.isalnum()).upper()
    wanted = found.check_code.replace("-", "") if found and found.sha256 else ""
    if not found or not wanted or not hmac.compare_digest(wanted.encode(), typed.encode()):
        return None
    return _ours(found)


def masked(text: str) -> str:
    """A name of which only the first letter of each word is shown."""
    return " ".join(f"{word[:1]}***" for word in text.split())


def masked_code(mst: str) -> str:
    """A tax code of which the first two and last two digits are shown."""
    return f"{mst[:2]}{'*' * max(len(mst) - 4, 0)}{mst[-2:]}" if len(mst) > 4 else "*" * len(mst)
