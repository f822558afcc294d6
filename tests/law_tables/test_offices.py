"""The sample of tax offices: opaque 5-digit codes with dated names."""

from datetime import date
from itertools import pairwise

from khaithue import law

OFFICES = law.document("offices/offices.toml")


def test_codes_have_five_digits_and_names_in_order_of_time() -> None:
    for code, office in OFFICES.items():
        assert len(code) == 5
        assert code.isdigit()
        assert office["names"]
        assert all(before["from"] < after["from"] for before, after in pairwise(office["names"]))


def test_vung_tau_keeps_its_code_when_it_joins_ho_chi_minh_city() -> None:
    first, second = OFFICES["71701"]["names"]
    assert first["name"].startswith("Tp. Vũng Tàu")
    assert (second["name"], second["from"]) == ("Thuế cơ sở 24 Thành phố Hồ Chí Minh", date(2025, 7, 1))
