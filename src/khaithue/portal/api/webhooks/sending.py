"""Sending events. The row says whether one is owed; a lease prevents sending twice at once."""

import http.client
import json
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import InvalidToken
from django.db.models import QuerySet
from django.utils import timezone

from khaithue.portal.api.models import Delivery, Webhook
from khaithue.portal.api.webhooks.address import ForbiddenAddressError, targets
from khaithue.portal.api.webhooks.signature import HEADER, signature

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long one sender may take; after a crash in the middle the next one tries again."""

PATIENCE = 10.0
"""Seconds an address has for its whole answer."""

BATCH = 500
"""Most events of one sweep; the next one begins seconds later."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""The waits between the tries; after the last try the event is given up."""


@dataclass(frozen=True)
class Answer:
    """What became of one try: the HTTP status, or why there was none."""

    status: int | None = None
    error: str = ""

    @property
    def taken(self) -> bool:
        """Whether the other side has taken the event."""
        return self.status is not None and 200 <= self.status < 300


def owed(now: datetime) -> QuerySet[Delivery]:
    """The deliveries to be tried now, oldest first; those of an ended webhook are no longer owed."""
    return Delivery.objects.filter(
        delivered_at__isnull=True, given_up_at__isnull=True, due_at__lte=now, webhook__ended_at__isnull=True
    ).order_by("due_at", "pk")


def send_owed(*, now: datetime | None = None) -> int:
    """Send every event owed and due; how many were taken. An address that fails waits for its next turn."""
    failing, count = set[int](), 0
    for pk, webhook in list(owed(now or timezone.now()).values_list("pk", "webhook")[:BATCH]):
        if webhook in failing:
            continue
        taken = send(pk, now=now)
        count += taken is True
        if taken is False:
            failing.add(webhook)
    return count


def send(pk: int, *, now: datetime | None = None) -> bool | None:
    """Try one delivery: whether it was taken, None when it is not owed or another sender is at it."""
    now = now or timezone.now()
    if not owed(now).filter(pk=pk).update(due_at=now + LEASE):
        return None
    delivery = Delivery.objects.select_related("webhook").get(pk=pk)
    answer = post(delivery.webhook, body_of(delivery), now)
    _note(delivery, answer, now)
    return answer.taken


def body_of(delivery: Delivery) -> bytes:
    """What is sent; the same at every try, so that the receiver knows it again by its ``id``."""
    content = {
        "id": str(delivery.event_id),
        "event": delivery.event,
        "made_at": delivery.made_at.isoformat(),
        "data": delivery.payload,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def post(webhook: Webhook, body: bytes, now: datetime) -> Answer:
    """Send a body to a webhook and give its answer; nothing is followed to another address."""
    parts = urlsplit(webhook.url)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "khaithue-webhooks",
            HEADER: signature(webhook.secret, int(now.timestamp()), body),
        }
        with _connected(parts) as connection:
            connection.request("POST", path if path.startswith("/") else f"/{path}", body, headers)
            return Answer(connection.getresponse().status)
    except InvalidToken:
        logger.exception("the secret of webhook %s is sealed with another key", webhook.pk)
        return Answer(error="secret unreadable")
    except ForbiddenAddressError:
        return Answer(error="address not public")
    except ssl.SSLError:
        return Answer(error="TLS")
    except TimeoutError:
        return Answer(error="timeout")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(error=type(error).__name__)


@contextmanager
def _connected(parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """A connection to the very address that was allowed, so that its name cannot be changed meanwhile."""
    host, usual = parts.hostname or "", 443 if parts.scheme == "https" else 80
    connection = http.client.HTTPConnection(host, parts.port or usual, timeout=PATIENCE)
    connection.default_port = usual
    connection.sock = held = _socket(targets(parts), parts.port or usual)
    if parts.scheme == "https":
        connection.sock = held = _over_tls(held, host)
    watch = threading.Timer(PATIENCE, _cut, [held])
    watch.start()
    try:
        if isinstance(held, ssl.SSLSocket):
            held.do_handshake()
        yield connection
    finally:
        watch.cancel()
        connection.close()


def _socket(addresses: list[str], port: int) -> socket.socket:
    """A connection to the first of the addresses that takes one."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=PATIENCE)
        except OSError:
            logger.debug("nothing at the first addresses of a webhook")
    return socket.create_connection((addresses[-1], port), timeout=PATIENCE)


def _over_tls(plain: socket.socket, name: str) -> ssl.SSLSocket:
    """The same connection under TLS; the certificate must be of that name."""
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=name, do_handshake_on_connect=False)


def _cut(held: socket.socket) -> None:
    """End a connection that answers drop by drop."""
    try:
        held.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("the connection was closed already")


def _note(delivery: Delivery, answer: Answer, now: datetime) -> None:
    row = Delivery.objects.filter(pk=delivery.pk)
    facts = {"attempts": delivery.attempts + 1, "last_status": answer.status, "last_error": answer.error[:60]}
    if answer.taken:
        row.update(delivered_at=now, due_at=now, **facts)
    elif delivery.attempts >= len(WAITS):
        row.update(given_up_at=now, due_at=now, **facts)
    else:
        row.update(due_at=now + WAITS[delivery.attempts], **facts)
    logger.info("event %s: %s %s", delivery.event_id, answer.status, answer.error)
