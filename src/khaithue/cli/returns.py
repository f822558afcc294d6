"""``khaithue calc``, ``check`` and ``convert``: the figures of a return in a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from khaithue.cli.answer import Answer, refused, unusable
from khaithue.cli.disk import output_file, readable_file, write_whole
from khaithue.cli.program import argument, command, option
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text, finding

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.returns.model import Return

FIGURES = (
    "`form` (`code`, `basis`, `version`), `period`, `taxpayer` (`mst`, `name`), `values` (box to value, "
    "such as "
    '`"40a"` and `"PL_NQ142_GTGT[9]"`), `tables` (table to rows, each with `values` and `children`, the '
    "tables "
    "nested in the row), `signed` (whether a signature stands in the file; it is not verified)."
)
SIGNED = Text("Chữ ký", "Signature")
PRESENT = Text("có, chưa xác minh (dùng khaithue verify)", "present, not verified (use khaithue verify)")
ABSENT = Text("không có", "none")
FINE = Text("Không có lỗi.", "No errors.")
WRITTEN = Text("Đã ghi {path}", "Wrote {path}")


@dataclass(frozen=True)
class Opened:
    """A return read from a file; ``signed`` when a signature stands in the file, verified or not."""

    ret: "Return"
    findings: tuple[Finding, ...]
    signed: bool


def open_return(path: str) -> "Opened":
    """The return in a file with what was noticed while reading; a file that holds none is refused."""
    from khaithue.exchange import files

    result = files.load(Path(readable_file(path)))
    if result.return_ is None:
        raise unusable(*result.findings)
    return Opened(result.return_, result.findings, result.signed)


def encoded(ret: "Return", place: Path) -> bytes:
    """The return in the format that the name of the file to write asks for."""
    from khaithue.exchange import files
    from khaithue.exchange.shape import NoXmlError

    if place.suffix.lower() not in files.EXTENSIONS:
        raise refused("FILE-EXTENSION", name=place.name[:80])
    try:
        return files.dumps(ret, place.name)
    except NoXmlError as error:
        raise unusable(error.finding) from error
    except ValueError as error:
        raise refused("CLI-NOT-IN-XML") from error


@command(
    argument("file", "Tệp tờ khai, .xml hoặc .json.", "The file of the return, .xml or .json."),
    text=Text(
        "Tính lại các chỉ tiêu của tờ khai và in ra theo thứ tự trên mẫu.",
        "Compute the boxes of a return and print them in the order of the form.",
    ),
    answers=FIGURES,
)
def calc(file: str) -> Answer:
    """Compute a return."""
    from khaithue.cli.figures import figures_json, show_figures, show_return
    from khaithue.returns.compute import compute

    read = open_return(file)
    computed = compute(read.ret)

    def show(screen: "Screen") -> None:
        show_return(computed, screen)
        show_figures(computed, screen)

    return Answer({**figures_json(computed), "signed": read.signed}, read.findings, show)


@command(
    argument("file", "Tệp tờ khai, .xml hoặc .json.", "The file of the return, .xml or .json."),
    text=Text(
        "Kiểm tra tờ khai: cấu trúc tệp, số học và các ràng buộc của mẫu. Tệp đã ký cũng kiểm tra được.",
        "Check a return: the file's structure, the arithmetic and the rules of the form. A signed file is "
        "checked too.",
    ),
    answers=FIGURES,
)
def check(file: str) -> Answer:
    """Check a return."""
    from khaithue.cli.figures import figures_json, show_return
    from khaithue.returns.check import check as check_return

    read = open_return(file)
    findings = (*read.findings, *check_return(read.ret))

    def show(screen: "Screen") -> None:
        show_return(read.ret, screen, (say(SIGNED), say(PRESENT if read.signed else ABSENT)))
        if not findings:
            screen.note(say(FINE), "green")

    return Answer({**figures_json(read.ret), "signed": read.signed}, findings, show)


@command(
    argument(
        "source", "Tệp tờ khai, .xml hoặc .json.", "The file of the return, .xml or .json.", metavar="IN"
    ),
    argument(
        "target",
        "Tệp kết quả; đuôi .xml hay .json cho biết định dạng.",
        "The file to write; its ending .xml or .json tells the format.",
        metavar="OUT",
    ),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "Chuyển tờ khai giữa XML của cơ quan thuế và JSON. Chữ ký không đi theo.",
        "Convert a return between the authority's XML and JSON. A signature is not carried over.",
    ),
    answers=("`written` (the file written), `signed` (whether IN held a signature)."),
)
def convert(source: str, target: str, force: bool) -> Answer:
    """Convert a return."""
    read = open_return(source)
    place = output_file(target, [source], force=force)
    write_whole(place, encoded(read.ret, place))
    dropped = (finding("CLI-SIGNATURE-DROPPED", path=target),) if read.signed else ()
    body = {"written": str(place), "signed": read.signed}
    return Answer(
        body, (*read.findings, *dropped), lambda screen: screen.note(say(WRITTEN).format(path=target))
    )
