"""What a visitor's session remembers between the pages of a registration."""

import base64
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from khaithue.portal.registration.asked import Asked
from khaithue.portal.registration.certificate import read_certificate
from khaithue.portal.registration.email_code import MailedCode

KEY = "register"
TEXTS = ("mst", "name", "office_code", "email", "email_again", "phone", "person", "start")
LONGEST = 400
"""Most signs of one text."""


@dataclass
class Registering:
    """The facts typed so far, the certificate given, and the code that was mailed (if one was)."""

    texts: dict[str, str] = field(default_factory=dict)
    alone: bool = False
    certificate: str = ""
    code: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: SessionBase) -> "Registering":
        """What the session remembers, or a blank registration."""
        held: dict[str, Any] = session.get(KEY, {})
        return cls(**held)

    def keep(self, session: SessionBase) -> None:
        """Remember it."""
        session[KEY] = asdict(self)

    @property
    def asked(self) -> Asked:
        """The registration as typed."""
        texts = {name: self.texts.get(name, "") for name in TEXTS}
        return Asked(**texts, alone=self.alone, certificate=base64.b64decode(self.certificate))

    @property
    def mailed(self) -> MailedCode | None:
        """The code that was mailed last."""
        if not self.code:
            return None
        return MailedCode(self.code["hash"], datetime.fromisoformat(self.code["expires_at"]))

    def mail(self, code: MailedCode) -> None:
        """Remember a code that was mailed, by its hash."""
        self.code = {"hash": code.hash, "expires_at": code.expires_at.isoformat()}


def typed(request: HttpRequest, at: datetime) -> tuple[Registering, bytes]:
    """The registration as the page was sent, and the file given with it.

    A file is remembered when a certificate can be read of it, and only the certificate; without a file the
    one remembered before stands, unless the applicant says to have none.
    """
    before = Registering.of(request.session)
    texts = {name: " ".join(request.POST.get(name, "").split())[:LONGEST] for name in TEXTS}
    alone = "alone" in request.POST
    sent = request.FILES.get("certificate")
    data = sent.read(1_000_001) if sent else b""
    read = read_certificate(data, texts["mst"], at) if data else None
    kept = base64.b64encode(read.der).decode() if read else "" if alone else before.certificate
    return Registering(texts, alone and not kept, kept, before.code), data
