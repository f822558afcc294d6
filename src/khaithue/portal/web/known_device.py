"""Browsers an account has been logged in from before.

Log-in names are tax codes, which everybody knows: whoever wished could lock a taxpayer out on the day a
return is due. So tries from a browser that once logged in to the account are counted for that browser alone,
and strangers' failures do not lock it. It gets no more tries than anybody else.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from khaithue.portal.accounts.models import User
from khaithue.portal.login.finding import as_counted
from khaithue.portal.login.sealing import mark, marks

COOKIE, SALT = "known", "khaithue.portal.web.known_device"
LIFE = 180 * 24 * 3600
MOST = 20
"""So many names a browser is known by: those of ten accounts, by log-in name and e-mail."""


def known_device(request: HttpRequest, typed: str) -> str:
    """The number of this browser when it has logged in to that account before; empty when it has not."""
    number, names = _held(request)
    return number if set(marks(_text(typed))) & set(names) else ""


def remember_device(request: HttpRequest, reply: HttpResponse, user: User) -> None:
    """Let the browser show next time that this user has logged in from it."""
    number, names = _held(request)
    mine = [mark(_text(name)) for name in (user.username, user.email) if name]
    kept = [*mine, *(name for name in names if name not in mine)][:MOST]
    reply.set_cookie(
        COOKIE,
        signing.dumps([number or secrets.token_hex(8), kept], salt=SALT, compress=True),
        max_age=LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _held(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        number, names = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return "", []
    return number, names


def _text(typed: str) -> str:
    return f"known:{as_counted(typed)}"
