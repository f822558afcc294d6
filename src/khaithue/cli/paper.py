"""``khaithue print``, ``template`` and ``import``: the paper form, and books of Excel."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from khaithue.cli.answer import Answer, refused
from khaithue.cli.disk import output_file, read_bytes, write_whole
from khaithue.cli.forms import BASIS, SPEC, VERSION
from khaithue.cli.lookup import form_of
from khaithue.cli.program import Argument, Option, argument, command, option
from khaithue.cli.returns import WRITTEN, encoded, open_return
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text, finding, has_errors

if TYPE_CHECKING:
    from khaithue.returns.model import Return

BOOK = ".xlsx"
NOT_WRITTEN = Text(
    "Chưa ghi {path}: sửa các lỗi của sổ Excel trước.", "{path} was not written: correct the book first."
)


@command(
    argument(
        "source", "Tệp tờ khai, .xml hoặc .json.", "The file of the return, .xml or .json.", metavar="IN"
    ),
    argument(
        "target",
        "Bản in; đuôi .pdf hay .html cho biết định dạng.",
        "The file to write; its ending .pdf or .html tells the format.",
        metavar="OUT",
    ),
    option(
        "--findings",
        "In thêm kết quả kiểm tra sau tờ khai (PDF).",
        "Print what a check finds on a page after the form (PDF).",
        is_flag=True,
    ),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "In tờ khai như mẫu giấy, ra PDF hoặc HTML. Chữ ký chưa xác minh không được thể hiện.",
        "Print a return like its paper form, as PDF or HTML. A signature, not verified, is not shown.",
    ),
    answers="`written` (the file written), `signed` (whether IN held a signature).",
)
def print_(source: str, target: str, findings: bool, force: bool) -> Answer:
    """Print a return."""
    read = open_return(source)
    place = output_file(target, [source], force=force)
    write_whole(place, _printed(read.ret, place, findings))
    dropped = (finding("PRINT-SIGNATURE", path=target),) if read.signed else ()
    return _wrote(place, target, (*read.findings, *dropped), signed=read.signed)


@command(
    Argument(["code"], text=SPEC),
    argument("target", "Sổ Excel .xlsx.", "The book to write, .xlsx.", metavar="OUT"),
    Option(["--basis"], text=BASIS, metavar="BASIS", default=""),
    Option(["--version"], text=VERSION, metavar="VERSION", default=""),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "Ghi sổ Excel để nhập một mẫu: một trang cho tờ khai, một trang cho mỗi bảng.",
        "Write an Excel book to fill in for a form: a sheet for the form and one for each table.",
    ),
    answers="`written` (the file written).",
)
def template(code: str, target: str, basis: str, version: str, force: bool) -> Answer:
    """Write a template."""
    from khaithue.exchange.excel_template import template as book

    form = form_of(code, basis, version)
    place = output_file(target, [], force=force)
    if place.suffix.lower() != BOOK:
        raise refused("XLS-EXTENSION", name=place.name[:80])
    write_whole(place, book(form))
    return _wrote(place, target, ())


@command(
    argument("book", "Sổ Excel đã điền.", "The filled Excel book.", metavar="BOOK"),
    option(
        "--into",
        "Tờ khai nhận số liệu, .xml hoặc .json; tệp này không bị sửa.",
        "The return that takes the figures, .xml or .json; the file itself is not changed.",
        metavar="IN",
        required=True,
    ),
    option(
        "--out",
        "Tờ khai kết quả, .xml hoặc .json.",
        "The return to write, .xml or .json.",
        metavar="OUT",
        required=True,
    ),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "Nhập số liệu từ sổ Excel vào tờ khai rồi tính lại. Sổ có lỗi thì không ghi gì.",
        "Take the figures of an Excel book into a return and compute it. A book with errors writes nothing.",
    ),
    answers="`written` (the file written, null when the book has errors), `rows` (table to number of rows).",
)
def import_(book: str, into: str, out: str, force: bool) -> Answer:
    """Import a book."""
    from khaithue.exchange import excel
    from khaithue.returns.compute import compute

    base = open_return(into)
    place = output_file(out, [book, into], force=force)
    imported = excel.read(read_bytes(book), base.ret.form)
    rows = {name: len(found) for name, found in imported.tables.items()}
    if has_errors(imported.findings):
        text = say(NOT_WRITTEN).format(path=out)
        return Answer(
            {"written": None, "rows": rows}, imported.findings, lambda screen: screen.note(text, "red")
        )
    write_whole(place, encoded(compute(excel.into(base.ret, imported)), place))
    return _wrote(place, out, (*base.findings, *imported.findings), rows=rows)


def _printed(ret: "Return", place: Path, findings: bool) -> bytes:
    from khaithue.returns.check import check

    match place.suffix.lower():
        case ".pdf":
            from khaithue.printing.pdf import pdf

            return pdf(ret, check(ret) if findings else ())
        case ".html":
            from khaithue.printing import document, sheet

            return document(sheet(ret)).encode()
    raise refused("PRINT-EXTENSION", name=place.name[:80])


def _wrote(place: Path, path: str, findings: Sequence[Finding], **more: object) -> Answer:
    text = say(WRITTEN).format(path=path)
    return Answer({"written": str(place), **more}, tuple(findings), lambda screen: screen.note(text))
