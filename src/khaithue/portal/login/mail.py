"""E-mails about log-in. Code and link are made when the mail is sent: no queue and no log ever holds them."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from khaithue.portal.accounts.models import User
from khaithue.portal.login.onetime import LIFE, make_code
from khaithue.portal.login.words import EVENTS, PURPOSES, kind_of

logger = logging.getLogger(__name__)


def send_code(user: User, purpose: str) -> bool:
    """Make a code and mail it; whether the mail server took it."""
    facts = {
        "code": make_code(user, purpose),
        "purpose": PURPOSES[kind_of(purpose)],
        "minutes": LIFE // timedelta(minutes=1),
    }
    return _send(user, "Mã xác nhận khaithue – Confirmation code", "login/code.txt", facts)


def send_reset_link(user: User) -> bool:
    """Mail a link that sets a new password once."""
    name, token = urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)
    facts = {
        "user": user,
        "name": name,
        "token": token,
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    return _send(user, "Đặt lại mật khẩu khaithue – New password", "login/reset.txt", facts)


def send_event(user: User, event: str) -> bool:
    """Tell the account's owner what was changed."""
    facts = {"user": user, "event": EVENTS[event], "now": timezone.localtime()}
    return _send(user, "Thay đổi bảo mật tài khoản khaithue – Security change", "login/event.txt", facts)


def _send(user: User, subject: str, template: str, facts: dict[str, object]) -> bool:
    message = EmailMessage(
        subject=subject, body=render_to_string(template, {"site": settings.SITE, **facts}), to=[user.email]
    )
    try:
        return bool(message.send())
    except OSError as error:
        logger.warning("%s not mailed to user %s: %s", template, user.pk, type(error).__name__)
        return False
