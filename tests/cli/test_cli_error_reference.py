from pathlib import Path

from khaithue.cli.error_reference import reference
from khaithue.returns.findings import catalogue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "errors.md"


def test_the_page_of_error_codes_is_the_one_the_law_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "python -m khaithue.cli.error_reference > docs/reference/errors.md"
    )


def test_every_code_stands_on_the_page_with_both_languages() -> None:
    page = reference()
    for kind in catalogue().values():
        assert f"| `{kind.code}` | {kind.level} |" in page
        assert kind.message.vi != kind.message.en, kind.code
        assert kind.fix.vi != kind.fix.en, kind.code
