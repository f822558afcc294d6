"""What the office asks of a filing beyond its figures: whose it is, which form, which period, which one."""

from collections.abc import Callable, Iterator

from khaithue.obligations.due import ObligationError
from khaithue.obligations.period import PeriodKind
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.duties.due_date import due_date
from khaithue.portal.filing.closed import supplement_in_time
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.standing import paper_overlapping, standing_return
from khaithue.portal.filing.submission import Submission
from khaithue.portal.registration.certificate import is_registered
from khaithue.portal.registration.forms import not_registered
from khaithue.returns.catalogue import find_for, is_valid_for
from khaithue.returns.differences import differences
from khaithue.returns.findings import Finding, finding
from khaithue.returns.khbs import supplement_appendices
from khaithue.returns.taxid import compact
from khaithue.signing.certificates import common_name

Rule = Callable[[Submission], Iterator[Finding]]

SPLIT_YEAR = (PeriodKind.MONTH.value, PeriodKind.QUARTER.value)


def right_taxpayer(submission: Submission) -> Iterator[Finding]:
    """The return carries the tax code of the account's taxpayer."""
    found = submission.return_.header.get("mst", "")
    if compact(found) != compact(submission.taxpayer.mst):
        yield finding("FILE-FOREIGN-MST", found=found, expected=submission.taxpayer.mst)


def right_office(submission: Submission) -> Iterator[Finding]:
    """The return is addressed to the office that manages the taxpayer."""
    found, expected = submission.return_.header.get("maCQTNoiNop", ""), submission.taxpayer.office_code
    if found and found != expected:
        yield finding("FILE-OFFICE", found=found, expected=expected)


def service_active(submission: Submission) -> Iterator[Finding]:
    """Who has stopped the service files on paper; it is asked of the taxpayer as it is now."""
    left = Taxpayer.objects.filter(pk=submission.taxpayer.pk, service=Taxpayer.Service.STOPPED).first()
    if left:
        day = f"{left.service_to:%d/%m/%Y}" if left.service_to else ""
        yield finding("FILE-SERVICE-STOPPED", day=day)


def period_over(submission: Submission) -> Iterator[Finding]:
    """The period has ended; a year may end early, with the activity."""
    period = submission.return_.period
    match period.kind:
        case PeriodKind.OCCURRENCE if period.start <= submission.day:
            return
        case PeriodKind.YEAR if period.start <= submission.day <= period.end:
            yield finding("FILE-YEAR-NOT-OVER", period=period)
        case _ if period.end >= submission.day:
            yield finding("FILE-PERIOD-NOT-OVER", period=period)


def only_first(submission: Submission) -> Iterator[Finding]:
    """A period has one first return; until its due date another replaces it.

    What happens by occurrence may happen twice a day. Law: Điều 12 Nghị định 252/2026/NĐ-CP.
    """
    if earlier := first_in_place(submission):
        code = "FILE-REPLACES" if may_replace(submission) else "FILE-DUPLICATE"
        yield finding(
            code,
            form=earlier.form_code,
            period=submission.return_.period,
            transaction_code=earlier.transaction_code,
        )


def not_on_paper(submission: Submission) -> Iterator[Finding]:
    """A period whose first return was filed on paper has its first return; it is supplemented."""
    paper = paper_in_place(submission)
    if submission.kind == "C" and paper:
        yield finding(
            "FILE-ON-PAPER",
            form=paper.form_code,
            period=submission.return_.period,
            day=f"{paper.filed_on:%d/%m/%Y}",
        )


def paper_in_place(submission: Submission) -> PaperReturn | None:
    """The first return of the same form, activity and period that was filed on paper."""
    return submission.on_paper().filter(period=str(submission.return_.period)).first()


def first_in_place(submission: Submission) -> Filing | None:
    """The first return that already stands where this one would stand."""
    if submission.kind != "C" or submission.return_.period.kind is PeriodKind.OCCURRENCE:
        return None
    return submission.same_period().filter(kind="C").first()


def may_replace(submission: Submission) -> bool:
    """Whether a first return may still be replaced: nothing supplements it and its due date is not over."""
    if submission.same_period().filter(kind="B").exists():
        return False
    try:
        return submission.day <= due_date(submission.return_.form.code, submission.return_.period).due
    except ObligationError:
        return False


