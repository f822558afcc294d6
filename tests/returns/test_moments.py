"""A moment is told with its zone, to the second, and exists."""

import pytest

from khaithue.returns.check import check
from khaithue.returns.form import Kind
from khaithue.returns.kinds import is_moment
from khaithue.returns.load import load
from khaithue.returns.model import Return
from tests.returns.toy_return import HEADER, TEXT, found, toy

FORM = load(TEXT.replace('kind = "date", xml = "Dau/ngay"', 'kind = "moment", xml = "Dau/ngay"'), "toy.toml")


def at(moment: str) -> Return:
    blank = toy({})
    return Return(FORM, blank.period, HEADER, {"ngay": moment})


@pytest.mark.near_miss("RET-MOMENT")
@pytest.mark.parametrize(
    "moment",
    [
        "2026-04-20T08:58:40+07:00",
        "2028-02-29T00:00:00.983+07:00",
        "2026-04-20T01:58:40Z",
        "2026-12-31T23:59:59-05:30",
    ],
)
def test_a_moment_with_its_zone_is_one(moment: str) -> None:
    assert FORM.fields["ngay"].kind is Kind.MOMENT
    assert is_moment(moment)
    assert [item for item in found(check(at(moment))) if item[0] == "RET-MOMENT"] == []


@pytest.mark.error("RET-MOMENT")
@pytest.mark.parametrize(
    "moment",
    [
        "2026-04-20",
        "2026-04-20T08:58:40",
        "2026-04-20 08:58:40+07:00",
        "2027-02-29T08:58:40+07:00",
        "2026-04-20T24:00:01+07:00",
        "20/04/2026 08:58",
    ],
)
def test_what_is_no_moment_is_found(moment: str) -> None:
    assert not is_moment(moment)
    assert ("RET-MOMENT", "ngay", None) in found(check(at(moment)))
