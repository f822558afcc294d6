"""From a form file to a ``Form``; everything wrong with it is said at once, each with file and line."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from khaithue.formula.entry import WORDS
from khaithue.formula.source import Place
from khaithue.law.dated import Confidence
from khaithue.obligations.period import PeriodKind
from khaithue.obligations.switch import switch_names
from khaithue.returns import letter, outline
from khaithue.returns.entries import Entry
from khaithue.returns.findings import Level, Text
from khaithue.returns.form import Appendix, Check, Field, Form, Kind, Layout, Link, Table
from khaithue.returns.formulas import faults_of
from khaithue.returns.head import head_of
from khaithue.returns.kinds import parse
from khaithue.returns.lines import Lines
from khaithue.returns.paper import faults as paper_faults
from khaithue.returns.paper import paper_of
from khaithue.returns.pointers import pointer_faults
from khaithue.returns.tax_lines import faults_of_lines, lines_of

_FORM_KEYS: Final = (
    "code title basis law frame xml header_style valid period distinct outline switch confidence"
)
_FRAMES: Final = ("return", "notice", "registration")
_XML_KEYS: Final = "maTKhai pbanTKhaiXML tenTKhai moTaBMau"
_ALSO_KEY: Final = "also"
_VERSION_KEY: Final = "pbanTKhaiXML"
_ISSUED_KEY: Final = "moTaBMau"
_FIELD_KEYS: Final = (
    "label kind at calc prefill default xml header unit law help note required unprinted choices min"
)
_APPENDIX_KEYS: Final = "code title xml outline head print fields tables paper"
_CODE: Final = re.compile(r"[\w.]+")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


class FormFileError(ValueError):
    """A form file that cannot be used; ``messages`` are all its faults, each beginning ``file:line:``."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


