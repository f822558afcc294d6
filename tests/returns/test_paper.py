"""The words around the boxes: the form file's, else the usual ones; each place is a box or of the header."""

import pytest

from khaithue.returns.load import FormFileError, load

FORM = """[form]
code = "09/THỬ"
title = "TỜ KHAI THỬ"
basis = "TT1/2026/TT-BTC"
xml = { pbanTKhaiXML = "1", moTaBMau = "(Thử)" }
valid = { from = 2026-01-01 }
period = ["year"]

[fields]
21 = { label = "Doanh thu", kind = "money" }

[layout]
head = [["## I. THÔNG TIN"], ["21"]]
"""
OATH = "Tôi cam đoan số liệu khai trên là đúng"


def faults(paper: str) -> list[str]:
    with pytest.raises(FormFileError) as refused:
        load(FORM + paper, "09.toml")
    return refused.value.messages


def test_a_form_that_says_nothing_has_the_usual_words() -> None:
    paper = load(FORM, "09.toml").paper
    assert paper.oath.startswith(OATH)
    assert [signer.title[0] for signer in paper.signers] == ["NHÂN VIÊN ĐẠI LÝ THUẾ", "NGƯỜI NỘP THUẾ hoặc"]
    assert [signer.taxpayer for signer in paper.signers] == [False, True]


def test_the_words_of_the_form_file_take_the_place_of_the_usual_ones_key_by_key() -> None:
    paper = load(FORM + '[paper]\nbelow = ["(Áp dụng thử)"]\nunit = ""\n', "09.toml").paper
    assert (paper.below, paper.unit) == (("(Áp dụng thử)",), "")
    assert paper.oath.startswith(OATH)


def test_a_circular_may_have_words_of_its_own() -> None:
    paper = load(FORM.replace("TT1/2026/TT-BTC", "TT92/2015/TT-BTC"), "09.toml").paper
    assert paper.signers[1].sign == "Ký, ghi rõ họ tên; chức vụ và đóng dấu (nếu có)"


@pytest.mark.parametrize("place", ["{21}", "{cchiHNghe}"])
def test_a_place_is_filled_by_a_box_or_an_element_of_the_header(place: str) -> None:
    assert load(FORM + f'[paper]\nafter = ["Doanh thu {place}"]\n', "09.toml").paper.after


@pytest.mark.parametrize("place", ["{22}", "{cchiHNghe2}"])
def test_a_place_that_nothing_fills_is_a_fault(place: str) -> None:
    (fault,) = faults(f'[paper]\nafter = ["Doanh thu {place}"]\n')
    assert f"there is no box {place[1:-1]}" in fault


def test_a_signer_is_one_of_the_usual_ones_or_described() -> None:
    said = '[paper]\nsigners = ["agent", { title = ["NGƯỜI LÀM ĐƠN"], day = true }]\n'
    assert [signer.day for signer in load(FORM + said, "09.toml").paper.signers] == [False, True]
    (fault,) = faults('[paper]\nsigners = ["agents"]\n')
    assert "there is no usual signer agents" in fault


def test_a_key_that_does_not_exist_is_a_fault() -> None:
    (fault,) = faults('[paper]\nsubtitle = "(Áp dụng thử)"\n')
    assert "there is no key subtitle" in fault


def test_a_section_of_the_head_is_no_box_and_a_mistyped_box_is_a_fault() -> None:
    assert load(FORM, "09.toml").layout.head[0] == ("## I. THÔNG TIN",)
    with pytest.raises(FormFileError, match="there is no box ##I"):
        load(FORM.replace("## I. THÔNG TIN", "##I"), "09.toml")
