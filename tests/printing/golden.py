"""Pictures and texts of printed forms as they were last accepted, and what a form printed now differs in.

The picture tells a line that moved, the text a letter or accent too small to be seen as a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # it brings no types

from khaithue.printing.pdf import pdf
from khaithue.returns.compute import compute
from tests.law.law_cases import scenarios

ACCEPTED: Final = Path(__file__).with_name("golden")
"""The accepted pictures and texts, one of each a page."""
REFUSED: Final = Path(__file__).parents[2] / "artifacts" / "golden"
"""Where the picture of a page that differs is left, with a picture of the difference."""
DOTS: Final = 80
"""Dots an inch of a picture."""
SHADES: Final = 16
"""Shades of grey in a picture: enough to read it, and small."""
NOTICED: Final = 51
"""Difference of grey (of 255) of a pixel that counts, three shades: less is how edges are smoothed."""

PAGES: Final = {
    "01-GTGT-842": ("01-GTGT/real-may-2026", (1, 3)),
    "05-KK-TNCN-864": ("05-KK-TNCN/real-q2-2026", (1,)),
    "05-QTT-TNCN-953": ("05-QTT-TNCN/four-people-2025", (1, 3)),
    "02-QTT-TNCN-TT92": ("02-QTT-TNCN-TT92/refund-2019", (1, 3)),
    "03-BDS-TNCN-TT92": ("03-BDS-TNCN_TT92/co-owned-house-2018", (1, 2)),
    "01-CNKD-TT40": ("01-CNKD/quarter-2025", (1, 2)),
    "02-DK-NPT-TNCN-TT92": ("02-DK-NPT-TNCN_TT92/three-dependants-2016", (1,)),
    "04-CNV-TNCN-TT92": ("04-CNV-TNCN_TT92/capital-and-securities-2017", (1,)),
}
"""The forms kept as pictures: the scenario printed and its pages, counted from 1."""


@dataclass(frozen=True)
class Page:
    """One page kept as a picture."""

    form: str
    number: int

    @property
    def file(self) -> str:
        """The name of its picture."""
        return f"{self.form}-{self.number}.png"

    @property
    def text_file(self) -> str:
        """The name of the file with its words."""
        return f"{self.form}-{self.number}.txt"


def pages() -> Iterator[Page]:
    """Every page kept as a picture."""
    for form, (_scenario, numbers) in PAGES.items():
        yield from (Page(form, number) for number in numbers)


@cache
def document(form: str) -> bytes:
    """The form's scenario, computed and printed."""
    name, _numbers = PAGES[form]
    (filed,) = (each.filed for each in scenarios() if each.name == name)
    return pdf(compute(filed))


def picture(printed: bytes, number: int) -> Image.Image:
    """A page in shades of grey."""
    with PdfDocument(printed) as read:
        drawn: Image.Image = read[number - 1].render(scale=DOTS / 72, grayscale=True).to_pil()
    step = 255 / (SHADES - 1)
    return drawn.convert("L").point([round(round(shade / step) * step) for shade in range(256)])


def words(printed: bytes, number: int) -> str:
    """What a page says, as a program that reads the file aloud or searches it finds it; lines end with LF."""
    with PdfDocument(printed) as read:
        said: str = read[number - 1].get_textpage().get_text_range()
    return "\n".join(said.splitlines()) + "\n"


def differing(now: Image.Image, accepted: Image.Image) -> int:
    """How many pixels differ to be seen; all of them when the page has another size. None may."""
    if now.size != accepted.size:
        return now.width * now.height
    return sum(ImageChops.difference(now, accepted).histogram()[NOTICED:])


def refuse(page: Page, now: Image.Image, accepted: Image.Image) -> Path:
    """Leave the page as it is now and a picture of the difference, red where they differ; where they are."""
    REFUSED.mkdir(parents=True, exist_ok=True)
    now.save(REFUSED / page.file)
    shown = Image.merge("RGB", (now, *[ImageChops.darker(now, accepted.resize(now.size))] * 2))
    red = Image.new("RGB", now.size, (220, 0, 0))
    changed = ImageChops.difference(now, accepted.resize(now.size)).point(
        lambda seen: 255 * (seen >= NOTICED)
    )
    Image.composite(red, shown, changed).save(REFUSED / f"{Path(page.file).stem}-difference.png")
    return REFUSED / page.file
