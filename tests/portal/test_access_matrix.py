"""Two taxpayers, a sub-account, an agent, an officer: every address answers each as ``access.toml`` says."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.web.request import CHOSEN
from tests.portal.web_browser import browser
from tests.portal.world import World, world

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("access.toml").read_text(encoding="utf-8"))
PEOPLE = ("nobody", "main", "clerk", "agent", "other", "officer")


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the portal: its space and name, and its pattern."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, space: str) -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            yield from _below(item, item.namespace or space)
        elif item.name:
            yield f"{space}:{item.name}".lstrip(":"), item


def said() -> dict[str, dict[str, Any]]:
    """The table, by space and name."""
    return {f"{space}:{name}": row for space, rows in TABLE.items() for name, row in rows.items()}


@pytest.fixture
def people(db: None) -> World:
    return world()


def test_every_address_is_in_the_table_and_no_other() -> None:
    assert sorted(name for name, _ in addresses() if ":" in name) == sorted(said())


@pytest.mark.parametrize("name", sorted(said()))
def test_each_person_sees_what_the_table_says(name: str, people: World) -> None:
    row, path = said()[name], _path(name, people)
    found = {person: _visitor(person, people).get(path).status_code for person in PEOPLE}
    assert found == {person: row[person] for person in PEOPLE}


@pytest.mark.parametrize("name", sorted(said()))
def test_nobody_changes_what_is_anothers(name: str, people: World) -> None:
    row = said()[name]
    if not dict(addresses())[name].pattern.converters or row.get("own") or row["other"] in (200, 302):
        return
    path = _path(name, people)
    strangers = ("other", "nobody") if row.get("office") else ("other", "officer", "nobody")
    for person in strangers:
        reply = _visitor(person, people).post(path)
        sent_away = reply.status_code == 302 and reply.headers["Location"].startswith("/login/")
        assert sent_away or reply.status_code in (401, 403, 404, 405), (person, reply.status_code)


def _path(name: str, people: World) -> str:
    row, pattern = said()[name], dict(addresses())[name]
    wanted = {key: row.get("args", {}).get(key, key) for key in pattern.pattern.converters}
    path = reverse(name, kwargs={key: people.arguments[argument] for key, argument in wanted.items()})
    return f"{path}{row.get('query', '')}"


def _visitor(person: str, people: World) -> Client:
    visitor = browser(people.people.get(person))
    if person == "agent":
        session = visitor.session
        session[CHOSEN] = Taxpayer.objects.get(mst="0319900012").pk
        session.save()
    return visitor
