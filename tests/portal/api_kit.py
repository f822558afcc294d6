"""What tests of the API hold: a program with a token, and an office that trusts the demo authority."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from pytest_django import Settings

from khaithue.portal.accounts.models import Taxpayer, User
from khaithue.portal.api.actions.add_webhook import add_webhook
from khaithue.portal.api.actions.make_token import make_token
from khaithue.portal.api.models import Token, Webhook
from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.webhooks.events import Event, tell
from khaithue.portal.office.identity import key_path, trust_directory
from khaithue.signing import demo_ca
from tests.portal.signed import A, B, Signers
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


def token(user: User, taxpayer: Taxpayer, *scopes: str, days: int = 365) -> tuple[Token, Program]:
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


def signers_in(directory: Path) -> Signers:
    """Companies A and B with keys of a demo authority that lives for one run."""
    people = [demo_ca.DemoSubject(name, mst) for name, mst in (("A", A), ("B", B))]
    return Signers(demo_ca.create(directory, people, password="thu"))  # noqa: S106  # of keys of one run


def trust(settings: Settings, signers: Signers) -> None:
    """Let the office trust the demo authority and sign with its key."""
    settings.OFFICE_PASSWORD = signers.authority.password
    key_path().parent.mkdir()
    key_path().write_bytes(signers.authority.office.read_bytes())
    trust_directory().symlink_to(signers.authority.trust)


EVENTS = [event.value for event in Event]


def added(pair: tuple[User, Taxpayer], url: str, *events: str) -> Webhook:
    """A webhook of that taxpayer for those events (else every one), made by that user."""
    outcome = add_webhook(user=pair[0], taxpayer=pair[1], url=url, events=events or EVENTS)
    assert outcome.webhook is not None, outcome.findings
    return outcome.webhook


def told(taxpayer: Taxpayer, event: Event = Event.FILING_ACCEPTED, **facts: Any) -> None:
    """Tell of an event as an act does, in a transaction."""
    with transaction.atomic():
        tell(taxpayer, event, facts)
