"""One request over HTTP, sent again where that does no harm."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from khaithue.client.errors import ApiError, NoAnswerError

ROOT = "/api/v1"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

NOT_DONE = (429, 503)
"""Statuses after which nothing was done, so that anything may be sent again."""

UNKNOWN = (500, 502, 504)
"""Statuses after which only what may be done twice is sent again."""

LONGEST_WAIT = 120.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the token is for one host only."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Request:
    """What is asked. ``repeatable`` when doing it twice is the same as doing it once."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True


@dataclass
class Transport:
    """The way to one portal. ``tries`` is how often a request is sent at most, ``timeout`` its seconds.

    Raises ``ValueError`` for an address that would send the token in the clear.
    """

    address: str
    token: str = ""
    timeout: float = 60.0
    tries: int = 4
    sleep: Callable[[float], object] = time.sleep

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("the portal's address must begin with https://")
        self._opener = urllib.request.build_opener(_NoRedirect())

    def send(self, request: Request) -> bytes:
        """The body of the answer.

        Raises ``ApiError`` when the portal refuses, ``NoAnswerError`` when it cannot be reached.
        """
        for wait in (1.0, 4.0, 16.0, 64.0)[: self.tries - 1]:
            try:
                return self._once(request)
            except urllib.error.HTTPError as error:
                if not _again(error.code, request):
                    raise _refused(error) from None
                self.sleep(_wait(error, wait))
            except (OSError, HTTPException):
                if not request.repeatable:
                    raise NoAnswerError(f"{request.method} {request.path}") from None
                self.sleep(wait)
        return self._last(request)

    def ask(self, request: Request) -> Any:
        """The JSON of the answer; None when it is empty."""
        body = self.send(request)
        return json.loads(body) if body else None

    def _last(self, request: Request) -> bytes:
        try:
            return self._once(request)
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        except (OSError, HTTPException) as error:
            raise NoAnswerError(f"{request.method} {request.path}: {type(error).__name__}") from error

    def _once(self, request: Request) -> bytes:
        query = {name: value for name, value in request.query.items() if value}
        url = f"{self.address.rstrip('/')}{ROOT}{request.path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json", "Content-Type": request.media_type, **request.headers}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        prepared = urllib.request.Request(url, request.body, headers, method=request.method)  # noqa: S310  # https, or one's own machine
        with self._opener.open(prepared, timeout=self.timeout) as answer:
            body: bytes = answer.read()
        return body


def _again(status: int, request: Request) -> bool:
    return status in NOT_DONE or (status in UNKNOWN and request.repeatable)


def _wait(error: urllib.error.HTTPError, usual: float) -> float:
    said = error.headers.get("Retry-After", "")
    return min(float(said), LONGEST_WAIT) if said.isdecimal() else usual


def _refused(error: urllib.error.HTTPError) -> ApiError:
    try:
        body = json.loads(error.read())
    except ValueError:
        body = {}
    return ApiError(error.code, body if isinstance(body, dict) else {})
