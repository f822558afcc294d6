"""Tests marked as the failing or near-miss case of an error code are held to it (``tests/tried.py``)."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from khaithue.returns.findings import catalogue
from tests.tried import FAILING, NEAR, faults, heard


def pytest_configure(config: pytest.Config) -> None:
    """Make the two marks known."""
    config.addinivalue_line("markers", f"{FAILING}(*codes, each=None): tells these codes of law/errors")
    config.addinivalue_line("markers", f"{NEAR}(*codes, each=None): asks what tells these codes; it does not")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Run a marked test listening, and fail it when it does not do what its marks say."""
    failing, here = set(_given(item, FAILING)), set(_of_this_case(item, FAILING))
    near = (set(_given(item, NEAR)) - here) | set(_of_this_case(item, NEAR))
    if not failing | here | near:
        return (yield)
    with heard() as ear:
        done = yield
    if wrong := list(faults(ear, failing | here, near)):
        pytest.fail("; ".join(wrong), pytrace=False)
    return done


def _given(item: pytest.Item, name: str) -> Iterator[str]:
    """The codes written in the marks."""
    for mark in item.iter_markers(name):
        yield from mark.args


def _of_this_case(item: pytest.Item, name: str) -> Iterator[str]:
    """The codes in the parameters that the marks name: of this one of the cases of a test."""
    for mark in item.iter_markers(name):
        if isinstance(item, pytest.Function) and mark.kwargs.get("each"):
            value: Any = item.callspec.params[mark.kwargs["each"]]
            texts = [value] if isinstance(value, str) else value
            yield from (text for text in texts if isinstance(text, str) and text in catalogue())
