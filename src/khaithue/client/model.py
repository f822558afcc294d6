"""What the API gives, as values. Money is whole đồng; a field the client does not know is passed over."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One thing found: what, where, what to do, and the law; an ``error`` refuses the return."""

    code: str
    level: str
    message: Text
    fix: Text
    cell: str = ""
    row: int | None = None
    line: int | None = None
    law: str = ""

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("code", "level", "cell", "row", "line", "law")
        facts = {name: data[name] for name in names if name in data}
        return cls(message=_text(data["message"]), fix=_text(data["fix"]), **facts)


@dataclass(frozen=True)
class Taxpayer:
    """A taxpayer the token acts for; ``forms`` are those of an agent's contract, all when None."""

    mst: str
    name: str
    rights: tuple[str, ...]
    forms: tuple[str, ...] | None
    sandbox: bool

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        forms = None if data["forms"] is None else tuple(data["forms"])
        return cls(data["mst"], data["name"], tuple(data["rights"]), forms, data["sandbox"])


@dataclass(frozen=True)
class Obligation:
    """One return to file; ``state`` is open, late or filed."""

    form: str
    title: str
    period: str
    due: date
    days_left: int
    state: str
    draft: int | None
    transaction_code: str | None

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("form", "title", "period", "days_left", "state", "draft", "transaction_code")
        return cls(due=date.fromisoformat(data["due"]), **{name: data[name] for name in names})


@dataclass(frozen=True)
class Draft:
    """A return being filled in, everything computed; save it with the revision it was read with."""

    id: int
    form: str
    period: str
    revision: int
    figures: dict[str, Any]
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("id", "form", "period", "revision", "figures")
        return cls(findings=_findings(data), **{name: data[name] for name in names})


@dataclass(frozen=True)
class Checked:
    """What checking found; ``ok`` when the return could be filed as it stands."""

    ok: bool
    findings: tuple[Finding, ...]
    figures: dict[str, Any] | None

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        return cls(data["ok"], _findings(data), data["figures"])


@dataclass(frozen=True)
class Paper:
    """A paper on record with a filing; ``size`` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        return cls(data["name"], data["media_type"], data["size"], data["sha256"])


@dataclass(frozen=True)
class Receipt:
    """A filing: when it was received and, once decided, how.

    ``state`` is received, accepted, refused or replaced.
    ``reasons`` are those of a refusal: group, error, fix, note. ``repeated`` when it was filed before.
    ``papers`` are those on record with it; a list of filings leaves them out.
    """

    transaction_code: str
    received_at: datetime
    form: str
    title: str
    period: str
    kind: str
    supplement_no: int
    state: str
    decided_at: datetime | None
    reasons: tuple[Mapping[str, str], ...]
    sha256: str
    notices: tuple[str, ...]
    findings: tuple[Finding, ...]
    papers: tuple[Paper, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the office has accepted or refused it."""
        return self.state in ("accepted", "refused")

    @property
    def repeated(self) -> bool:
        """Whether this answer is about a return that was filed before."""
        return any(item.code.startswith("FILE-ALREADY") for item in self.findings)

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("transaction_code", "form", "title", "period", "kind", "supplement_no", "state", "sha256")
        decided = data["decided_at"]
        return cls(
            received_at=datetime.fromisoformat(data["received_at"]),
            decided_at=datetime.fromisoformat(decided) if decided else None,
            reasons=tuple(data["reasons"]),
            notices=tuple(data["notices"]),
            findings=_findings(data),
            papers=tuple(Paper.of(item) for item in data.get("papers", ())),
            **{name: data[name] for name in names},
        )


@dataclass(frozen=True)
class Notice:
    """One signed notice of the office."""

    id: int
    number: str
    kind: str
    form: str
    title: str
    created_at: datetime
    transaction_code: str | None
    sha256: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("id", "number", "kind", "form", "title", "transaction_code", "sha256")
        facts = {name: data[name] for name in names}
        return cls(created_at=datetime.fromisoformat(data["created_at"]), **facts)


@dataclass(frozen=True)
class Webhook:
    """An address told of events; ``secret`` is there only when it has just been added."""

    id: int
    url: str
    events: tuple[str, ...]
    secret: str = ""

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        return cls(data["id"], data["url"], tuple(data["events"]), data.get("secret", ""))


@dataclass(frozen=True)
class SandboxTaxpayer:
    """A test taxpayer: its token, and the PKCS#12 file that signs for it."""

    mst: str
    name: str
    office_code: str
    office_name: str
    token: str
    p12: bytes
    p12_password: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """Read one."""
        names = ("mst", "name", "office_code", "office_name", "token", "p12_password")
        return cls(p12=base64.b64decode(data["p12"]), **{name: data[name] for name in names})


def _text(data: Json) -> Text:
    return Text(data["vi"], data["en"])


def _findings(data: Json) -> tuple[Finding, ...]:
    return tuple(Finding.of(item) for item in data.get("findings", ()))
