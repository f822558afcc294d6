"""The forms the program promises: each found by its printed code, its circular and the authority's number."""

import pytest

from khaithue.obligations.period import Period
from khaithue.returns.catalogue import find_for, forms
from khaithue.returns.form import Form

KHBS = "01/KHBS 01-1/KHBS"
REDUCTIONS = ["PL_NQ43_GTGT", "PL_NQ101_GTGT", "PL_NQ142_GTGT"]
"""The VAT reductions of the National Assembly's resolutions 43/2022, 101/2023 and 142/2024."""

NAMED: list[tuple[str, str, str, str]] = [
    ("01/GTGT", "TT26/2015", "01", f"01-5/GTGT 01-6/GTGT 01-7/GTGT {KHBS}"),
    ("01/GTGT", "TT80/2021", "842", f"01-2/GTGT 01-3/GTGT 01-6/GTGT {KHBS}"),
    ("02/GTGT", "TT80/2021", "844", KHBS),
    ("03/GTGT", "TT80/2021", "846", KHBS),
    ("04/GTGT", "TT80/2021", "847", KHBS),
    ("05/GTGT", "TT80/2021", "850", KHBS),
    ("02/ĐK-NPT-TNCN", "TT92/2015", "390", ""),
    ("09/XN-NPT-TNCN", "TT92/2015", "", ""),
    ("02/KK-TNCN", "TT92/2015", "391", ""),
    ("03/BĐS-TNCN", "TT92/2015", "", ""),
    ("04/CNV-TNCN", "TT92/2015", "", ""),
    ("05/KK-TNCN", "TT92/2015", "394", ""),
    ("06/TNCN", "TT92/2015", "396", ""),
    ("01/XSBHĐC", "TT92/2015", "389", f"01-1/BK-XSBHĐC {KHBS}"),
    ("05/QTT-TNCN", "TT92/2015", "395", "05-1/BK-QTT-TNCN 05-2/BK-QTT-TNCN 05-3/BK-QTT-TNCN"),
    ("02/QTT-TNCN", "TT92/2015", "392", "02-1/BK-QTT-TNCN"),
    ("01/TKN-XSBHĐC", "TT92/2015", "387", ""),
    ("08/MGT-TNCN", "TT92/2015", "", ""),
    ("02/MGTH", "TT92/2015", "", ""),
    ("05/DS-TNCN", "TT92/2015", "393", ""),
    ("01/CNKD", "TT92/2015", "386", "01-1/BK-CNKD"),
    ("01/BC-SDHĐ-CNKD", "TT92/2015", "385", ""),
    ("01/TTS", "TT92/2015", "388", "01/BK-TTS"),
    ("02/KK-TNCN", "TT80/2021", "859", KHBS),
    ("04/CNV-TNCN", "TT80/2021", "860", KHBS),
    ("05/KK-TNCN", "TT80/2021", "864", KHBS),
    ("06/TNCN", "TT80/2021", "865", KHBS),
    ("05/QTT-TNCN", "TT80/2021", "953", f"05-1/BK-QTT-TNCN 05-2/BK-QTT-TNCN 05-3/BK-QTT-TNCN {KHBS}"),
    ("02/QTT-TNCN", "TT80/2021", "952", f"02-1/BK-QTT-TNCN {KHBS}"),
    ("03/BĐS-TNCN", "TT80/2021", "1185", ""),
    ("01/CNKD", "TT40/2021", "473", f"01-1/BK-CNKD 01-2/BK-HĐKD {KHBS}"),
    ("01/TTS", "TT40/2021", "470", f"01-1/BK-TTS 01-2/BK-TTS {KHBS}"),
    ("01/XSBHĐC", "TT40/2021", "471", f"01-1/BK-XSBHĐC {KHBS}"),
    ("01/TKN-CNKD", "TT40/2021", "472", KHBS),
    ("01/CNKD", "TT18/2026", "1240", "01/BK-STK 01/BK-HTK"),
    ("02/CNKD-TNCN-QTT", "TT18/2026", "1244", ""),
    ("01/TKN-CNKD", "TT18/2026", "1245", ""),
    ("01/XSBHĐC", "TT18/2026", "1246", f"01-1/BK-XSBHĐC {KHBS}"),
    ("01/TCKT", "TT18/2026", "1247", f"01/BK-KTHTKD 02/BK-KTBĐS {KHBS}"),
    ("01/BĐS", "TT18/2026", "1255", "01/BK-BĐS"),
    ("01/BK-STK", "TT18/2026", "1265", ""),
    ("DS_CTIET_TNCN", "CV828", "1200", ""),
    ("01/NTNN", "TT80/2021", "838", KHBS),
    # Filed by the rules of circular 156/2013; the form itself is printed in circular 103/2014.
    ("01/NTNN", "TT103/2014", "41", "01/KHBS"),
    ("BC26/AC (quý)", "TT39/2014", "102", "BK01/AC BK02/AC"),
    ("BC26/AC (tháng)", "TT39/2014", "131", "BK01/AC BK02/AC"),
    ("01/GTGT", "TT89/2026", "", ""),
    ("01/ĐK-iHTKK", "", "", ""),
    ("02B/TB-iHTKK", "", "", ""),
    ("01/ĐK-TĐT", "", "", ""),
    ("02/ĐK-TĐT", "", "", ""),
    ("03/TB-TĐT", "", "", ""),
    ("01-1/TB-TĐT", "", "", ""),
    ("01-2/TB-TĐT", "", "", ""),
    ("03/TBT-BĐS-TNCN", "TT92/2015", "", ""),
    ("01/TBT-CNKD", "TT92/2015", "", ""),
    ("01/CKTT-CNKD", "TT92/2015", "", ""),
    ("01/QĐHT", "", "", ""),
    ("02/HT-TB", "", "", ""),
    ("03/MGTH", "", "", ""),
    ("04/MGTH", "", "", ""),
]
"""Printed code, circular, number (``maTKhai``) and appendices; what is blank is not asked."""


