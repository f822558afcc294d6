"""A browser for tests of the pages: it speaks HTTPS, as the portal demands, and may be logged in."""

from typing import Any

from django.test import Client

from khaithue.portal.accounts.models import User

PASSWORD = "mật khẩu thử"  # noqa: S105 - of users that live for one test

HTTPS = {"wsgi.url_scheme": "https", "SERVER_PORT": "443"}


class Browser(Client):
    """Django's test client, over HTTPS."""

    def request(self, **request: Any) -> Any:
        """Send one request."""
        return super().request(**{**request, **HTTPS})


def browser(user: User | None = None, *, enforce_csrf_checks: bool = False, language: str = "") -> Client:
    """A fresh browser of this user; ``language`` is what it says its owner prefers."""
    client = Browser(enforce_csrf_checks=enforce_csrf_checks, headers={"accept-language": language})
    if user:
        client.force_login(user)
    return client
