"""A notice of reception and a registration, filled, for the tests of every room that handles them."""

from collections.abc import Mapping

from khaithue.exchange.returns_xml import write
from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_xml
from khaithue.returns.compute import compute
from khaithue.returns.model import Return, Row, Value

NS = "{http://kekhaithue.gdt.gov.vn/TBaoThue}"
DIGEST = "0123456789abcdef" * 4


def paper(
    number: str,
    version: str,
    frame: str,
    day: str,
    header: Mapping[str, str],
    values: Mapping[str, Value],
    tables: Mapping[str, tuple[Row, ...]] | None = None,
) -> Return:
    """A filled paper of one day, computed."""
    form = find_xml(number, version, frame)
    assert form is not None
    return compute(Return(form, Period.parse(day), header, values, tables=tables or {}))


RECEPTION = paper(
    "843",
    "2.5.6",
    "notice",
    "2026-04-20",
    header={
        "maCQT": "70123",
        "tenCQT": "Thuế cơ sở 12 Thành phố Hồ Chí Minh",
        "maNNhan": "0319900012",
        "tenNNhan": "CÔNG TY THỬ NGHIỆM A & B",
        "soTBao": "111222333/2026/TB-TĐT",
        "ngayTBao": "2026-04-20",
    },
    values={"trang_thai": "Y", "luc": "2026-04-20T23:59:59+07:00", "ma_gd": "10820260000000001"},
    tables={
        "filings": (
            Row({"to_khai": "TỜ KHAI THUẾ GTGT (01/GTGT)", "loai": "C", "ky": "Q1/2026", "lan": 1}),
            Row({"to_khai": "Giảm thuế GTGT", "loai": "C", "ky": "Q1/2026", "lan": 1}),
        ),
        "reasons": (Row({"ghi_chu": f"SHA-256: {DIGEST}"}),),
    },
)

REGISTRATION = paper(
    "01/ĐK-TĐT",
    "2.0.9",
    "registration",
    "2022-03-01",
    header={"tenCQT": "Chi cục Thuế Quận 1", "tIN": "0100109106"},
    values={"ten": "CÔNG TY TNHH MẪU", "dien_thoai": "0281234567", "email": "ke-toan@mau.example.vn"},
)


def written(ret: Return) -> bytes:
    """The XML of a paper."""
    return write(ret)
