"""Asking the portal's API."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from khaithue.client.errors import NoAnswerError
from khaithue.client.model import (
    Checked,
    Draft,
    Notice,
    Obligation,
    Receipt,
    SandboxTaxpayer,
    Taxpayer,
    Webhook,
)
from khaithue.client.multipart import Part, multipart
from khaithue.client.transport import Request, Transport

XML = "application/xml"


class Client:
    """One program's access to the portal for one taxpayer.

    Every method raises ``ApiError`` when the portal refuses and ``NoAnswerError`` when it cannot be reached.
    What may be done twice is sent again after a lost answer, a submission too: the portal knows the bytes.
    """

    def __init__(
        self,
        address: str,
        token: str,
        mst: str,
        *,
        timeout: float = 60.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """``address`` is the portal's, such as https://portal.example.vn; ``mst`` the taxpayer's tax code."""
        self.mst = mst
        self._sleep = sleep
        self._portal = Transport(address, token, timeout, sleep=sleep)

    def taxpayers(self) -> list[Taxpayer]:
        """The taxpayers the token acts for."""
        return [Taxpayer.of(item) for item in self._portal.ask(Request("GET", "/taxpayers"))["items"]]

    def obligations(self, *, state: str = "") -> list[Obligation]:
        """What is to be filed about now, by due day; only of one state (open, late, filed) if it is given."""
        found = self._portal.ask(self._about("GET", "/obligations", query={"state": state}))
        return [Obligation.of(item) for item in found["items"]]

    def open_draft(self, form: str, period: str, *, kind: str = "C") -> Draft:
        """The draft of a form and period (kind C a first return, B a supplement), made when there is none."""
        wanted = {"form": form, "period": period, "kind": kind}
        return Draft.of(self._portal.ask(self._about("POST", "/drafts", body=_json(wanted))))

    def save_draft(self, draft: Draft, figures: dict[str, Any]) -> Draft:
        """Save all figures of a draft read before; ``ApiError`` DRAFT-STALE when it was changed meanwhile."""
        body = _json({"revision": draft.revision, "figures": figures})
        request = self._about("PUT", f"/drafts/{draft.id}", body=body, repeatable=False)
        return Draft.of(self._portal.ask(request))

    def draft_xml(self, draft: Draft) -> bytes:
        """The draft as the authority's XML, to be signed on one's own side."""
        return self._portal.send(self._about("GET", f"/drafts/{draft.id}/xml"))

    def check(self, return_: bytes | dict[str, Any], *, signed: bool = True) -> Checked:
        """Everything submitting would find: of an XML file, or of figures; nothing is stored."""
        if isinstance(return_, dict):
            request = self._about("POST", "/check", body=_json(return_))
        else:
            query = {"signed": "" if signed else "false"}
            request = self._about("POST", "/check", query=query, body=return_, media_type=XML)
        return Checked.of(self._portal.ask(request))

    def submit(
        self, signed: bytes, *, papers: Sequence[tuple[str, bytes]] = (), scenario: str = ""
    ) -> Receipt:
        """File a signed XML with papers, each a name and its bytes; the receipt of before when it was filed.

        The receipt names the papers that are on record with it. ``scenario`` is the outcome a test taxpayer
        asks for.
        """
        headers = {"Khaithue-Scenario": scenario} if scenario else {}
        media_type, body = _with_papers(signed, papers) if papers else (XML, signed)
        request = self._about("POST", "/filings", body=body, media_type=media_type, headers=headers)
        return Receipt.of(self._portal.ask(request))

    def receipt(self, transaction_code: str) -> Receipt:
        """A filing as it stands now."""
        return Receipt.of(self._portal.ask(self._about("GET", f"/filings/{quote(transaction_code)}")))

    def original(self, transaction_code: str) -> bytes:
        """The very bytes that were filed."""
        return self._portal.send(self._about("GET", f"/filings/{quote(transaction_code)}/original"))

    def filings(self, *, form: str = "", period: str = "", state: str = "") -> Iterator[Receipt]:
        """What was filed, newest first, page by page."""
        return map(Receipt.of, self._pages("/filings", {"form": form, "period": period, "state": state}))

    def notices(self, *, transaction_code: str = "") -> Iterator[Notice]:
        """The office's notices, newest first, page by page."""
        return map(Notice.of, self._pages("/notices", {"transaction_code": transaction_code}))

    def notice_xml(self, notice: Notice) -> bytes:
        """A notice as the office signed it."""
        return self._portal.send(self._about("GET", f"/notices/{notice.id}/xml"))

    def wait_for_decision(
        self, transaction_code: str, *, timeout: float = 86_400.0, every: float = 60.0
    ) -> Receipt:
        """The filing once it is accepted or refused; ``NoAnswerError`` after ``timeout`` seconds."""
        waited = 0.0
        while not (found := self.receipt(transaction_code)).decided:
            if waited >= timeout:
                raise NoAnswerError(f"no decision on {transaction_code} in {timeout:.0f} seconds")
            self._sleep(every)
            waited += every
        return found

    def webhooks(self) -> list[Webhook]:
        """The addresses told of events."""
        return [Webhook.of(item) for item in self._portal.ask(self._about("GET", "/webhooks"))["items"]]

    def add_webhook(self, url: str, events: Sequence[str]) -> Webhook:
        """Tell an address of events from now on; keep the ``secret`` it comes with."""
        body = _json({"url": url, "events": list(events)})
        return Webhook.of(self._portal.ask(self._about("POST", "/webhooks", body=body, repeatable=False)))

    def end_webhook(self, webhook: Webhook) -> None:
        """Tell the address of nothing more."""
        self._portal.send(self._about("DELETE", f"/webhooks/{webhook.id}", repeatable=False))

    def _about(self, method: str, path: str, **asked: Any) -> Request:
        return Request(method, f"/taxpayers/{quote(self.mst, safe='')}{path}", **asked)

    def _pages(self, path: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        cursor = ""
        while cursor is not None:
            page = self._portal.ask(self._about("GET", path, query={**query, "cursor": cursor}))
            yield from page["items"]
            cursor = page["next"]


def make_test_taxpayer(address: str, *, name: str = "") -> SandboxTaxpayer:
    """A test taxpayer of a portal that runs a sandbox."""
    body = _json({"name": name} if name else {})
    request = Request("POST", "/sandbox/taxpayers", body=body, repeatable=False)
    return SandboxTaxpayer.of(Transport(address).ask(request))


def _with_papers(signed: bytes, papers: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    parts = [Part("paper", name or "paper", data) for name, data in papers]
    return multipart([Part("return", "return.xml", signed), *parts])


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
