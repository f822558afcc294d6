"""``khaithue forms``: the forms the program knows, what each holds, and what changed between two versions."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from khaithue.cli.answer import Answer, unusable
from khaithue.cli.due import CONFIDENCE, CONFIDENCES
from khaithue.cli.lookup import all_forms, form_of, today
from khaithue.cli.program import Argument, Group, Option, command
from khaithue.cli.screen import level_name
from khaithue.cli.voice import say
from khaithue.returns.findings import Text

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.returns.catalogue import Head
    from khaithue.returns.diff import Change
    from khaithue.returns.form import Appendix, Field, Form

SPEC = Text(
    "Mẫu, ví dụ 01/GTGT; một bản nhất định: 01/GTGT@TT80/2021/TT-BTC@2.8.3.",
    "The form, such as 01/GTGT; one certain version: 01/GTGT@TT80/2021/TT-BTC@2.8.3.",
)
BASIS = Text("Văn bản ban hành, ví dụ TT80/2021/TT-BTC.", "The issuing document, such as TT80/2021/TT-BTC.")
VERSION = Text("Phiên bản XML, ví dụ 2.8.3.", "The version of the XML, such as 2.8.3.")
NAMES = {
    "code": Text("Mẫu", "Form"),
    "basis": Text("Ban hành theo", "Basis"),
    "version": Text("Phiên bản", "Version"),
    "valid": Text("Dùng cho kỳ", "For periods"),
    "period": Text("Khai theo", "Filed by"),
    "title": Text("Tên", "Title"),
    "xml": Text("Mã XML", "XML code"),
    "law": Text("Căn cứ", "Law"),
}
PERIODS = {
    "month": Text("tháng", "month"),
    "quarter": Text("quý", "quarter"),
    "half_year": Text("6 tháng", "half-year"),
    "year": Text("năm", "year"),
    "occurrence": Text("lần phát sinh", "occurrence"),
    "range": Text("khoảng ngày", "range of days"),
}
NO_XML = Text("không có XML của cơ quan thuế", "no XML of the authority")
FROM = Text("từ {first}", "from {first}")
SURE = Text("độ tin cậy: {confidence}", "confidence: {confidence}")
UNTIL = Text("{first} đến {last}", "{first} to {last}")
BOX = Text("Ô", "Box")
LABEL = Text("Nội dung", "Label")
KIND = Text("Kiểu", "Kind")
CALC = Text("Cách tính", "Calculation")
LINKS = Text("Liên kết giữa tờ khai và phụ lục", "Links between the form and its appendices")
CHECKS = Text("Kiểm tra", "Checks")
CHECK_CODE = Text("Mã", "Code")
RULE = Text("Điều kiện", "Rule")
LEVEL = Text("Mức", "Level")
ENTERED = Text("entered: người nộp thuế tự ghi", "entered: written by the taxpayer")
PREFILL = Text("điền sẵn: {formula}", "prefilled: {formula}")
TABLE = Text("Bảng {name}: {title}", "Table {name}: {title}")

SAME = Text("Không có gì khác.", "Nothing differs.")
CHANGE = Text("Thay đổi", "Change")
BEFORE = Text("Trước", "Before")
AFTER = Text("Sau", "After")
WHAT = {
    "added": Text("thêm", "added"),
    "removed": Text("bỏ", "removed"),
    "label": Text("nội dung", "label"),
    "kind": Text("kiểu", "kind"),
    "calc": Text("cách tính", "calc"),
    "rule": Text("điều kiện", "rule"),
}

forms = Group("forms", text=Text("Các mẫu tờ khai có trong chương trình.", "The forms the program knows."))


def _arguments() -> tuple[Argument, Option, Option]:
    return (
        Argument(["code"], text=SPEC),
        Option(["--basis"], text=BASIS, metavar="BASIS", default=""),
        Option(["--version"], text=VERSION, metavar="VERSION", default=""),
    )


@command(
    text=Text("Liệt kê các mẫu, mỗi phiên bản một dòng.", "List the forms, one version a line."),
    answers=(
        "`forms`: a list, each `code`, `title`, `basis`, `version`, `valid` (`from`, `to`), `period`, "
        "`confidence`, `xml` (whether the authority takes an XML of it), `today` (`taken`: whether it may be "
        "filed today; where a change of forms is under way also `why` in both languages, `law` and "
        "`confidence`)."
    ),
)
def list_() -> Answer:
    """List the forms."""
    from khaithue.cli.form_json import listed

    known, day = all_forms(), today()
    return Answer(
        {"forms": [listed(form, day) for form in known]},
        show=lambda screen: _show_list_of_forms(known, day, screen),
    )


@command(
    *_arguments(),
    text=Text(
        "Cho xem một mẫu: chỉ tiêu, bảng, liên kết và kiểm tra. Không nói rõ phiên bản thì lấy bản mới nhất.",
        "Show one form: boxes, tables, links and checks. Without a version the newest is shown.",
    ),
    answers=(
        "`code`, `title`, `basis`, `version`, `valid` (`from`, `to`), `period`, `law`, `confidence`, "
        "`xml` (the "
        "authority's names), "
        "`fields` (each `code`, `label`, `type`, `calc`, `typed` (a person may write in it), `xml`, "
        "`prefill`, `header`, `at`, `default`, `unit`, `law`, `help`, `note`, "
        "`required`, `choices`, `min`), `tables` (each `name`, `title`, `appendix`, `xml`, `parent`, "
        "`columns`, and `totals`: "
        "the boxes of the appendix computed from the table), `appendices` (each `name`, `code`, `title`, "
        "`xml`, `fields`, "
        "`tables`), `links` (each `cell`, `source`, `note`), `checks` (each `code`, `rule`, `level`, "
        "`cell`, `each`, "
        "`message`, `fix`, `law`)."
    ),
)
def show(code: str, basis: str, version: str) -> Answer:
    """Show a form."""
    from khaithue.cli.form_json import form_json

    form = form_of(code, basis, version)
    return Answer(form_json(form), show=lambda screen: _show(form, screen))


@command(
    *_arguments(),
    text=Text("In lược đồ XSD của tệp XML của mẫu.", "Print the XML schema (XSD) of the form's files."),
    answers=("`xsd` (the schema as text)."),
)
def xsd(code: str, basis: str, version: str) -> Answer:
    """Print the schema of a form."""
    from khaithue.exchange.shape import NoXmlError
    from khaithue.exchange.xsd import schema

    try:
        text = schema(form_of(code, basis, version)).decode("utf-8")
    except NoXmlError as error:
        raise unusable(error.finding) from error
    return Answer({"xsd": text}, show=lambda screen: screen.text(text))


@command(
    Argument(["before"], text=SPEC, metavar="A"),
    Argument(["after"], text=SPEC, metavar="B"),
    text=Text(
        "So sánh hai phiên bản mẫu A và B: ô, cột và kiểm tra được thêm, bỏ hay đổi. A, B cũng có thể là "
        "tệp mẫu .toml.",
        "Compare two form versions A and B: boxes, columns and checks added, removed or changed. A or B "
        "may be a form file "
        "(.toml).",
    ),
    answers=(
        "`a` and `b` (as in `forms list`), `changes`: a list, each `cell` (a box, a column or a check), "
        "`what` (`added`, "
        "`removed` or the key that changed), `before`, `after`."
    ),
)
def diff(before: str, after: str) -> Answer:
    """Compare two form versions."""
    from khaithue.cli.form_json import form_line
    from khaithue.returns.diff import diff as changes_of

    old, new = form_of(before), form_of(after)
    changes = changes_of(old, new)
    body = {
        "a": form_line(old),
        "b": form_line(new),
        "changes": [dataclasses.asdict(change) for change in changes],
    }
    return Answer(body, show=lambda screen: _show_changes(changes, screen))


def _show_changes(changes: "Sequence[Change]", screen: "Screen") -> None:
    if not changes:
        screen.note(say(SAME))
        return
    rows = [
        (each.cell, say(WHAT.get(each.what, Text(each.what, each.what))), each.before, each.after)
        for each in changes
    ]
    screen.table([say(name) for name in (BOX, CHANGE, BEFORE, AFTER)], rows)


def _show_list_of_forms(known: "Sequence[Head]", day: date, screen: "Screen") -> None:
    """The table, then a line for each form that a change of forms touches."""
    from khaithue.returns.standing import standing

    names = [say(NAMES[name]) for name in ("code", "basis", "version", "valid", "period", "title")]
    screen.table(names, [_line(form) for form in known])
    for form in known:
        if stands := standing(form, day):
            sure = say(SURE).format(confidence=say(CONFIDENCES[stands.confidence.value]))
            screen.note(f"{form.code} {form.basis}: {say(stands.why)} ({stands.law}; {sure})")


def _line(form: "Form | Head") -> tuple[str, ...]:
    periods = ", ".join(say(PERIODS[name]) for name in form.periods)
    return (form.code, form.basis, form.version, _validity(form), periods, form.title)


def _validity(form: "Form | Head") -> str:
    if form.valid_to is None:
        return say(FROM).format(first=form.valid_from)
    return say(UNTIL).format(first=form.valid_from, last=form.valid_to)


def _show(form: "Form", screen: "Screen") -> None:
    facts = zip(("code", "basis", "version", "valid", "period"), _line(form), strict=False)
    screen.heading(form.title)
    xml = (say(NAMES["xml"]), form.ma_tkhai or say(NO_XML))
    sure = (say(CONFIDENCE), say(CONFIDENCES[form.confidence.value]))
    law = (say(NAMES["law"]), form.law)
    screen.facts([*((say(NAMES[name]), value) for name, value in facts), xml, law, sure])
    screen.text("")
    _show_fields(form.fields, screen)
    for part in form.appendices.values():
        _show_appendix(part, screen)
    _show_rules(form, screen)


def _show_appendix(part: "Appendix", screen: "Screen") -> None:
    screen.text("")
    screen.heading(f"{part.name} · {part.code} · {part.title}")
    for table in part.tables.values():
        screen.note(say(TABLE).format(name=table.name, title=table.title))
        _show_fields(table.columns, screen)
    _show_fields(part.fields, screen)


def _show_fields(fields: "Mapping[str, Field]", screen: "Screen") -> None:
    names = [say(name) for name in (BOX, LABEL, KIND, CALC)]
    if fields:
        rows = [
            (f"[{field.code}]", field.label, field.kind.value, _calculation(field))
            for field in fields.values()
        ]
        screen.table(names, rows)


def _calculation(field: "Field") -> str:
    if field.calc:
        return f"{field.calc} ({say(ENTERED)})" if field.is_typed else field.calc
    return say(PREFILL).format(formula=field.prefill) if field.prefill else ""


def _show_rules(form: "Form", screen: "Screen") -> None:
    _show_list(LINKS, [f"[{link.cell}] ← {link.source} {link.note}" for link in form.links], screen)
    if form.checks:
        screen.text("")
        screen.heading(say(CHECKS))
        rows = [
            (check.code, level_name(check.level), check.rule, say(check.message))
            for check in form.checks.values()
        ]
        screen.table([say(CHECK_CODE), say(LEVEL), say(RULE), say(LABEL)], rows)


def _show_list(title: Text, lines: Iterable[str], screen: "Screen") -> None:
    if found := list(lines):
        screen.text("")
        screen.heading(say(title))
        for line in found:
            screen.note(line)


for each in (list_, show, diff, xsd):
    forms.add_command(each)
