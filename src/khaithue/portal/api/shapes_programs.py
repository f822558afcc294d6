"""The shapes of what programs are set up with: webhooks, their deliveries, test taxpayers."""

from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from khaithue.portal.api.scopes import Scope
from khaithue.portal.api.shapes import CODE, Moment, Name, example
from khaithue.portal.api.webhooks.events import Event


class WebhookIn(Schema):
    """Where events are sent, and which."""

    model_config = example(
        url="https://erp.example.vn/khaithue", events=["filing.accepted", "filing.refused"]
    )

    url: str = Field(max_length=400)
    events: list[Event] = Field(max_length=20)


class WebhookOut(Schema):
    """A webhook."""

    id: int
    url: str
    events: list[Event]
    made_at: Moment


WEBHOOK: dict[str, Any] = {
    "id": 3,
    "url": "https://erp.example.vn/khaithue",
    "events": ["filing.accepted", "filing.refused"],
    "made_at": "2026-06-18T02:12:33Z",
}


class WebhookMade(WebhookOut):
    """A webhook just made; its secret is shown this once."""

    model_config = example(**WEBHOOK, secret="whsec_qM3a6…")  # noqa: S106  # an example

    secret: str


class WebhooksOut(Schema):
    """The webhooks of a taxpayer."""

    model_config = example(items=[WEBHOOK])

    items: list[WebhookOut]


class DeliveryOut(Schema):
    """One event sent, or to be sent, to a webhook."""

    event_id: UUID
    event: Event
    payload: dict[str, Any]
    made_at: Moment
    attempts: int
    last_status: int | None = Field(description="HTTP status of the last answer.")
    last_error: str = Field(description="Why there was no answer.")
    due_at: Moment = Field(description="When it is tried next.")
    delivered_at: Moment | None
    given_up_at: Moment | None


class DeliveriesOut(Schema):
    """A page of deliveries, newest first."""

    model_config = example(
        items=[
            {
                "event_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
                "event": "filing.accepted",
                "payload": {"mst": "0319900012", "transaction_code": CODE},
                "made_at": "2026-06-19T03:00:00Z",
                "attempts": 1,
                "last_status": 204,
                "last_error": "",
                "due_at": "2026-06-19T03:00:00Z",
                "delivered_at": "2026-06-19T03:00:01Z",
                "given_up_at": None,
            }
        ],
        next=None,
    )

    items: list[DeliveryOut]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class SandboxIn(Schema):
    """What the test taxpayer is called."""

    model_config = example(name="CÔNG TY THỬ NGHIỆM")

    name: Name = "NGƯỜI NỘP THUẾ THỬ NGHIỆM"


class SandboxOut(Schema):
    """A test taxpayer with everything a program needs to file for it."""

    model_config = example(
        mst="9812345672",
        name="CÔNG TY THỬ NGHIỆM",
        office_code="00000",
        office_name="Cơ quan thuế thử nghiệm",
        token="kt_8fJ…",  # noqa: S106  # an example
        scopes=[scope.value for scope in Scope],
        expires_at="2026-07-18T02:12:33Z",
        p12="MIIK…",
        p12_password="…",  # noqa: S106  # an example
    )

    mst: str
    name: str
    office_code: str
    office_name: str
    token: str
    scopes: list[Scope]
    expires_at: Moment
    p12: str = Field(description="PKCS#12 in Base64: a certificate without legal force that signs for it.")
    p12_password: str
