import pytest

from khaithue.cli.voice import heard


@pytest.mark.parametrize(
    ("args", "environment", "language"),
    [
        ([], {}, "vi"),
        ([], {"KHAITHUE_LANG": "en"}, "en"),
        ([], {"KHAITHUE_LANG": "fr"}, "vi"),
        (["check", "--lang", "vi"], {"KHAITHUE_LANG": "en"}, "vi"),
        (["--lang=en", "check"], {}, "en"),
        (["check", "--", "--lang=en"], {}, "vi"),
        (["check", "--lang"], {}, "vi"),
    ],
)
def test_vietnamese_is_spoken_unless_another_language_is_asked_for(
    args: list[str], environment: dict[str, str], language: str
) -> None:
    assert heard(args, environment).language == language


def test_json_after_two_dashes_is_a_file_name() -> None:
    assert heard(["check", "--json"], {}).json
    assert not heard(["check", "--", "--json"], {}).json
