"""The look: enough contrast to be read (WCAG 2.2 AA), small enough for a slow line, all from here."""

import re
from pathlib import Path

import pytest

from khaithue.formula.target_javascript import runtime_text
from khaithue.portal import web
from khaithue.portal.web.templatetags.khaithue import sentence
from khaithue.printing import stylesheet
from khaithue.returns.catalogue import forms
from khaithue.returns.formulas import javascript

STATIC = Path(web.__file__).parent / "static" / "web"
BASE = (STATIC / "base.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", BASE))

TEXT_ON_GROUND = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("accent", "surface"),
    ("accent", "ground"),
    ("accent-dark", "accent-soft"),
    ("surface", "accent"),
    ("surface", "accent-dark"),
    ("error", "surface"),
    ("error", "error-soft"),
    ("warning", "warning-soft"),
    ("warning", "surface"),
    ("good", "good-soft"),
    ("good", "surface"),
]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground_by_at_least_four_and_a_half_to_one(text: str, ground: str) -> None:
    assert contrast(TOKENS[text], TOKENS[ground]) >= 4.5


def test_the_edge_of_a_box_stands_out_by_at_least_three_to_one() -> None:
    assert contrast(TOKENS["line-strong"], TOKENS["surface"]) >= 3


def test_styles_and_scripts_of_the_heaviest_page_stay_below_a_hundred_and_fifty_kilobytes() -> None:
    own = sum(path.stat().st_size for path in STATIC.iterdir())
    heaviest = max(len(javascript(form).encode()) for form in forms())
    assert own + heaviest + len(runtime_text()) + len(stylesheet()) < 150_000


def test_nothing_is_fetched_from_another_host_and_no_script_writes_code() -> None:
    texts = [path.read_text(encoding="utf-8") for path in STATIC.iterdir()] + [stylesheet()]
    for text in texts:
        assert not re.search(r"(?:url\(|@import|src=)\s*[\"']?(?:https?:)?//", text)
        assert not re.search(r"\beval\(|new Function|document\.write|setAttribute\(\s*[\"']on", text)


def test_a_title_in_capitals_is_shown_as_a_sentence_and_numbers_of_documents_are_kept() -> None:
    assert sentence("THEO NGHỊ QUYẾT SỐ 43/2022/QH15") == "Theo nghị quyết số 43/2022/QH15"
    assert sentence("Bảng kê TNCN") == "Bảng kê TNCN"
    assert sentence("TỜ KHAI NHÀ THẦU (Áp dụng với TNCN)") == "Tờ khai nhà thầu (Áp dụng với TNCN)"
    assert sentence("DANH SÁCH NỘP THUẾ TNCN, GTGT (NSNN)") == "Danh sách nộp thuế TNCN, GTGT (NSNN)"
