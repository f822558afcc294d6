"""The office's decision on a filing: accepted, or refused with reasons; once, with its notice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.action import Done, office_action, system_action
from khaithue.portal.audit.trail import Detail
from khaithue.portal.filing.models import Filing, FilingQuerySet
from khaithue.portal.filing.reasons import as_kept, catalogue, plain
from khaithue.portal.notices.decision import issue_decision
from khaithue.portal.office.identity import signing_key
from khaithue.returns.findings import Finding, finding, has_errors

PASSED = ("info",)
"""Levels of findings that do not stop an acceptance without an officer."""


@dataclass(frozen=True)
class Decision:
    """The filing as it stands now, and why it was not decided, if it was not."""

    filing: Filing
    findings: tuple[Finding, ...] = ()


@office_action("filing.accept", owned="filing")
def accept_filing(*, user: User, filing: Filing) -> Done[Decision]:
    """Accept a filing: the day it was received counts as the day of filing.

    Nothing is decided twice: of two officers at once the second gets ``DECIDE-TWICE``. A supplement is
    accepted after the returns before it.
    """
    return _accepted(filing, user)


@system_action("filing.accept_checked")
def accept_checked(*, filing: Filing) -> Done[Decision]:
    """Accept a filing of which every check said nothing but information; any other is left to an officer."""
    if any(item["level"] not in PASSED for item in filing.findings):
        left = finding("DECIDE-OFFICER", transaction_code=filing.transaction_code)
        return _undecided(filing, (left,))
    return _accepted(filing, None)


@office_action("filing.decline", owned="filing")
def refuse_filing(*, user: User, filing: Filing, codes: Sequence[str], note: str = "") -> Done[Decision]:
    """Refuse a filing with reasons of the catalogue and the officer's own words; it then is not filed.

    Its period is free again, and the first return it had replaced, if any, stands again. The last supplement
    is refused before the return it corrects.
    """
    current = _locked(filing)
    words = plain(note)
    wrong = _hindered(current) or _unreasoned(codes, words) or _supplemented(current)
    if wrong:
        return _undecided(current, wrong)
    current.reasons = as_kept(list(codes), words)
    _decide(current, Filing.State.REFUSED, user)
    back = stand_again(current)
    return _done(current, {"reasons": list(codes), "stands_again": back})


def _accepted(filing: Filing, user: User | None) -> Done[Decision]:
    current = _locked(filing)
    wrong = _hindered(current) or _out_of_turn(current)
    if wrong:
        return _undecided(current, wrong)
    _decide(current, Filing.State.ACCEPTED, user)
    return _done(current, {})


def _locked(filing: Filing) -> Filing:
    """The filing as it is now, with its taxpayer's row locked as for filing."""
    Taxpayer.objects.select_for_update().get(pk=filing.taxpayer_id)
    return Filing.objects.select_related("taxpayer", "again").get(pk=filing.pk)


def _hindered(filing: Filing) -> tuple[Finding, ...]:
    """Why this filing cannot be decided now, whichever way."""
    if not filing.is_undecided:
        return (finding("DECIDE-TWICE", transaction_code=filing.transaction_code),)
    _key, missing = signing_key(sandbox=filing.taxpayer.is_sandbox)
    return tuple(item for item in missing if has_errors([item]))


def _unreasoned(codes: Sequence[str], note: str) -> tuple[Finding, ...]:
    if not codes and not note:
        return (finding("DECIDE-NO-REASON"),)
    unknown = [code for code in codes if code not in catalogue()]
    return (finding("DECIDE-UNKNOWN-REASON", reason=unknown[0][:60]),) if unknown else ()


def _out_of_turn(filing: Filing) -> tuple[Finding, ...]:
    """A supplement waits for the returns it corrects."""
    before = _line(filing).filter(supplement_no__lt=filing.supplement_no, state=Filing.State.RECEIVED)
    first = before.order_by("supplement_no").first()
    return (finding("DECIDE-IN-TURN", transaction_code=first.transaction_code),) if first else ()


def _supplemented(filing: Filing) -> tuple[Finding, ...]:
    """A return that a supplement corrects is not refused from under it."""
    last = _line(filing).filter(supplement_no__gt=filing.supplement_no).order_by("-supplement_no").first()
    return (finding("DECIDE-SUPPLEMENTED", transaction_code=last.transaction_code),) if last else ()


def _line(filing: Filing) -> FilingQuerySet:
    """What stands for the same form, activity and period; what happens by occurrence has no line."""
    if filing.period_kind == "occurrence" and filing.kind == "C":
        return Filing.objects.none()
    return Filing.objects.standing().filter(
        taxpayer=filing.taxpayer_id,
        form_code=filing.form_code,
        activity=filing.activity,
        period=filing.period,
    )


def _decide(filing: Filing, state: Filing.State, user: User | None) -> None:
    filing.state, filing.decided_at, filing.decided_by = state, timezone.now().replace(microsecond=0), user
    filing.save(update_fields=["state", "decided_at", "decided_by", "reasons"])


def stand_again(refused: Filing) -> str:
    """The first return that the refused one had replaced stands again, as decided as it was; its code.

    Call it once the refusal is stored, inside that transaction; empty when none was replaced.
    """
    before = Filing.objects.filter(replaced_by=refused, state=Filing.State.REPLACED).first()
    if before is None:
        return ""
    before.state = Filing.State.ACCEPTED if before.decided_at else Filing.State.RECEIVED
    before.replaced_by = None
    before.save(update_fields=["state", "replaced_by"])
    return before.transaction_code


def _done(filing: Filing, detail: Detail) -> Done[Decision]:
    notice = issue_decision(filing)
    facts: Detail = {"outcome": str(filing.state), "notice": notice.number, **detail}
    return Done(Decision(filing), filing.transaction_code, facts)


def _undecided(filing: Filing, wrong: tuple[Finding, ...]) -> Done[Decision]:
    detail: Detail = {"outcome": "undecided", "codes": sorted({item.code for item in wrong})}
    return Done(Decision(filing, wrong), filing.transaction_code, detail)
