"""Telling taxpayers by e-mail how an outage moves their due dates: each once at each step of the outage."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.action import Done, system_action
from khaithue.portal.duties.links import duty_link
from khaithue.portal.duties.models import Outage, OutageTold
from khaithue.portal.duties.moved import MovedReturn, owing
from khaithue.portal.duties.words import period_text
from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import Copy, File, post_all
from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf

SUBJECTS = {
    OutageTold.Step.BEGUN: "Hệ thống gặp sự cố, hạn nộp được lùi – The portal is down, due dates move",
    OutageTold.Step.OVER: "Hạn nộp được lùi do sự cố – Due dates moved by an outage",
    OutageTold.Step.WITHDRAWN: "Sự cố đã rút lại, hạn nộp như cũ – Outage withdrawn, due dates as before",
}


@system_action("duties.tell_outage")
def tell_outage(*, outage: Outage, today: date) -> Done[int]:
    """Tell those who owe a return it moves and have not been told; how many were.

    The rows tell who was told: run again, it tells nobody twice. Of an outage taken back those learn who were
    told of it. Nobody is told of a due date already past, but by a withdrawal.
    """
    held = Outage.objects.select_for_update(of=("self",)).get(pk=outage.pk)
    step = _step(held)
    told = set(held.told.filter(step=step).values_list("taxpayer", flat=True))
    fresh = {key: rows for key, rows in _concerned(held, step, today).items() if key not in told}
    mails = _mails(held, step, fresh, len(told))
    now = timezone.now()
    OutageTold.objects.bulk_create(
        (
            OutageTold(outage=held, taxpayer_id=key, step=step, made_at=now, mail=mails.get(key))
            for key in fresh
        ),
        batch_size=500,
    )
    return Done(len(fresh), f"outage:{held.pk}", {"step": step, "told": len(fresh)})


def _step(outage: Outage) -> OutageTold.Step:
    if outage.withdrawn_at:
        return OutageTold.Step.WITHDRAWN
    return OutageTold.Step.OVER if outage.ended_at else OutageTold.Step.BEGUN


def _concerned(outage: Outage, step: OutageTold.Step, today: date) -> dict[int, list[MovedReturn]]:
    found = owing(outage, today)
    if step is OutageTold.Step.WITHDRAWN:
        knew = set(outage.told.values_list("taxpayer", flat=True))
        return {key: rows for key, rows in found.items() if key in knew}
    in_time = {key: [row for row in rows if row.due >= today] for key, rows in found.items()}
    return {key: rows for key, rows in in_time.items() if rows}


def _mails(
    outage: Outage, step: OutageTold.Step, fresh: dict[int, list[MovedReturn]], before: int
) -> dict[int, Mail]:
    """The e-mails, by the key of the taxpayer; who gave no address gets none."""
    to = list(Taxpayer.objects.filter(pk__in=fresh).exclude(email="").order_by("pk"))
    if not to:
        return {}
    notice = outage.notices.first() if step is not OutageTold.Step.WITHDRAWN else None
    copies = [_copy(outage, step, taxpayer, fresh[taxpayer.pk], notice) for taxpayer in to]
    name = f"outage-{outage.pk}-{step}-{before}"
    mails = post_all(
        name=name, template="duties/outage.txt", copies=copies, at=timezone.now(), files=_files(notice)
    )
    return {taxpayer.pk: mail for taxpayer, mail in zip(to, mails, strict=True)}


def _copy(
    outage: Outage,
    step: OutageTold.Step,
    taxpayer: Taxpayer,
    rows: Sequence[MovedReturn],
    notice: Notice | None,
) -> Copy:
    facts = {
        "taxpayer": taxpayer,
        "outage": outage,
        "step": step.value,
        "notice": notice,
        "returns": [
            (row, period_text(row.period), duty_link(taxpayer, row.form_code, row.period)) for row in rows
        ],
    }
    return Copy(str(taxpayer.pk), taxpayer.email, f"{SUBJECTS[step]} ({taxpayer.mst})", facts)


def _files(notice: Notice | None) -> list[File]:
    """The signed notice as XML and as PDF, stored once for all."""
    if notice is None:
        return []
    name = notice.number.partition("/")[0] + ".outage"
    return [
        File(f"{name}.xml", "application/xml", bytes(notice.xml)),
        File(f"{name}.pdf", "application/pdf", notice_pdf(notice)),
    ]
