"""The reference of the API, from its own description: for the portal's page and docs/reference/api.md.

``python -m khaithue.portal api_reference`` prints the Markdown.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from khaithue.returns.findings import Text

ROOMS: dict[str, Text] = {
    "taxpayers": Text("Người nộp thuế và nghĩa vụ", "Taxpayers and obligations"),
    "drafts": Text("Tờ khai đang lập", "Drafts"),
    "check": Text("Kiểm tra", "Checking"),
    "filings": Text("Nộp và tra cứu", "Filing and looking up"),
    "notices": Text("Thông báo của cơ quan thuế", "Notices"),
    "webhooks": Text("Báo sự kiện", "Webhooks"),
    "sandbox": Text("Môi trường thử", "Sandbox"),
}
"""The rooms in the order they are read, by the tag of their routes."""

NAMES: dict[str, str] = {
    "taxpayers_taxpayers": "Những người nộp thuế mà mã truy cập làm việc cho",
    "taxpayers_obligations": "Nghĩa vụ phải nộp",
    "drafts_drafts": "Các tờ khai đang lập",
    "drafts_start": "Mở một tờ khai",
    "drafts_draft": "Một tờ khai đang lập",
    "drafts_save": "Lưu số liệu",
    "drafts_discard": "Xóa tờ khai đang lập",
    "drafts_draft_xml": "Tờ khai thành XML để ký",
    "checks_check": "Kiểm tra một tờ khai",
    "filings_submit": "Nộp tờ khai đã ký",
    "filings_filings": "Tra cứu tờ khai đã nộp",
    "filings_receipt": "Biên nhận và quyết định",
    "filings_original": "Tệp đã nộp",
    "notices_notices": "Các thông báo",
    "notices_notice": "Một thông báo",
    "notices_notice_xml": "Thông báo thành XML đã ký",
    "webhooks_webhooks": "Các địa chỉ nhận sự kiện",
    "webhooks_add": "Thêm địa chỉ nhận sự kiện",
    "webhooks_end": "Ngừng một địa chỉ",
    "webhooks_deliveries": "Những lần gửi",
    "sandbox_make": "Tạo người nộp thuế thử",
}
"""What each route is called in Vietnamese; the description itself has its English."""


@dataclass(frozen=True)
class Parameter:
    """A part of the address, of its query, or a header; ``values`` are those it takes, unless described."""

    name: str
    place: str
    required: bool
    description: str
    values: str


@dataclass(frozen=True)
class Content:
    """A body: its media type, and an example of it."""

    media: str
    example: str


@dataclass(frozen=True)
class Answer:
    """One answer: its status, what that means, and its body if it has one."""

    status: str
    meaning: str
    content: Content | None


@dataclass(frozen=True)
class Route:
    """One route, as people read it."""

    name: str
    title: Text
    method: str
    path: str
    description: str
    scope: str
    parameters: tuple[Parameter, ...]
    takes: tuple[Content, ...]
    answers: tuple[Answer, ...]
    problems: tuple[str, ...]


def rooms(schema: dict[str, Any]) -> Iterator[tuple[str, Text, list[Route]]]:
    """The rooms of the API in order: tag, name, and their routes."""
    found = [
        (said["tags"][0], _route(schema, path, method, said))
        for path, methods in schema["paths"].items()
        for method, said in methods.items()
    ]
    for tag, title in ROOMS.items():
        yield tag, title, [route for each, route in found if each == tag]


def _route(schema: dict[str, Any], path: str, method: str, said: dict[str, Any]) -> Route:
    (security,) = said.get("security", [{"Token": ["–"]}])
    good = {status: each for status, each in said["responses"].items() if status < "300"}
    bad = tuple(sorted(status for status in said["responses"] if status >= "300"))
    body = said.get("requestBody", {}).get("content", {})
    return Route(
        name=said["operationId"],
        title=Text(NAMES[said["operationId"]], said["summary"]),
        method=method.upper(),
        path=path,
        description=said["description"],
        scope=(security["Token"] or [""])[0],
        parameters=_parameters_of(said),
        takes=tuple(_content(schema, media, each) for media, each in body.items()),
        answers=tuple(_answer(schema, status, each) for status, each in sorted(good.items())),
        problems=bad,
    )


def _parameters_of(said: dict[str, Any]) -> tuple[Parameter, ...]:
    """The parameters of a route, those of the address first."""
    return tuple(sorted(map(_parameter, said["parameters"]), key=lambda each: each.place != "path"))


def _parameter(said: dict[str, Any]) -> Parameter:
    shape = said["schema"]
    known = next((each["enum"] for each in (shape, *shape.get("anyOf", ())) if "enum" in each), ())
    description = said.get("description", "")
    unsaid = [str(value) for value in known if f"{value}:" not in description]
    return Parameter(said["name"], said["in"], said["required"], description, ", ".join(unsaid))


def _answer(schema: dict[str, Any], status: str, said: dict[str, Any]) -> Answer:
    contents = [_content(schema, media, each) for media, each in said.get("content", {}).items()]
    return Answer(status, HTTPStatus(int(status)).phrase, contents[0] if contents else None)


def _content(schema: dict[str, Any], media: str, said: dict[str, Any]) -> Content:
    shape = said.get("schema", {})
    named = schema["components"]["schemas"].get(shape.get("$ref", "").rpartition("/")[2], {})
    shown = said.get("example") or named.get("example", "")
    text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False, indent=2)
    return Content(media, text)


HEAD = """# The API

