"""Each difference from the form is a finding with its code, box, row and line; all are found at once."""

import re
from datetime import date

import pytest

from khaithue.exchange.returns_xml import read, write
from khaithue.exchange.xml_reader import MAX_FINDINGS
from khaithue.obligations.period import Period
from khaithue.returns.findings import Finding, has_errors
from khaithue.returns.model import Return, Row
from tests.exchange.forms_from_samples import form_of, sample
from tests.exchange.toy_form import FORM, form

RET = Return(
    FORM,
    Period.month(2026, 5),
    {"mst": "0319900012", "tenNNT": "CÔNG TY A", "ngayKy": "2026-06-18"},
    {"22": 1, "23": 2, "26": "a", "27": "2026-05-01", "28": "2026-05"},
    {"PL1": {"13": 7}},
    {
        "people": (Row({"7": "A", "12": 1}), Row({"7": "B", "12": 2})),
        "factories": (Row({"a": "F", "b": 3}, {"places": (Row({"c": "X", "d": 4}),)}),),
    },
)
TEXT = write(RET).decode()


def findings(*changes: tuple[str, str]) -> tuple[Finding, ...]:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    result = read(text.encode(), [FORM])
    assert (result.return_ is None) == has_errors(result.findings)
    return result.findings


def line_of(text: str) -> int:
    return TEXT.partition(text)[0].count("\n") + 1


def test_the_file_itself_has_no_findings() -> None:
    assert findings() == ()


