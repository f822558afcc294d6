"""Tests marked as the failing or near-miss case of an error code are held to it while they run."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from khaithue.returns.findings import catalogue
from tests.tried import Heard, heard

FAILING, NEAR = "error", "near_miss"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{FAILING}(*codes, each=None): tells these codes of law/errors")
    config.addinivalue_line("markers", f"{NEAR}(*codes, each=None): asks what tells these codes; it does not")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run a marked test listening, and fail it when it does not do what its marks say."""
    failing, near = (sorted(set(_codes(item, name))) for name in (FAILING, NEAR))
    if not failing and not near:
        return (yield)
    with heard() as ear:
        done = yield
    if wrong := list(_wrong(ear, failing, near)):
        pytest.fail("; ".join(wrong), pytrace=False)
    return done


def _codes(item: pytest.Item, name: str) -> Iterator[str]:
    for mark in item.iter_markers(name):
        yield from mark.args
        if mark.kwargs.get("each"):
            yield from _named(getattr(item, "callspec").params[mark.kwargs["each"]])  # noqa: B009 - only of parametrised ones


def _named(value: Any) -> list[str]:
    """The codes of a parameter: one, or several."""
    texts = [value] if isinstance(value, str) else [each for each in value if isinstance(each, str)]
    return [text for text in texts if text in catalogue()]


def _wrong(ear: Heard, failing: list[str], near: list[str]) -> Iterator[str]:
    yield from (f"marked {FAILING}({code!r}), yet {code} is not told" for code in failing if code not in ear.told)
    for code in near:
        if code in ear.told and code not in failing:
            yield f"marked {NEAR}({code!r}), yet {code} is told"
        elif not ear.nearly(code):
            yield f"marked {NEAR}({code!r}), yet what tells {code} was not asked without telling it"