def month_or_quarter(submission: Submission) -> Iterator[Finding]:
    """A form is filed by month or by quarter, never both over the same days."""
    period = submission.return_.period
    if submission.kind != "C" or period.kind.value not in SPLIT_YEAR:
        return
    overlapping = (
        submission.same_form()
        .filter(
            kind="C", period_kind__in=SPLIT_YEAR, period_start__lte=period.end, period_end__gte=period.start
        )
        .exclude(period_kind=period.kind.value)
        .first()
    )
    other = overlapping or paper_overlapping(submission.on_paper(), period)
    if other:
        yield finding("FILE-MONTH-AND-QUARTER", form=other.form_code, other=other.period, period=period)


def supplement_in_turn(submission: Submission) -> Iterator[Finding]:
    """A supplement comes after the first return, numbered one after the last supplement."""
    if submission.kind != "B":
        return
    filed = submission.same_period()
    if not filed.filter(kind="C").exists() and not paper_in_place(submission):
        yield finding(
            "FILE-SUPPLEMENT-EARLY", form=submission.return_.form.code, period=submission.return_.period
        )
        return
    last = filed.filter(kind="B").order_by("-supplement_no").first()
    expected = last.supplement_no + 1 if last else 1
    if submission.supplement_no != expected:
        yield finding("FILE-SUPPLEMENT-NUMBER", found=submission.supplement_no, expected=expected)


def supplement_changes(submission: Submission) -> Iterator[Finding]:
    """A supplement says something else than the return it corrects.

    Law: khoản 4 Điều 7 Nghị định 126/2020/NĐ-CP.
    """
    ret = submission.return_
    if submission.kind != "B":
        return
    standing = standing_return(submission.taxpayer, ret.form.code, ret.period, submission.activity)
    if standing and standing.supplement_no == submission.supplement_no - 1:
        before = standing.return_
        same_form = (before.form.code, before.form.basis) == (ret.form.code, ret.form.basis)
        if same_form and not differences(before, ret, supplement_appendices()):
            yield finding("FILE-SUPPLEMENT-SAME", form=ret.form.code, period=ret.period)


def form_of_the_day(submission: Submission) -> Iterator[Finding]:
    """A first return is on the form taken on its day; a supplement stays on that of the return before."""
    form, period = submission.return_.form, submission.return_.period
    wanted = find_for(form.code, period, submission.day)
    if submission.kind != "C" or wanted is None or wanted.basis == form.basis:
        return
    if is_valid_for(form, period):
        yield finding(
            "FILE-FORM-OF-DAY", form=form.code, found=form.basis, expected=wanted.basis, period=period
        )


def form_registered(submission: Submission) -> Iterator[Finding]:
    """A first return is of a form the taxpayer has registered to file here, for one of its periods."""
    form, period = submission.return_.form, submission.return_.period
    if submission.kind == "C" and (missing := not_registered(submission.taxpayer, form.code, period)):
        yield missing


def certificate_registered(submission: Submission) -> Iterator[Finding]:
    """The signer's certificate is registered, by the taxpayer or by its agent of the day.

    Law: Điều 7 Thông tư 19/2021/TT-BTC.
    """
    signer = submission.signer
    if signer and not is_registered(submission.taxpayer, signer, submission.day):
        yield finding(
            "FILE-CERTIFICATE-NOT-REGISTERED", serial=signer.serial, issuer=common_name(signer.issuer)
        )


OF_THE_RETURN: tuple[Rule, ...] = (
    right_taxpayer,
    right_office,
    period_over,
    supplement_in_time,
    form_of_the_day,
)
"""Rules that need nothing but the return and its taxpayer."""

OF_THE_REGISTER: tuple[Rule, ...] = (
    service_active,
    form_registered,
    certificate_registered,
    only_first,
    not_on_paper,
    month_or_quarter,
    supplement_in_turn,
    supplement_changes,
)
"""Rules that ask what was filed before; they are asked inside the transaction that stores."""


def ask(rules: tuple[Rule, ...], submission: Submission) -> tuple[Finding, ...]:
    """What a list of rules finds, in its order."""
    return tuple(found for rule in rules for found in rule(submission))
