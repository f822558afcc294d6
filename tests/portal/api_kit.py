"""What tests of the API hold: a program with a token, and an office that trusts the demo authority."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.actions.make_token import make_token
from khaithue.portal.api.models import Token
from khaithue.portal.api.scopes import Scope
from tests.portal.web_browser import Browser

EVERY = tuple(Scope)
ROOT = "/api/v1"


@dataclass
class Program:
    """A program that asks the API with a key."""

    key: str = ""
    client: Client = field(default_factory=Browser)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request below the API's root; a body of bytes is XML, any other JSON."""
        if self.key:
            headers.setdefault("authorization", f"Bearer {self.key}")
        xml = isinstance(body, bytes)
        data = body if xml else "" if body is None else json.dumps(body)
        media = "application/xml" if xml else "application/json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, f"{ROOT}{path}", data, named.pop("content-type", media), headers=named
        )

    def get(self, path: str, **headers: str) -> Any:
        """GET."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST."""
        return self.ask("POST", path, body, **headers)


def token(user: User, taxpayer: Taxpayer, *scopes: str, days: int = 30) -> tuple[Token, Program]:
    """A token of that user with those scopes (else every one), and a program that has it."""
    made = make_token(user=user, taxpayer=taxpayer, name="ERP", scopes=scopes or EVERY, days=days)
    assert made.token is not None, made.findings
    return made.token, Program(made.key)


def codes(reply: Any) -> set[str]:
    """The codes of a problem's findings."""
    assert reply["Content-Type"] == "application/problem+json", reply.content
    told = reply.json()
    assert told["status"] == reply.status_code
    assert told["type"] == f"/api/#{told['code']}"
    return {item["code"] for item in told["findings"]}