WRONG_STRUCTURE = {
    "namespace missing": (' xmlns="http://kekhaithue.gdt.gov.vn/TKhaiThue"', "", "XML-NAMESPACE"),
    "namespace wrong": ("gdt.gov.vn/TKhaiThue", "gdt.gov.vn/TKhai", "XML-NAMESPACE"),
    "namespace within": ("<ct22>", '<khac xmlns="urn:khac"/><ct22>', "XML-NAMESPACE"),
    "root": ("<HSoThueDTu", "<HoSoKhac", "XML-ROOT"),
    "form": ("<maTKhai>999<", "<maTKhai>842<", "XML-FORM"),
    "version": ("<pbanTKhaiXML>1.0.0<", "<pbanTKhaiXML>0.9.9<", "XML-VERSION"),
    "unknown element": ("<ct22>1</ct22>", "<ct22>1</ct22><ct99>1</ct99>", "XML-UNKNOWN"),
    "missing element": ("<ct22>1</ct22>", "", "XML-MISSING"),
    "repeated element": ("<ct22>1</ct22>", "<ct22>1</ct22><ct22>2</ct22>", "XML-REPEATED"),
    "attribute on a value": ("<ct22>", '<ct22 don_vi="nghìn">', "XML-ATTRIBUTE"),
    "attribute on a group": ("<Nhom>", '<Nhom id="ID_1">', "XML-ATTRIBUTE"),
    "attribute on a row": ('<Nguoi id="ID_1">', '<Nguoi ID="ID_1">', "XML-ATTRIBUTE"),
    "attribute on the dossier": ('HSoKhaiThue id="ID_1"', 'HSoKhaiThue lop="ID_1"', "XML-ATTRIBUTE"),
    "attribute on the root": ("<HSoThueDTu ", '<HSoThueDTu a="b" ', "XML-ATTRIBUTE"),
    "stray text": ("<Nhom>", "<Nhom>100", "XML-STRAY-TEXT"),
    "element in a value": ("<ct22>1", "<ct22><b>1</b>", "XML-NOT-A-VALUE"),
    "nil on a value": ("<ct22>", '<ct22 xsi:nil="true">', "XML-ATTRIBUTE"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("old", "new", "code"), WRONG_STRUCTURE.values(), ids=WRONG_STRUCTURE)
def test_each_difference_in_structure_has_its_code(old: str, new: str, code: str) -> None:
    changes = [(old, new)] if code != "XML-ROOT" else [(old, new), ("</HSoThueDTu", "</HoSoKhac")]
    assert [found.code for found in findings(*changes)] == [code]


WRONG_VALUES = {
    "letters": ("<ct22>1<", "<ct22>1tr<", "XML-MONEY", "22"),
    "points": ("<ct22>1<", "<ct22>1.000<", "XML-MONEY", "22"),
    "decimals": ("<ct22>1<", "<ct22>1.0<", "XML-MONEY", "22"),
    "commas": ("<ct22>1<", "<ct22>1,000<", "XML-MONEY", "22"),
    "exponent": ("<ct22>1<", "<ct22>1e3<", "XML-MONEY", "22"),
    "a space before": ("<ct22>1<", "<ct22> 1<", "XML-MONEY", "22"),
    "full-width digits": ("<ct22>1<", "<ct22>\uff11\uff12<", "XML-MONEY", "22"),
    "plus": ("<ct22>1<", "<ct22>+1<", "XML-MONEY", "22"),
    "minus nothing": ("<ct22>1<", "<ct22>-0<", "XML-MONEY", "22"),
    "brackets": ("<ct22>1<", "<ct22>(1)<", "XML-MONEY", "22"),
    "a million digits": ("<ct22>1<", f"<ct22>{'9' * 1_000_000}<", "XML-MONEY", "22"),
    "31 digits": ("<ct22>1<", f"<ct22>{'9' * 31}<", "XML-MONEY", "22"),
    "half a person": ("<ct23>2<", "<ct23>0.5<", "XML-COUNT", "23"),
    "minus one person": ("<ct23>2<", "<ct23>-1<", "XML-COUNT", "23"),
    "decimal comma": ("<ct24>0<", "<ct24>0,5<", "XML-NUMBER", "24"),
    "not a number": ("<ct24>0<", "<ct24>NaN<", "XML-NUMBER", "24"),
    "yes": ("<ct25>0<", "<ct25>x<", "XML-FLAG", "25"),
    "day first": ("<ct27>2026-05-01<", "<ct27>01/05/2026<", "XML-DATE", "27"),
    "no such day": ("<ct27>2026-05-01<", "<ct27>2026-02-30<", "XML-DATE", "27"),
    "year first": ("<ct28>05/2026<", "<ct28>2026-05<", "XML-MONTH", "28"),
    "no such month": ("<ct28>05/2026<", "<ct28>13/2026<", "XML-MONTH", "28"),
    "total": ("<ct13>7<", "<ct13>x<", "XML-MONEY", "PL1[13]"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("old", "new", "code", "cell"), WRONG_VALUES.values(), ids=WRONG_VALUES)
def test_each_wrong_value_has_the_code_of_its_kind_and_its_box(
    old: str, new: str, code: str, cell: str
) -> None:
    (found,) = findings((old, new))
    assert (found.code, found.cell, found.line) == (code, cell, line_of(old))
    value = new.partition(">")[2].rstrip("<")
    assert f"“{value[:40]}" in found.message.vi
    assert len(found.message.vi) < 200


NEAR = {
    "negative": ("<ct22>1<", "<ct22>-1<"),
    "30 digits": ("<ct22>1<", f"<ct22>{'9' * 30}<"),
    "blank amount": ("<ct22>1<", "<ct22><"),
    "indented blank": ("<ct22>1<", "<ct22>\n   <"),
    "decimal": ("<ct24>0<", "<ct24>-0.5<"),
    "true": ("<ct25>0<", "<ct25>true<"),
    "leap day": ("<ct27>2026-05-01<", "<ct27>2024-02-29<"),
    "nil blank": ("<ct22>1<", '<ct22 xsi:nil="true"><'),
    "portal id": ('HSoKhaiThue id="ID_1"', 'HSoKhaiThue Id="NODETOSIGN"'),
    "no reason of extension": (re.findall(r"\s*<GiaHan>.*?</GiaHan>", TEXT, re.DOTALL)[0], ""),
    "schema place": ("<HSoThueDTu ", '<HSoThueDTu xsi:schemaLocation="a b" '),
    "optional left out": ("<ct26>a</ct26>", "<ct26/>"),
    "no row id": ('<Nguoi id="ID_1">', "<Nguoi>"),
}


@pytest.mark.near_miss(
    "XML-ATTRIBUTE",
    "XML-CDATA",
    "XML-COMMENT",
    "XML-CONTROL",
    "XML-COUNT",
    "XML-DATE",
    "XML-DOCTYPE",
    "XML-EMPTY",
    "XML-FLAG",
    "XML-FORM",
    "XML-INSTRUCTION",
    "XML-MALFORMED",
    "XML-MISSING",
    "XML-MONEY",
    "XML-MONTH",
    "XML-NAMESPACE",
    "XML-NOT-A-VALUE",
    "XML-NUMBER",
    "XML-REPEATED",
    "XML-ROOT",
    "XML-STRAY-TEXT",
    "XML-UNKNOWN",
)
@pytest.mark.parametrize("name", NEAR)
def test_what_other_right_programs_write_is_read(name: str) -> None:
    assert findings(NEAR[name]) == ()


def test_a_box_fed_by_the_header_is_named_by_its_printed_code() -> None:
    (found,) = findings(("<tenNNT>CÔNG TY A</tenNNT>", ""))
    assert (found.code, found.cell) == ("XML-MISSING", "04")


def test_a_wrong_day_in_the_header_is_found() -> None:
    (found,) = findings(("<ngayKy>2026-06-18<", "<ngayKy>18/06/2026<"))
    assert (found.code, found.line) == ("XML-DATE", line_of("<ngayKy>"))


def test_a_wrong_figure_of_a_row_is_told_with_its_row() -> None:
    (found,) = findings(("<ct12>2<", "<ct12>hai<"))
    assert (found.code, found.cell, found.row, found.line) == (
        "XML-MONEY",
        "people[12]",
        2,
        line_of("<ct12>2"),
    )


def test_a_wrong_figure_of_a_row_within_a_row_is_told_with_its_row() -> None:
    (found,) = findings(("<so>4<", "<so>bốn<"))
    assert (found.code, found.cell, found.row) == ("XML-COUNT", "places[d]", 1)


def test_rows_within_rows_are_counted_through_the_file() -> None:
    factory = re.findall(r"\s*<NhaMay .*?</NhaMay>", TEXT, re.DOTALL)[0]
    (found,) = findings((factory, factory + factory.replace("<so>4<", "<so>bốn<")))
    assert (found.cell, found.row) == ("places[d]", 2)


def test_two_elements_that_changed_places_are_one_finding() -> None:
    swapped = re.sub(r"(<ct23>2</ct23>)(\s*)(<ct24>0</ct24>)", r"\3\2\1", TEXT)
    (found,) = read(swapped.encode(), [FORM]).findings
    assert (found.code, found.fix.en) == ("XML-ORDER", "Put it just after “ct23”.")


@pytest.mark.error("XML-ORDER")
@pytest.mark.near_miss("XML-ORDER")
def test_a_group_moved_to_the_end_is_one_finding() -> None:
    group = re.findall(r"\s*<Nhom>.*?</Nhom>", TEXT, re.DOTALL)[0]
    (found,) = findings((group, ""), ("\n    </CTieuTKhaiChinh>", f"{group}\n    </CTieuTKhaiChinh>"))
    assert (found.code, found.fix.en) == ("XML-ORDER", "Put it just after “ct22”.")


def test_a_second_dossier_is_refused() -> None:
    dossier = re.findall(r"<HSoKhaiThue.*</HSoKhaiThue>", TEXT, re.DOTALL)[0]
    assert [found.code for found in findings((dossier, dossier * 2))] == ["XML-REPEATED"]


def test_no_dossier_is_refused() -> None:
    dossier = re.findall(r"<HSoKhaiThue.*</HSoKhaiThue>", TEXT, re.DOTALL)[0]
    assert [found.code for found in findings((dossier, ""))] == ["XML-MISSING"]


def test_an_unknown_form_and_version_are_told_with_those_known() -> None:
    (found,) = findings(("<maTKhai>999<", "<maTKhai>842<"))
    assert "999" in found.fix.vi
    (found,) = findings(("<pbanTKhaiXML>1.0.0<", "<pbanTKhaiXML>9<"))
    assert "1.0.0" in found.fix.vi
    assert "01/THU" in found.message.vi


def test_all_findings_are_told_at_once_in_the_order_of_the_file() -> None:
    found = findings(
        ("<ct22>1<", "<ct22>x<"), ("<ct25>0</ct25>", ""), ("<ct12>1<", "<ct12>y<"), ("<ct12>2<", "<ct12>z<")
    )
    assert [(item.code, item.row) for item in found] == [
        ("XML-MONEY", None),
        ("XML-MISSING", None),
        ("XML-MONEY", 1),
        ("XML-MONEY", 2),
    ]


@pytest.mark.error("XML-MORE")
@pytest.mark.parametrize("extra", [1, 50])
def test_findings_beyond_the_bound_are_told_as_one(extra: int) -> None:
    found = findings(("<ct22>1</ct22>", "<ct22>1</ct22>" + "<la/>" * (MAX_FINDINGS + extra)))
    assert [item.code for item in found] == ["XML-UNKNOWN"] * MAX_FINDINGS + ["XML-MORE"]


@pytest.mark.near_miss("XML-MORE")
def test_as_many_findings_as_the_bound_are_all_told() -> None:
    found = findings(("<ct22>1</ct22>", "<ct22>1</ct22>" + "<la/>" * MAX_FINDINGS))
    assert [item.code for item in found] == ["XML-UNKNOWN"] * MAX_FINDINGS


PERIODS = {
    "letter": ("<kieuKy>M<", "<kieuKy>T<", "XML-PERIOD-KIND"),
    "no letter": ("<kieuKy>M<", "<kieuKy><", "XML-PERIOD-KIND"),
    "month 13": ("<kyKKhai>05/2026<", "<kyKKhai>13/2026<", "XML-PERIOD"),
    "no period": ("<kyKKhai>05/2026<", "<kyKKhai><", "XML-PERIOD"),
    "a quarter called month": ("<kyKKhai>05/2026<", "<kyKKhai>Q2/2026<", "XML-PERIOD"),
    "another first day": ("<kyKKhaiTuNgay>01/05/2026<", "<kyKKhaiTuNgay>02/05/2026<", "XML-PERIOD-DISAGREES"),
    "another last day": (
        "<kyKKhaiDenNgay>31/05/2026<",
        "<kyKKhaiDenNgay>30/06/2026<",
        "XML-PERIOD-DISAGREES",
    ),
    "no such day": ("<kyKKhaiDenNgay>31/05/2026<", "<kyKKhaiDenNgay>32/05/2026<", "XML-PERIOD-DISAGREES"),
    "one day only": ("<kyKKhaiDenNgay>31/05/2026<", "<kyKKhaiDenNgay><", "XML-PERIOD-DISAGREES"),
    "another month": (
        "<kyKKhaiTuThang />",
        "<kyKKhaiTuThang>04/2026</kyKKhaiTuThang>",
        "XML-PERIOD-DISAGREES",
    ),
    "kind of return": ("<loaiTKhai>C<", "<loaiTKhai>X<", "XML-KIND-OF-RETURN"),
    "supplement number 0": ("<loaiTKhai>C<", "<loaiTKhai>B<", "XML-KIND-OF-RETURN"),
    "first with a number": ("<soLan>0<", "<soLan>1<", "XML-KIND-OF-RETURN"),
    "endless number": ("<soLan>0<", f"<soLan>{'1' * 10_000}<", "XML-KIND-OF-RETURN"),
}


@pytest.mark.error(each="code")
@pytest.mark.parametrize(("old", "new", "code"), PERIODS.values(), ids=PERIODS)
def test_a_period_that_contradicts_itself_is_found(old: str, new: str, code: str) -> None:
    (found,) = findings((old, new))
    assert found.code == code
    assert found.line is not None


def header(**texts: str) -> str:
    text = TEXT
    for name, value in texts.items():
        text = re.sub(rf"<{name}( />|>.*</{name}>)", f"<{name}>{value}</{name}>", text)
    return text


@pytest.mark.near_miss("XML-PERIOD", "XML-PERIOD-DISAGREES", "XML-PERIOD-KIND")
@pytest.mark.parametrize(
    ("texts", "period"),
    [
        (
            {"kieuKy": "M", "kyKKhai": "5/2026", "kyKKhaiTuThang": "05/2026", "kyKKhaiDenThang": "05/2026"},
            "2026-05",
        ),
        (
            {
                "kieuKy": "Q",
                "kyKKhai": "2/2026",
                "kyKKhaiTuNgay": "01/04/2026",
                "kyKKhaiDenNgay": "30/06/2026",
            },
            "2026-Q2",
        ),
        ({"kieuKy": "Q", "kyKKhai": "02/2026", "kyKKhaiTuNgay": "", "kyKKhaiDenNgay": ""}, "2026-Q2"),
        (
            {"kieuKy": "Y", "kyKKhai": "2025", "kyKKhaiTuNgay": "01/01/2025", "kyKKhaiDenNgay": "31/12/2025"},
            "2025",
        ),
        (
            {
                "kieuKy": "Y",
                "kyKKhai": "2025",
                "kyKKhaiTuNgay": "",
                "kyKKhaiDenNgay": "",
                "kyKKhaiTuThang": "03/2025",
                "kyKKhaiDenThang": "02/2026",
            },
            "2025",
        ),
        ({"kieuKy": "D", "kyKKhai": "20/05/2026", "kyKKhaiTuNgay": "", "kyKKhaiDenNgay": ""}, "2026-05-20"),
        ({"kieuKy": "K", "kyKKhai": "2026"}, "2026-05-01..2026-05-31"),
        (
            {
                "kieuKy": "K",
                "kyKKhai": "2026",
                "kyKKhaiTuNgay": "",
                "kyKKhaiDenNgay": "",
                "kyKKhaiTuThang": "03/2026",
                "kyKKhaiDenThang": "05/2026",
            },
            "2026-03-01..2026-05-31",
        ),
    ],
)
def test_every_spelling_of_a_period_is_read_and_written_back_as_it_was(
    texts: dict[str, str], period: str
) -> None:
    data = header(**texts).encode()
    result = read(data, [FORM])
    assert result.findings == ()
    assert result.return_ is not None
    assert result.return_.period == Period.parse(period)
    again = read(write(result.return_), [FORM]).return_
    assert again is not None
    assert again.header == result.return_.header


@pytest.mark.parametrize(
    "texts",
    [
        {"kieuKy": "Y", "kyKKhai": "2025", "kyKKhaiTuNgay": "01/01/2024", "kyKKhaiDenNgay": "31/12/2024"},
        {"kieuKy": "Y", "kyKKhai": "2025", "kyKKhaiTuNgay": "01/03/2025", "kyKKhaiDenNgay": "31/03/2026"},
        {"kieuKy": "Y", "kyKKhai": "2025", "kyKKhaiTuNgay": "31/12/2025", "kyKKhaiDenNgay": "01/12/2025"},
        {"kieuKy": "D", "kyKKhai": "20/05/2026"},
    ],
)
def test_days_outside_the_period_are_found(texts: dict[str, str]) -> None:
    assert [found.code for found in read(header(**texts).encode(), [FORM]).findings] == [
        "XML-PERIOD-DISAGREES"
    ]


def test_a_range_that_ends_before_it_starts_is_found() -> None:
    data = header(kieuKy="K", kyKKhai="2026", kyKKhaiTuNgay="31/05/2026", kyKKhaiDenNgay="01/05/2026")
    assert [found.code for found in read(data.encode(), [FORM]).findings] == ["XML-PERIOD"]


@pytest.mark.near_miss("XML-KIND-OF-RETURN")
def test_a_supplementary_return_keeps_its_kind_and_number() -> None:
    ret = read(header(loaiTKhai="B", soLan="2").encode(), [FORM]).return_
    assert ret is not None
    assert (ret.header["loaiTKhai"], ret.header["soLan"]) == ("B", "2")


def test_of_two_forms_of_one_version_the_one_in_force_in_the_period_is_read() -> None:
    old = form(code="01/CU", valid_to=date(2026, 4, 30))
    new = form(code="01/MOI", valid_from=date(2026, 5, 1))
    for forms in ([old, new], [new, old]):
        ret = read(TEXT.encode(), forms).return_
        assert ret is not None
        assert ret.form.code == "01/MOI"


def test_a_signature_is_seen_but_not_read() -> None:
    block = '<CKyDTu><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><a/></Signature></CKyDTu>'
    result = read(TEXT.replace("</HSoKhaiThue>", f"</HSoKhaiThue>{block}").encode(), [FORM])
    assert result.signed
    assert result.findings == ()
    assert result.return_ == read(TEXT.encode(), [FORM]).return_


def test_an_empty_place_for_a_signature_is_not_a_signature() -> None:
    result = read(TEXT.replace("</HSoKhaiThue>", "</HSoKhaiThue><CKyDTu></CKyDTu>").encode(), [FORM])
    assert not result.signed
    assert result.findings == ()


def test_a_signature_before_the_dossier_is_out_of_order() -> None:
    text = TEXT.replace("<HSoKhaiThue", "<CKyDTu></CKyDTu><HSoKhaiThue")
    assert [found.code for found in read(text.encode(), [FORM]).findings] == ["XML-ORDER"]


def test_the_kind_of_address_belongs_to_the_form() -> None:
    data = sample("864")
    wrong = data.replace(b"tenXaNNT", b"phuongXa").replace(b"<maXaNNT>70113080</maXaNNT>", b"")
    codes = [found.code for found in read(wrong, [form_of(data)]).findings]
    assert codes == ["XML-UNKNOWN", "XML-MISSING", "XML-MISSING"]
