"""The API's description: every route said in words, with examples that fit, and kept as a page."""

from pathlib import Path
from typing import Any

import pytest
from ninja import Schema

from khaithue import law
from khaithue.portal.api import shapes, shapes_programs
from khaithue.portal.api.interface import API, ROOT
from khaithue.portal.api.problems import MEDIA_TYPE
from khaithue.portal.api.reference import markdown
from khaithue.portal.api.scopes import MEANINGS, Scope
from khaithue.portal.api.webhooks import events

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"
SCHEMA = API.get_openapi_schema()
OPERATIONS = {said["operationId"]: said for methods in SCHEMA["paths"].values() for said in methods.values()}


def shown(said: dict[str, Any]) -> object:
    named = said["schema"].get("$ref", "").rpartition("/")[2]
    return said.get("example") or SCHEMA["components"]["schemas"].get(named, {}).get("example")


def test_the_page_of_the_api_is_the_one_its_description_renders() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(SCHEMA, ROOT), (
        "python -m khaithue.portal api_reference > docs/reference/api.md"
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_route_is_described_with_examples_of_what_it_takes_and_gives(name: str) -> None:
    said = OPERATIONS[name]
    assert said["summary"]
    assert said["description"].endswith(".")
    for media, body in said.get("requestBody", {}).get("content", {}).items():
        assert shown(body), media
    for status, answer in said["responses"].items():
        for media, body in answer.get("content", {}).items():
            assert shown(body), (status, media)
            assert (media == MEDIA_TYPE) == (status >= "300"), status
    for parameter in said["parameters"]:
        assert parameter["description"], parameter["name"]


def test_the_description_is_made_once_for_it_takes_a_second() -> None:
    assert API.get_openapi_schema() is API.get_openapi_schema(path_params={})


def test_every_example_is_one_of_its_shape() -> None:
    found = 0
    for shape in (*vars(shapes).values(), *vars(shapes_programs).values()):
        if isinstance(shape, type) and issubclass(shape, Schema) and shape is not Schema:
            extra = shape.model_config.get("json_schema_extra") or {}
            if isinstance(extra, dict) and "example" in extra:
                shape.model_validate(extra["example"])
                found += 1
    assert found > 12


def test_a_route_without_a_scope_is_one_of_two() -> None:
    """What the token reaches needs a token only; a test taxpayer is made without one."""
    open_ = {
        name for name, said in OPERATIONS.items() if said.get("security", [{"Token": []}]) == [{"Token": []}]
    }
    assert open_ == {"taxpayers_taxpayers", "sandbox_make"}


def test_every_code_of_the_api_has_its_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_api_*.py"))
    assert [code for code in law.document("errors/api.toml") if f'"{code}"' not in tests] == []


def test_every_scope_and_event_has_its_meaning() -> None:
    assert set(MEANINGS) == set(Scope)
    assert set(events.MEANINGS) == set(events.Event)
