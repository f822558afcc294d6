"""What the tests of log-in do again and again: pages posted, codes made, a second factor turned on."""

import base64
import html
import re
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client

from khaithue.portal.accounts.models import User
from khaithue.portal.login.actions.second_factor import turn_on
from khaithue.portal.login.totp import new_secret
from tests.portal.conftest import PASSWORD
from tests.portal.web_browser import browser


def app_code(secret: str, at: datetime) -> str:
    """What an authenticator program shows at a time."""
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(at.timestamp())).decode()  # noqa: S303  # the programs' hash


def enrolled(user: User, at: datetime) -> tuple[str, list[str]]:
    """Turn the user's second factor on: the secret and the recovery codes."""
    secret = new_secret()
    return secret, turn_on(user=user, secret=secret, code=app_code(secret, at), keep=None)


def log_in(client: Client, username: str = "a", password: str = PASSWORD, **extra: Any) -> Any:
    """Post the log-in page."""
    return client.post("/login/", {"username": username, "password": password}, **extra)


def is_in(client: Client) -> bool:
    """Whether the browser is logged in."""
    return client.get("/account/security/").status_code == 200


def fault(reply: Any) -> str:
    """What the page says is wrong."""
    found = re.search(r'role="alert"[^>]*>(.*?)</(?:p|div)>', reply.content.decode(), re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", found[1])).strip() if found else ""


def entered(user_name: str = "a", password: str = PASSWORD) -> Client:
    """A browser logged in with the password."""
    client = browser()
    assert log_in(client, user_name, password).status_code == 302
    return client
