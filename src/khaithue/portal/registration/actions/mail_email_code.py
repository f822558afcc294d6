"""Mailing an applicant the code that confirms the address."""

import secrets

from django.utils import timezone

from khaithue.portal.action import Done, public_action
from khaithue.portal.login.sealing import mark
from khaithue.portal.mail.post import post
from khaithue.portal.registration.email_code import LIFE, MailedCode, new_code


@public_action("registration.mail_code")
def mail_email_code(*, email: str) -> Done[MailedCode]:
    """Mail a fresh code; it is kept only as a keyed hash, and in the mail until that has gone out."""
    now = timezone.now()
    code, kept = new_code(email, now)
    post(
        name=f"register.code.{secrets.token_hex(8)}",
        recipient=email,
        subject="Mã xác nhận thư điện tử – Code to confirm your e-mail",
        template="registration/email_code.txt",
        facts={"code": code, "minutes": LIFE.seconds // 60},
        at=now,
        is_secret=True,
    )
    return Done(kept, f"address:{mark(email.casefold())[:12]}")