def load(text: str, file: str) -> Form:
    """The form a file declares, with every static check made; raises ``FormFileError``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormFileError([f"{file}:{_line_of(error)}: {error}"]) from None
    loader = _Loader(document, text, file)
    form = loader.form()
    if head_of(text) != document.get("form"):
        loader.messages.append(f"{file}:1: the table [form] comes first, whole")
    if not loader.messages:
        loader.check(form)
    if loader.messages:
        raise FormFileError(sorted(loader.messages, key=_line_number))
    return form


def _says_ma_tkhai(document: dict[str, Any]) -> bool:
    head = document.get("form")
    xml = head.get("xml") if isinstance(head, dict) else None
    return isinstance(xml, dict) and "maTKhai" in xml


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    match = re.search(r"line (\d+)", str(error))
    return int(match[1]) if match else 1


def _line_number(message: str) -> int:
    return int(message.split(":", 2)[1])


MAIN_TABLES: Final = "CTieuTKhaiChinh"
"""The name under which the tables of the main part stand among the appendices."""


class _Loader:
    """Reads one document; gathers messages instead of stopping."""

    def __init__(self, document: dict[str, Any], text: str, file: str) -> None:
        self.lines = Lines(text)
        self.file = file
        self.messages: list[str] = []
        self.root = Entry(document, (), self._say)
        self.has_xml = _says_ma_tkhai(document)

    def _say(self, path: tuple[str, ...], message: str) -> None:
        self.messages.append(f"{self._place(*path)}: {message}")

    def _place(self, *path: str) -> Place:
        return Place(self.file, self.lines.of(*path))

    # -- reading

    def form(self) -> Form:
        root = self.root
        root.only("form fields layout paper tables appendices checks links supplement")
        head = root.entry("form")
        head.only(_FORM_KEYS)
        frame = self._frame(head)
        law = head.text("law")
        appendices = [self._appendix(entry, head) for entry in root.entry("appendices").entries()]
        if main := list(root.entry("tables").entries()):
            appendices.insert(0, self._main_tables(main, head, law))
        valid = head.entry("valid")
        valid.only("from to")
        return Form(
            code=head.text("code", needed=True),
            title=head.text("title", needed=True),
            basis=head.text("basis", needed=True),
            law=law,
            xml=self._xml(head.entry("xml"), frame),
            header_style=head.text("header_style", needed=self.has_xml and frame == "return"),
            valid_from=valid.day("from") or date.max,
            valid_to=valid.day("to", needed=False),
            periods=self._periods(head),
            outline=head.text("outline"),
            fields=self._fields(root.entry("fields"), law),
            appendices={part.name: part for part in appendices},
            checks={entry.name: self._check(entry) for entry in root.entry("checks").entries()},
            links=tuple(self._link(entry) for entry in root.listed("links")),
            layout=self._layout(root.entry("layout")),
            paper=paper_of(root.entry("paper"), head.text("basis")),
            distinct=head.texts("distinct"),
            frame=frame,
            switch=self._switch(head),
            confidence=self._confidence(head),
            also=self._also(head.entry("xml").entry(_ALSO_KEY)),
            supplement=lines_of(root.entry("supplement")),
        )

    def _frame(self, head: Entry) -> str:
        name = head.text("frame") or "return"
        if name not in _FRAMES:
            head.say("frame", f"frame is one of {', '.join(_FRAMES)}, not {name}")
        return name

    def _xml(self, entry: Entry, frame: str) -> Mapping[str, str]:
        entry.only(f"{_XML_KEYS} {_ALSO_KEY}" if self.has_xml else f"{_VERSION_KEY} {_ISSUED_KEY}")
        wanted = _XML_KEYS.split() if self.has_xml else [_VERSION_KEY]
        found = {key: entry.text(key, needed=key != _ISSUED_KEY or frame == "return") for key in wanted}
        return found if self.has_xml else {**found, _ISSUED_KEY: entry.text(_ISSUED_KEY)}

    def _also(self, entry: Entry) -> Mapping[str, tuple[str, ...]]:
        return {version: entry.texts(version) for version in entry.values}

    def _switch(self, head: Entry) -> str:
        name = head.text("switch")
        if name and name not in switch_names():
            head.say("switch", f"the law has no switch {name}")
        return name

    def _confidence(self, head: Entry) -> Confidence:
        if "confidence" not in head.values:
            return Confidence.HIGH
        return head.choice("confidence", Confidence, Confidence.LOW)

    def _periods(self, head: Entry) -> tuple[str, ...]:
        kinds = head.texts("period")
        for kind in kinds:
            if kind not in list(PeriodKind):
                head.say("period", f"there is no period of kind {kind}")
        if not kinds:
            head.say("period", "period is missing")
        return kinds

    def _fields(self, entry: Entry, law: str) -> dict[str, Field]:
        return {each.name: self._field(each, law) for each in entry.entries()}

    def _field(self, entry: Entry, law: str) -> Field:
        entry.only(_FIELD_KEYS)
        if not _CODE.fullmatch(entry.name):
            entry.say("", f"{entry.name!r} is no code of a box: letters, digits, _ and . only")
        choices = {key: str(value) for key, value in entry.entry("choices").values.items()}
        return Field(
            code=entry.name,
            label=entry.text("label", needed=True),
            kind=entry.choice("kind", Kind, Kind.TEXT),
            at=entry.text("at"),
            calc=entry.text("calc"),
            prefill=entry.text("prefill"),
            default=entry.text("default"),
            xml=entry.text("xml"),
            header=entry.text("header"),
            unit=entry.text("unit"),
            law=entry.text("law") or law,
            help=entry.text("help"),
            note=entry.text("note"),
            required=entry.flag("required"),
            unprinted=entry.flag("unprinted"),
            choices=choices or None,
            min=entry.whole("min"),
        )

    def _appendix(self, entry: Entry, head: Entry) -> Appendix:
        entry.only(_APPENDIX_KEYS)
        law = head.text("law")
        paper = paper_of(entry.entry("paper"), head.text("basis")) if "paper" in entry.values else None
        return Appendix(
            name=entry.name,
            code=entry.text("code", needed=True),
            title=entry.text("title", needed=True),
            xml=entry.text("xml", needed=self.has_xml),
            outline=entry.text("outline"),
            fields=self._fields(entry.entry("fields"), law),
            tables={each.name: self._table(each, law) for each in entry.entry("tables").entries()},
            print_rows=entry.lists("print"),
            head=entry.lists("head"),
            paper=paper,
        )

    def _main_tables(self, entries: Iterable[Entry], head: Entry, law: str) -> Appendix:
        tables = {each.name: self._table(each, law) for each in entries}
        title = "; ".join(table.title for table in tables.values())
        return Appendix(MAIN_TABLES, head.text("code"), title, "", "", {}, tables, is_main=True)

    def _table(self, entry: Entry, law: str) -> Table:
        entry.only("title xml parent columns")
        return Table(
            name=entry.name,
            title=entry.text("title", needed=True),
            xml=entry.text("xml", needed=self.has_xml),
            columns=self._fields(entry.entry("columns"), law),
            parent=entry.text("parent"),
        )

    def _check(self, entry: Entry) -> Check:
        entry.only("rule level cell law message fix each")
        return Check(
            code=entry.name,
            rule=entry.text("rule", needed=True),
            level=entry.choice("level", Level, Level.ERROR),
            cell=entry.text("cell", needed=True),
            message=self._both(entry.entry("message")),
            fix=self._both(entry.entry("fix")),
            law=entry.text("law"),
            each=entry.text("each"),
        )

    def _both(self, entry: Entry) -> Text:
        entry.only("vi en")
        return Text(entry.text("vi", needed=True), entry.text("en", needed=True))

    def _link(self, entry: Entry) -> Link:
        entry.only("cell source note")
        return Link(entry.text("cell", needed=True), entry.text("source", needed=True), entry.text("note"))

    def _layout(self, entry: Entry) -> Layout:
        entry.only("head columns rows landscape letter labels codes")
        return Layout(
            columns=entry.texts("columns"),
            rows=entry.lists("rows"),
            head=entry.lists("head"),
            landscape=entry.flag("landscape"),
            letter=letter.paragraphs(entry),
            labels=entry.text("labels"),
            codes=entry.text("codes"),
        )

    # -- checking

    def check(self, form: Form) -> None:
        """Everything that needs the whole form."""
        self._names(form)
        for path, field, is_column in _all_fields(form):
            self._box(path, field, is_column=is_column)
        if self.has_xml:
            self._outlines(form)
        else:
            self._without_outlines(form)
        for pointer, text in pointer_faults(form):
            self._say(pointer, text)
        for path, message in (*faults_of_lines(form), *paper_faults(form)):
            self._say(path, message)
        self.messages += faults_of(form, self._place)

    def _names(self, form: Form) -> None:
        taken = {"form", "up", *WORDS}
        for path, name in _part_names(form):
            if not _NAME.fullmatch(name):
                self._say(path, f"{name!r} is no name a formula can ask for")
            if name in taken:
                self._say(path, f"the name {name} is taken already")
            taken.add(name)
        for part in form.appendices.values():
            for table in part.tables.values():
                if table.parent and (table.parent not in part.tables or table.parent == table.name):
                    path = ("appendices", part.name, "tables", table.name, "parent")
                    self._say(path, f"table {table.name} parent: {part.name} has no table {table.parent}")

    def _box(self, path: tuple[str, ...], field: Field, *, is_column: bool) -> None:
        if field.calc and field.header:
            self._say(path, f"[{field.code}] is computed: it is not fed by the header")
        if field.calc and (field.prefill or field.default):
            self._say(path, f"[{field.code}] is computed: it has no prefill and no default")
        if field.xml and field.header:
            self._say(path, f"[{field.code}] has both an xml path and a header element")
        if not self.has_xml:
            self._no_path(path, field.xml)
        elif is_column and not (field.xml or (field.calc and not field.is_typed)):
            self._say(path, f"[{field.code}] a column to fill in without an xml path")
        elif not (is_column or field.xml or field.header or field.calc):
            self._say(path, f"[{field.code}] a box to fill in without an xml path or a header element")
        self._default(path, field)

    def _default(self, path: tuple[str, ...], field: Field) -> None:
        try:
            value = parse(field.kind, field.default)
        except ValueError:
            self._say(path, f"[{field.code}] default: {field.default!r} is no {field.kind}")
            return
        if value is not None and field.choices and field.default not in field.choices:
            self._say(path, f"[{field.code}] default: {field.default!r} is not among the choices")

    def _no_path(self, path: tuple[str, ...], xml: str) -> None:
        if xml:
            self._say((*path, "xml"), "a form without maTKhai has no XML, so no outline and no xml path")

    def _without_outlines(self, form: Form) -> None:
        self._no_path(("form", "outline"), form.outline)
        for part in form.appendices.values():
            path = ("appendices", part.name)
            self._no_path((*path, "outline"), part.outline)
            self._no_path(path, part.xml)
            for table in part.tables.values():
                self._no_path((*path, "tables", table.name), table.xml)

    def _outlines(self, form: Form) -> None:
        for fault in outline.faults(form.outline, form.fields, form.main_tables):
            self._outline_fault(("form", "outline"), ("fields",), fault)
        for part in form.appendices.values():
            if part.is_main:
                continue
            path = ("appendices", part.name)
            for fault in outline.faults(part.outline, part.fields, part.tables):
                holder = path if fault.table else (*path, "fields")
                self._outline_fault((*path, "outline"), holder, fault)

    def _outline_fault(
        self, outlined: tuple[str, ...], holder: tuple[str, ...], fault: outline.Fault
    ) -> None:
        if fault.line:
            place = Place(self.file, self.lines.of_text(*outlined) + fault.line - 1)
            self.messages.append(f"{place}: outline: {fault.text}")
            return
        path = (*holder, "tables", fault.table) if fault.table else holder
        if not fault.box:
            path = (*path, "xml")
        elif fault.table:
            path = (*path, "columns", fault.box)
        else:
            path = (*path, fault.box)
        about = f"[{fault.box}]" if fault.box else f"table {fault.table}"
        self._say(path, f"{about} {fault.text}")


def _all_fields(form: Form) -> Iterator[tuple[tuple[str, ...], Field, bool]]:
    for field in form.fields.values():
        yield ("fields", field.code), field, False
    for part in form.appendices.values():
        path = ("appendices", part.name)
        for field in part.fields.values():
            yield (*path, "fields", field.code), field, False
        for table in part.tables.values():
            for column in table.columns.values():
                yield (*path, "tables", table.name, "columns", column.code), column, True


def _part_names(form: Form) -> Iterator[tuple[tuple[str, ...], str]]:
    for part in form.appendices.values():
        yield ("appendices", part.name), part.name
        for name in part.tables:
            yield ("appendices", part.name, "tables", name), name
