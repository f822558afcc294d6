from pathlib import Path

from khaithue.portal.settings_reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_page_of_settings_is_the_one_the_portal_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "python -m khaithue.portal.settings_reference > docs/reference/settings.md"
    )