def _found(code: str, circular: str) -> Form:
    found = [form for form in forms() if form.code == code and form.basis.startswith(circular)]
    assert found != [], f"there is no form {code} {circular}"
    return found[0]


@pytest.mark.parametrize(
    ("code", "circular", "number", "appendices"),
    NAMED,
    ids=[f"{code} {circular}" for code, circular, *_ in NAMED],
)
def test_every_form_that_was_promised_is_there(
    code: str, circular: str, number: str, appendices: str
) -> None:
    form = _found(code, circular)
    assert form.ma_tkhai == number or not number
    assert set(appendices.split()) <= {part.code for part in form.appendices.values()}


@pytest.mark.parametrize("code", ["01/GTGT", "04/GTGT"])
def test_the_vat_reductions_are_appendices_of_the_vat_returns(code: str) -> None:
    assert set(REDUCTIONS) <= set(_found(code, "TT80/2021").appendices)


def test_vat_is_allocated_to_producing_plants_and_to_telecoms_on_two_tables_of_01_6() -> None:
    found = [
        part.name for part in _found("01/GTGT", "TT80/2021").appendices.values() if part.code == "01-6/GTGT"
    ]
    assert found == ["Pluc_01_6_GTGT_CSSX", "Pluc_01_6_GTGT_DVVT"]


@pytest.mark.parametrize(
    ("code", "last", "next_one"),
    [("05/KK-TNCN", "2021-12", "2022-01"), ("02/KK-TNCN", "2021-Q4", "2022-Q1")],
)
def test_the_forms_of_circular_92_hold_until_those_of_circular_80(
    code: str, last: str, next_one: str
) -> None:
    periods = (Period.parse(last), Period.parse(next_one))
    before, after = (find_for(code, period, period.end) for period in periods)
    assert before is not None
    assert before.basis == "TT92/2015/TT-BTC"
    assert after is not None
    assert after.basis == "TT80/2021/TT-BTC"
