"""Vietnamese first, English whole: every text of the pages is translated and the compiled file is in step."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from khaithue.portal import web
from khaithue.portal.accounts.models import Taxpayer, User
from tests.portal.web_browser import browser

ROOT = Path(web.__file__).parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES"
TAG = re.compile(r"""{%\s*translate\s+"([^"]+)"\s*(?:as\s+\w+\s*)?%}""")
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
PLACE = re.compile(r"{{\s*(\w+)\s*}}")


def of_templates() -> Iterator[str]:
    for path in ROOT.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        yield from TAG.findall(text)
        for block in BLOCK.findall(text):
            yield PLACE.sub(r"%(\1)s", re.split(r"{%\s*plural\s*%}", block)[0])


def of_modules() -> Iterator[str]:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "ngettext")
            ):
                first = node.args[0]
                assert isinstance(first, ast.Constant), (
                    f"{path}:{node.lineno}: a text to translate is a constant"
                )
                yield str(first.value)


def catalogue() -> dict[str, tuple[str, ...]]:
    with (CATALOGUE / "django.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.id]
    assert not any(message.fuzzy for message in messages)
    return {_texts(message.id)[0]: _texts(message.string) for message in messages}


def _texts(found: object) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else tuple(found) if isinstance(found, tuple | list) else ("",)


def test_every_text_of_the_pages_has_its_english_and_no_other_text_is_kept() -> None:
    assert set(catalogue()) == {*of_templates(), *of_modules()}
    assert [key for key, forms in catalogue().items() if not all(forms)] == []


def test_a_translation_keeps_the_places_of_its_text() -> None:
    places = re.compile(r"%\(\w+\)s|%[sd]|</?code>")
    for key, forms in catalogue().items():
        for form in forms:
            assert sorted(places.findall(form)) == sorted(places.findall(key)), key


def test_the_compiled_catalogue_is_in_step_with_its_source() -> None:
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for key, forms in catalogue().items():
        found = (
            (compiled.gettext(key),)
            if len(forms) == 1
            else (compiled.ngettext(key, key, 1), compiled.ngettext(key, key, 2))
        )
        assert found == forms


@pytest.mark.parametrize("wanted", ["", "en-US,en;q=0.9", "xx"])
def test_pages_are_vietnamese_until_english_is_chosen_whatever_browsers_prefer(db: None, wanted: str) -> None:
    client = browser(language=wanted)
    page = client.get("/login/").content.decode()
    assert '<html lang="vi">' in page
    assert "Mật khẩu" in page


def test_english_is_chosen_with_the_switch_and_kept(company_a: tuple[User, Taxpayer]) -> None:
    client = browser(company_a[0])
    client.post("/language/setlang/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "To do" in page
    assert "Việc phải làm" not in page


def test_the_switch_leads_to_no_other_site(db: None) -> None:
    reply = browser().post("/language/setlang/", {"language": "en", "next": "https://example.com/"})
    assert not reply.headers["Location"].startswith("https://example.com")
