"""Accept the forms as they are printed now: ``python -m tests.printing.accept_golden [FORM ...]``.

Without a name all forms are accepted. Look at the pictures before committing them.
"""

import sys
from collections.abc import Sequence

from PIL import Image

from tests.printing.golden import ACCEPTED, SHADES, Page, document, pages, picture, words


def accept(page: Page) -> None:
    """Keep the page as it is printed now."""
    ACCEPTED.mkdir(exist_ok=True)
    kept = picture(document(page.form), page.number)
    kept.quantize(SHADES, method=Image.Quantize.MAXCOVERAGE).save(ACCEPTED / page.file, optimize=True)
    said = words(document(page.form), page.number)
    (ACCEPTED / page.text_file).write_text(said, encoding="utf-8")


def main(forms: Sequence[str]) -> None:
    """Accept the forms named, or all."""
    for page in pages():
        if not forms or page.form in forms:
            accept(page)
            print(ACCEPTED / page.file)


if __name__ == "__main__":
    main(sys.argv[1:])
