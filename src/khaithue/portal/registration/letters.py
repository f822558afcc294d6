"""The e-mails of a registration: the slip, the answer, the way into the account, the end of the service."""

from datetime import datetime

from django.utils import timezone

from khaithue.portal.mail.models import Mail
from khaithue.portal.mail.post import post
from khaithue.portal.notices.issue import Letter
from khaithue.portal.registration.appointment import appointment_time
from khaithue.portal.registration.models import Application, Invitation


def mail_slip(application: Application) -> Mail:
    """Owe the applicant the slip; its link shows the application to whoever has it, so it is not kept."""
    return post(
        name=f"{application.code}.slip",
        recipient=application.email,
        subject=f"Phiếu hẹn trả kết quả {application.code} – Registration received",
        template="registration/slip.txt",
        facts={
            "application": application,
            "received": _moment(application.received_at),
            "by_time": (by := appointment_time(application)) and _moment(by),
            "by_day": f"{application.appointment_on:%d/%m/%Y}",
        },
        at=application.received_at,
        is_secret=True,
    )


def warn_owner(application: Application) -> None:
    """Tell the address known before that somebody asks for the account anew, with another address."""
    known = application.taxpayer.email if application.taxpayer else ""
    if known and known.casefold() != application.email.casefold():
        post(
            name=f"{application.code}.owner",
            recipient=known,
            subject=f"Có hồ sơ đăng ký lại {application.code} – Somebody asks for your account",
            template="registration/owner.txt",
            facts={"application": application, "received": _moment(application.received_at)},
            at=application.received_at,
        )


def answer_letter(application: Application) -> Letter:
    """The e-mail that carries the office's answer."""
    granted = application.state == Application.State.GRANTED
    subject = "Chấp nhận đăng ký" if granted else "Không chấp nhận đăng ký"
    facts = {"application": application, "granted": granted}
    return Letter(
        f"{application.code}.answer", f"{subject} – {application.code}", "registration/answer.txt", facts
    )


def account_letter(application: Application, invitation: Invitation, secret: str, username: str) -> Letter:
    """The e-mail with the account's name and the link that activates it; its text is forgotten once sent."""
    facts = {
        "application": application,
        "username": username,
        "secret": secret,
        "expires": _moment(invitation.expires_at),
    }
    subject = f"Kích hoạt tài khoản {username} – Activate your account"
    return Letter(f"{application.code}.account", subject, "registration/account.txt", facts, is_secret=True)


def stop_letter(application: Application, last: list[tuple[str, str]]) -> Letter:
    """The e-mail that confirms the end of the service; ``last`` are forms, each with its last period."""
    facts = {"application": application, "at": _moment(application.received_at), "last": last}
    subject = f"Xác nhận ngừng nộp hồ sơ khai thuế qua mạng – {application.code}"
    return Letter(f"{application.code}.stop", subject, "registration/stop.txt", facts)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
