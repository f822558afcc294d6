"""Codes of an authenticator program: TOTP (RFC 6238), SHA-1, six digits, thirty seconds, as all do."""

import base64
import logging
import secrets
from datetime import datetime

import segno
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken as WrongCode
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils.safestring import SafeString, mark_safe

from khaithue.portal.login.models import SecondFactor
from khaithue.portal.login.sealing import unseal

logger = logging.getLogger(__name__)

STEP, DIGITS, ISSUER = 30, 6, "khaithue"


def new_secret() -> str:
    """160 random bits in base32, as a person can type them into the program."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code this is: the present one, or one beside it for clocks that differ; else None."""
    if not (code.isascii() and code.isdecimal() and len(code) == DIGITS):
        return None
    now = int(at.timestamp()) // STEP
    return next((step for step in (now, now - 1, now + 1) if _is_code(secret, code, step)), None)


def take_code(factor: SecondFactor, code: str, at: datetime) -> bool:
    """Whether the code is right and newer than any taken before; it is then taken and never good again."""
    try:
        step = step_of(unseal(factor.secret), code, at)
    except InvalidToken:
        logger.exception("the second factor of user %s is sealed with another key", factor.user_id)
        return False
    if step is None:
        return False
    newer = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
    return newer.update(last_step=step) == 1


def address_for_program(secret: str, account: str) -> str:
    """The ``otpauth:`` address a program reads from the QR code."""
    return _totp(secret).get_provisioning_uri(account, ISSUER)


def qr_code(text: str) -> SafeString:
    """The text as a QR code: an SVG element without style or script, so the page's policy allows it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=4, omitsize=True, light="#fff")
    return mark_safe(drawn)  # noqa: S308  # drawn by segno: squares only, the text itself is not in it


def _is_code(secret: str, code: str, step: int) -> bool:
    try:
        _totp(secret).verify(code.encode("ascii"), step * STEP)
    except WrongCode:
        return False
    return True


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303  # what the programs compute
