"""The notice of reception (01-1/TB-TĐT) the tax office sends for a return: to XML, and back."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from khaithue import law
from khaithue.exchange import safe_xml, xml_writer
from khaithue.exchange.shape import Node, outline
from khaithue.returns.findings import Finding, finding
from khaithue.returns.form import Field, Kind
from khaithue.returns.model import Row

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""The zone in which the moment of filing is told."""

_DIGEST = re.compile(r"SHA-256: ([0-9a-f]{64})")
_OPTIONAL = ("agent_name",)


@dataclass(frozen=True)
class NoticeFiling:
    """One return or appendix named in a notice; ``kind`` is ``C`` (first) or ``B`` (supplementary)."""

    title: str
    kind: str
    period: str
    count: int


@dataclass(frozen=True)
class ReceptionNotice:
    """What the office says it has received, from whom, and when, to the second.

    ``digest`` is the SHA-256 of the exact bytes received, in hexadecimal. ``count`` of a filing
    is 1 for a first return, and the number of the supplement otherwise.
    """

    number: str
    day: date
    office_code: str
    office_name: str
    tax_id: str
    taxpayer_name: str
    transaction_code: str
    received_at: datetime
    digest: str
    filings: tuple[NoticeFiling, ...]
    agent_name: str = ""


def write(notice: ReceptionNotice) -> bytes:
    """The XML of the notice with an empty place for the office's signature (``CKyDTu``).

    ``ValueError`` for a moment without zone or a digest that is not SHA-256: a receipt must not be vague.
    """
    if notice.received_at.tzinfo is None:
        raise ValueError("the moment of reception has no time zone")
    if not _DIGEST.fullmatch(_spelt_digest(notice)):
        raise ValueError(f"{notice.digest!r} is not a SHA-256 digest in hexadecimal")
    data = law.document("xml/notices.toml")
    node = Node(data["notice"], _nodes(data["reception"]))
    body = xml_writer.element(node, _row(notice, data["reception"]), 1, f' Id="{data["notice_id"]}"')
    return xml_writer.encoded(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{data["root"]} xmlns="{data["namespace"]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{body}  <{data['signature']}></{data['signature']}>\n</{data['root']}>\n"
    )


def read(data: bytes) -> tuple[ReceptionNotice | None, list[Finding]]:
    """The notice of reception in these bytes, signed or not; elements it does not know are passed over."""
    root, findings = safe_xml.parse(data)
    if root is None:
        return None, findings
    names = law.document("xml/notices.toml")
    prefix = f"{{{names['namespace']}}}"
    notices = root.findall(prefix + names["notice"])
    if root.tag != prefix + names["root"] or len(notices) != 1:
        return None, [*findings, finding("NOTICE-ROOT", line=root.sourceline)]
    notice, wrong = _notice(notices[0], names["reception"], prefix)
    return notice, findings + wrong


def _nodes(data: dict[str, Any]) -> tuple[Node, ...]:
    return tuple(_bound(node, "", data["filing"]["path"]) for node in outline(data["outline"]))


def _bound(node: Node, above: str, table: str) -> Node:
    """The node with its leaves bound to boxes named by their path; rows are counted without a prefix."""
    path = f"{above}{node.name}"
    below = "" if node.repeated else f"{path}/"
    if not node.children:
        return replace(node, field=Field(path, "", Kind.TEXT, xml=path))
    children = tuple(_bound(child, below, table) for child in node.children)
    return replace(node, children=children, table=table if node.repeated else "", id_prefix="")


def _row(notice: ReceptionNotice, data: dict[str, Any]) -> Row:
    fixed = {path: data[path.rpartition("/")[2]] for path in _FIXED}
    facts = {path: getattr(notice, name) or None for name, path in data["facts"].items()}
    spelt = {
        data["facts"]["day"]: notice.day.isoformat(),
        data["facts"]["received_at"]: notice.received_at.astimezone(ZONE).isoformat(timespec="seconds"),
        data["facts"]["digest"]: _spelt_digest(notice),
    }
    columns = data["filing"]
    rows = tuple(
        Row({columns[name]: str(getattr(filing, name)) for name in ("title", "kind", "period", "count")})
        for filing in notice.filings
    )
    return Row(fixed | facts | spelt, {columns["path"]: rows})


_FIXED = (
    "TTinChung/CQT/DVu/maDVu",
    "TTinChung/CQT/DVu/tenDVu",
    "TTinChung/CQT/DVu/pbanDVu",
    "TTinChung/TTinTBaoThue/maTBao",
    "TTinChung/TTinTBaoThue/tenTBao",
    "TTinChung/TTinTBaoThue/pbanTBao",
    "NDungTBao/trangThai",
)


def _spelt_digest(notice: ReceptionNotice) -> str:
    return f"SHA-256: {notice.digest}"


def _notice(
    element: etree._Element, data: dict[str, Any], prefix: str
) -> tuple[ReceptionNotice | None, list[Finding]]:
    code = _text(element, "TTinChung/TTinTBaoThue/maTBao", prefix)
    if code != data["maTBao"]:
        return None, [
            finding("NOTICE-KIND", line=element.sourceline, value=code[:40], expected=data["maTBao"])
        ]
    texts = {name: _text(element, path, prefix) for name, path in data["facts"].items()}
    facts = {name: _fact(name, text) for name, text in texts.items()}
    filings = [
        _filing(row, data["filing"], prefix)
        for row in element.iterfind(_path(data["filing"]["path"], prefix))
    ]
    wrong = [
        _wrong(data["facts"][name], texts[name], element) for name, value in facts.items() if value is None
    ]
    if not filings or None in filings:
        wrong.append(_wrong(data["filing"]["path"], "", element))
    if wrong:
        return None, wrong
    return ReceptionNotice(filings=tuple(item for item in filings if item), **facts), []


def _wrong(path: str, text: str, element: etree._Element) -> Finding:
    return finding("NOTICE-VALUE", line=element.sourceline, element=path.rpartition("/")[2], value=text[:40])


def _path(path: str, prefix: str) -> str:
    return "/".join(prefix + name for name in path.split("/"))


def _text(element: etree._Element, path: str, prefix: str) -> str:
    return (element.findtext(_path(path, prefix)) or "").strip()


def _fact(name: str, text: str) -> Any:
    """The value of one fact, ``None`` when it is missing or wrong."""
    try:
        match name:
            case "day":
                return date.fromisoformat(text)
            case "received_at":
                moment = datetime.fromisoformat(text)
                return moment.astimezone(ZONE) if moment.tzinfo else None
    except ValueError:
        return None
    if name == "digest":
        digest = _DIGEST.fullmatch(text)
        return digest[1] if digest else None
    return text if text or name in _OPTIONAL else None


def _filing(element: etree._Element, names: dict[str, str], prefix: str) -> NoticeFiling | None:
    title, kind, period, count = (
        _text(element, names[name], prefix) for name in ("title", "kind", "period", "count")
    )
    if not title or kind not in ("C", "B") or not re.fullmatch("[1-9][0-9]{0,2}", count):
        return None
    return NoticeFiling(title, kind, period, int(count))
