"""The schema made for outsiders accepts what the reader accepts, and refuses what is plainly wrong."""

import pytest
from hypothesis import given, settings
from lxml import etree

from khaithue.exchange.returns_xml import write
from khaithue.exchange.xsd import schema
from khaithue.returns.model import Return
from tests.exchange.forms_from_samples import NAMES, form_of, sample
from tests.exchange.toy_form import FORM, returns

TOY = etree.XMLSchema(etree.fromstring(schema(FORM)))
SIGNATURE = b'<CKyDTu><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><a>b</a></Signature></CKyDTu></HSoThueDTu>'


def valid(name: str, data: bytes) -> bool:
    return etree.XMLSchema(etree.fromstring(schema(form_of(sample(name))))).validate(etree.fromstring(data))


@pytest.mark.parametrize("name", NAMES)
def test_real_files_are_valid_signed_or_not(name: str) -> None:
    data = sample(name)
    assert valid(name, data)
    assert valid(name, data.replace(b"</HSoThueDTu>", SIGNATURE))


@settings(deadline=None)
@given(returns())
def test_every_file_written_is_valid(ret: Return) -> None:
    assert TOY.validate(etree.fromstring(write(ret))), TOY.error_log


MUTATIONS = {
    "letters in money": (b"<ct22>0<", b"<ct22>0d<"),
    "separators": (b"<ct22>0<", b"<ct22>1.000<"),
    "unknown element": (b"<ct22>", b"<ct00/><ct22>"),
    "missing element": (b"<ct22>0</ct22>", b""),
    "repeated element": (b"<ct22>", b"<ct22>0</ct22><ct22>"),
    "unknown attribute": (b"<ct22>", b'<ct22 a="1">'),
    "day in the header": (b"<ngayKy>2026-07-17<", b"<ngayKy>17/07/2026<"),
    "namespace": (b"gdt.gov.vn/TKhaiThue", b"gdt.gov.vn/TKhai"),
    "two dossiers": (b"</HSoThueDTu>", b"<HSoKhaiThue/></HSoThueDTu>"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_file_is_not_valid(name: str) -> None:
    data, (old, new) = sample("864"), MUTATIONS[name]
    assert old in data
    assert not valid("864", data.replace(old, new, 1))
