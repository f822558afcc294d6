"""Eight printed forms look as they did when somebody last looked at them."""

import pytest
from PIL import Image

from khaithue.printing.pdf_pen import Face, Pen
from tests.printing.golden import ACCEPTED, TOLERATED, Page, differing, document, pages, picture, refuse

HOW = "if it is right: python -m tests.printing.accept_golden {form}"


def accepted(page: Page) -> Image.Image:
    return Image.open(ACCEPTED / page.file).convert("L")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.file)
def test_a_form_is_printed_as_it_was_accepted(page: Page) -> None:
    now = picture(document(page.form), page.number)
    different = differing(now, accepted(page))
    if different > TOLERATED:
        kept = refuse(page, now, accepted(page))
        pytest.fail(f"{different} pixels differ: look at {kept}; " + HOW.format(form=page.form))


@pytest.mark.parametrize(
    ("label", "written", "moved"),
    [("[05]", "[05]", 0.5), ("[05]", "[05]", 1.5), ("12/2020", "12/2021", 0.0)],
)
def test_a_label_that_moves_or_a_digit_that_changes_is_seen(
    monkeypatch: pytest.MonkeyPatch, label: str, written: str, moved: float
) -> None:
    page = Page("02-DK-NPT-TNCN-TT92", 1)
    write = Pen.text

    def otherwise(self: Pen, x: float, y: float, text: str, size: float, face: Face = Face.REGULAR) -> None:
        wrong = text == label
        write(self, x + moved * wrong, y, written if wrong else text, size, face)

    monkeypatch.setattr(Pen, "text", otherwise)
    document.cache_clear()
    now = picture(document(page.form), page.number)
    document.cache_clear()
    assert differing(now, accepted(page)) > TOLERATED


def test_every_picture_is_of_a_page_that_is_compared() -> None:
    assert {path.name for path in ACCEPTED.iterdir()} == {page.file for page in pages()}
