"""Eight printed forms look and read as they did when somebody last looked at them."""

from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from khaithue.printing.pdf_pen import Face, Pen
from tests.printing.golden import ACCEPTED, Page, differing, document, pages, picture, refuse, words

HOW = "if it is right: python -m tests.printing.accept_golden {form}"


def accepted(page: Page) -> Image.Image:
    return Image.open(ACCEPTED / page.file).convert("L")


def accepted_words(page: Page) -> str:
    return (ACCEPTED / page.text_file).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_a_form_is_printed_as_it_was_accepted(page: Page) -> None:
    now = picture(document(page.form), page.number)
    if different := differing(now, accepted(page)):
        kept = refuse(page, now, accepted(page))
        pytest.fail(f"{different} pixels differ: look at {kept}; " + HOW.format(form=page.form))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_a_form_says_what_it_said_to_the_letter(page: Page) -> None:
    assert words(document(page.form), page.number) == accepted_words(page), HOW.format(form=page.form)


ONE = Page("02-DK-NPT-TNCN-TT92", 1)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., bytes]]:
    """Prints that form with one text written otherwise or moved."""
    write = Pen.text

    def make(label: str, written: str, moved: float = 0.0) -> bytes:
        def otherwise(
            self: Pen, x: float, y: float, text: str, size: float, face: Face = Face.REGULAR
        ) -> None:
            wrong = text == label
            write(self, x + moved * wrong, y, written if wrong else text, size, face)

        monkeypatch.setattr(Pen, "text", otherwise)
        document.cache_clear()
        return document(ONE.form)

    yield make
    document.cache_clear()


@pytest.mark.parametrize(("label", "moved"), [("[05]", 0.5), ("[05]", 1.5), ("Quyển số", 0.5)])
def test_a_label_that_moves_is_seen(printed: Callable[..., bytes], label: str, moved: float) -> None:
    assert differing(picture(printed(label, label, moved), 1), accepted(ONE))


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("12/2020", "12/2021"),
        ("Quyển số", "Quyên số"),
        ("Quyển số", "Quyển sô"),
        ("Nguyễn Thị Mẹ", "Nguyễn Thị Me"),
        ("Quốc gia", "Quôc gia"),
    ],
)
def test_one_digit_or_accent_of_one_text_is_missed_by_neither_picture_nor_words(
    printed: Callable[..., bytes], label: str, written: str
) -> None:
    wrong = printed(label, written)
    assert differing(picture(wrong, 1), accepted(ONE))
    assert words(wrong, 1) != accepted_words(ONE)


def test_printed_again_nothing_differs(printed: Callable[..., bytes]) -> None:
    same = printed("Quyển số", "Quyển số")
    assert differing(picture(same, 1), accepted(ONE)) == 0
    assert words(same, 1) == accepted_words(ONE)


def test_every_picture_and_text_is_of_a_page_that_is_compared() -> None:
    wanted = {name for page in pages() for name in (page.file, page.text_file)}
    assert {path.name for path in ACCEPTED.iterdir()} == wanted