Rendered by `python -m khaithue.portal api_reference`; a test compares this page with the description that the
portal serves at `{root}openapi.json` (OpenAPI 3.1).

{description}

Every route that needs a token may also answer 401, 403, 422 and 429 with a problem
(`application/problem+json`):

```json
{problem}
```
"""


def markdown(schema: dict[str, Any], root: str) -> str:
    """The whole page as Markdown."""
    shown = schema["components"]["schemas"]["ProblemOut"]["example"]
    problem = json.dumps(shown, ensure_ascii=False, indent=2)
    head = HEAD.format(root=root, description=schema["info"]["description"], problem=problem)
    parts = [part for _tag, title, routes in rooms(schema) for part in _room(title.en, routes)]
    return "\n".join([head, *parts])


def _room(title: str, routes: list[Route]) -> Iterator[str]:
    yield f"## {title}\n"
    for route in routes:
        yield f"### {route.title.en}\n"
        scope = f" · scope `{route.scope}`" if route.scope not in ("", "–") else ""
        token = " · no token" if route.scope == "–" else ""
        yield f"`{route.method} {route.path}`{scope}{token}\n"
        yield f"{route.description}\n"
        yield from _parameters(route)
        for body in route.takes:
            yield _block(f"Body (`{body.media}`)", body)
        for answer in route.answers:
            yield _block(f"{answer.status} {answer.meaning}", answer.content)
        yield f"Problems: {', '.join(route.problems)}.\n"


def _parameters(route: Route) -> Iterator[str]:
    if route.parameters:
        rows = [f"| `{each.name}` | {_where(each)} | {_meaning(each)} |" for each in route.parameters]
        yield "\n".join(["| parameter | where | meaning |", "|---|---|---|", *rows]) + "\n"


def _where(parameter: Parameter) -> str:
    return parameter.place if parameter.required else f"{parameter.place}, optional"


def _meaning(parameter: Parameter) -> str:
    return f"{parameter.description} ({parameter.values})" if parameter.values else parameter.description


def _block(title: str, content: Content | None) -> str:
    if content is None or not content.example:
        return f"{title}\n"
    language = "xml" if "xml" in content.media else "json"
    return f"{title}\n\n```{language}\n{content.example}\n```\n"
