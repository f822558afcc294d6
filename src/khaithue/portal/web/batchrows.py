"""The files of a batch as they are read: what each is, whose it is, what filing it would find."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils import timezone

from khaithue.exchange import returns_xml
from khaithue.obligations.period import PeriodKind
from khaithue.portal.accounts.access import Access, Right, accesses
from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.filing.foreseen import Foreseen, foresee
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.papers import kind_of
from khaithue.portal.filing.submission import Submission
from khaithue.portal.web.joining import Place
from khaithue.portal.web.unpacking import Unpacked
from khaithue.returns.findings import Finding, finding
from khaithue.returns.model import Return
from khaithue.returns.taxid import compact

Filers = dict[str, tuple[Taxpayer, Access]]
"""Those a user may file for, by their tax codes."""


class Role(Enum):
    """What a file is by its content: a return, a paper beyond doubt, or neither."""

    RETURN = 1
    PAPER = 2
    OTHER = 3


@dataclass(frozen=True)
class Spot:
    """Where a return belongs among its taxpayer's; ``many`` where a period may have several first ones."""

    taxpayer: int
    form: str
    activity: str
    period: str
    number: int
    many: bool = False

    @classmethod
    def of(cls, submission: Submission) -> "Spot":
        """The place of a return that was read."""
        ret = submission.return_
        place = (ret.form.code, submission.activity, str(ret.period), submission.supplement_no)
        return cls(submission.taxpayer.pk, *place, ret.period.kind is PeriodKind.OCCURRENCE)


@dataclass
class Row:
    """One file of a batch, without its bytes. ``broken`` when nothing of it can be used.

    ``held`` when it could be filed but a person should look first; ``papers`` are the names of those with it.
    """

    name: str
    place: Place
    role: Role = Role.OTHER
    findings: tuple[Finding, ...] = ()
    taxpayer: Taxpayer | None = None
    spot: Spot | None = None
    known: Filing | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    broken: bool = False
    held: bool = False
    papers: list[str] = field(default_factory=list)
    pk: int = 0
    sha256: str = ""

    def tell(self, item: Finding, *, hold: bool = False) -> None:
        """Add what was found."""
        self.findings = (*self.findings, item)
        self.held = self.held or hold

    @property
    def order(self) -> tuple[Any, ...]:
        """By taxpayer, first returns before their supplements; what could not be read comes last."""
        who = (False, self.taxpayer.name, self.taxpayer.mst) if self.taxpayer else (True, "", "")
        if self.spot is None:
            return (*who, True, "", "", "", 0)
        return (*who, False, self.spot.form, self.spot.activity, self.spot.period, self.spot.number)


def filers(user: User) -> Filers:
    """Those the user may file for today."""
    reached = list(Taxpayer.objects.of(user))
    granted = accesses(user, reached, timezone.localdate())
    mine = ((each, granted[each.pk]) for each in reached)
    return {compact(each.mst): (each, given) for each, given in mine if given.may(Right.FILE)}


def filer_named(user: User, data: bytes) -> Taxpayer | None:
    """Whom a return's file names, of those the user may file for."""
    named = filers(user).get(compact(returns_xml.tax_code(data) or ""))
    return named[0] if named else None


def read_file(known: Filers, file: Unpacked, now: datetime) -> Row:
    """What a file is and what filing it would find.

    A return of a tax code that is not among the known is told so (BATCH-MST) whether anybody has that tax
    code or not: nothing is looked up for it.
    """
    place = Place(file.archive, file.path)
    if wrong := file.wrong or (None if file.data else finding("UPLOAD-EMPTY", name=file.name)):
        return Row(file.name, place, findings=(wrong,), broken=True)
    mst = returns_xml.tax_code(file.data)
    if mst is None:
        return _no_return(file, place)
    if compact(mst) in known:
        taxpayer, granted = known[compact(mst)]
        return _return(file.name, place, taxpayer, foresee(taxpayer, granted, file.data, now))
    read = returns_xml.read(file.data).return_
    unknown = finding("BATCH-MST", mst=mst[:20]) if mst else finding("BATCH-MST-NONE")
    return Row(file.name, place, Role.RETURN, (unknown,), facts=_facts(read))


def _no_return(file: Unpacked, place: Place) -> Row:
    kind = kind_of(file.data)
    if kind and not kind.root:
        return Row(file.name, place, Role.PAPER)
    return Row(file.name, place, findings=returns_xml.read(file.data).findings)


def _return(name: str, place: Place, taxpayer: Taxpayer, seen: Foreseen) -> Row:
    intake, submission = seen.intake, seen.intake.submission
    signer = intake.status.signer
    signed = {"signer": signer.name, "signer_mst": ", ".join(signer.mst)} if signer else {}
    read = submission.return_ if submission else returns_xml.read(intake.data).return_
    return Row(
        name,
        place,
        Role.RETURN,
        seen.findings,
        taxpayer,
        Spot.of(submission) if submission else None,
        seen.known,
        {**signed, **_facts(read)},
    )


def _facts(ret: Return | None) -> dict[str, Any]:
    """What the table says of a return, as far as it can be read."""
    if ret is None:
        return {}
    number = ret.header.get("soLan", "0")
    return {
        "form": ret.form.code,
        "title": ret.form.title,
        "period": str(ret.period),
        "kind": ret.header.get("loaiTKhai", "C"),
        "number": int(number) if number.isdecimal() else 0,
    }
