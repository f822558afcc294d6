"""``khaithue late``: what filing after the due day costs."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from khaithue.cli.answer import Answer, refused, unusable
from khaithue.cli.due import DUE, PERIOD, due_of
from khaithue.cli.inputs import date_of, period_of
from khaithue.cli.program import argument, command, option
from khaithue.cli.voice import say
from khaithue.returns.findings import Finding, Text, finding

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.obligations.interest import Interest
    from khaithue.obligations.late import Case, Fine

COUNT = click.IntRange(0, 10)
MOST = 10**15
FILED = Text("Ngày nộp", "Filed")
DAYS = Text("Số ngày quá hạn", "Days late")
WHAT = Text("Khoản", "Item")
AMOUNT = Text("Số tiền (đồng)", "Amount (đồng)")
LAW = Text("Căn cứ", "Law")
FRAME = Text("Khung tiền phạt", "Frame of the fine")
MULTIPLE = Text("Phạt trốn thuế (1 đến 3 lần số thuế)", "Fine for evasion (1 to 3 times the tax)")
OWN_FRAME = Text(
    "Khung tiền phạt với cá nhân, hộ kinh doanh", "Frame for an individual or household business"
)
USUAL = Text("Mức phạt thường áp dụng", "Usual fine")
WARNING = Text("Phạt cảnh cáo", "Warning")
INTEREST = Text("Tiền chậm nộp ({days} ngày)", "Late-payment interest ({days} days)")
IN_TIME = Text("Nộp đúng hạn.", "Filed in time.")


@command(
    argument("code", "Mẫu tờ khai, ví dụ 01/GTGT.", "The form, such as 01/GTGT."),
    argument("period", "Kỳ tính thuế, như ở lệnh due.", "The tax period, as for the command due."),
    option("--filed", "Ngày nộp hồ sơ.", "The day the return is filed.", metavar="DATE", required=True),
    option(
        "--tax",
        "Số thuế phát sinh trên tờ khai, đồng; coi như nộp cùng ngày với tờ khai.",
        "The tax that arises on the return, đồng; taken as paid on the day of filing.",
        type=click.IntRange(0, MOST),
        default=0,
    ),
    option(
        "--event",
        "Ngày phát sinh nghĩa vụ, khi hạn nộp tính từ ngày đó.",
        "The day of the event, when the deadline counts from it.",
        metavar="DATE",
    ),
    option(
        "--individual",
        "Cá nhân, hộ kinh doanh (không phải tổ chức).",
        "An individual or household business, not an organisation.",
        is_flag=True,
    ),
    option("--mitigating", "Số tình tiết giảm nhẹ.", "Mitigating circumstances.", type=COUNT, default=0),
    option("--aggravating", "Số tình tiết tăng nặng.", "Aggravating circumstances.", type=COUNT, default=0),
    option(
        "--unpaid",
        "Chưa nộp đủ thuế và tiền chậm nộp trước khi có quyết định kiểm tra hoặc biên bản vi phạm.",
        "Tax and interest not paid in full before an inspection decision or a record of the violation.",
        is_flag=True,
    ),
    text=Text(
        "Tính tiền phạt và tiền chậm nộp khi nộp tờ khai quá hạn.",
        "Tell the fine and the interest for filing a return late.",
    ),
    answers=(
        "`code`, `period`, `due`, `filed`, `days_late`, `fine` (`kind`: none, warning, amount or multiple; "
        "`least`, `most`, `usual` in đồng, `law`, `confidence`), `individual_fine` (the same for an "
        "individual or household business, null where the law makes no difference), `interest` (`days`, "
        "`amount`, `laws`)."
    ),
)
def late(
    code: str,
    period: str,
    filed: str,
    tax: int,
    event: str | None,
    individual: bool,
    mitigating: int,
    aggravating: int,
    unpaid: bool,
) -> Answer:
    """What filing late costs."""
    from khaithue.obligations.late import Case, days_past

    asked, day = period_of(period), date_of(filed)
    when = due_of(code.upper(), asked, event).due
    if day < asked.start:
        raise refused("CLI-LATE-EARLY", date=filed, period=period)
    case = Case(tax, not unpaid, individual, mitigating, aggravating)
    days = days_past(when, day)
    fine, own, owed = _fine(days, day, case), _own_fine(days, day, case), _interest(tax, when, day)
    body = {
        "code": code.upper(),
        "period": str(asked),
        "due": when.isoformat(),
        "filed": day.isoformat(),
        "days_late": days,
        "fine": _fine_json(fine),
        "individual_fine": _fine_json(own) if own else None,
        "interest": {"days": owed.days, "amount": owed.amount, "laws": list(owed.laws)},
    }
    beside = None if individual else own
    rows = [*_fine_rows(fine), *_own_rows(beside), *_interest_rows(owed)]
    facts = [(say(PERIOD), str(asked)), (say(DUE), when.isoformat()), (say(FILED), day.isoformat())]
    return Answer(body, _findings(fine, days, case), lambda screen: _show(facts, days, rows, screen))


def _fine(days: int, filed: date, case: "Case") -> "Fine":
    from khaithue.obligations.late import NoFineLawError, penalty

    try:
        return penalty(days, filed, case)
    except NoFineLawError as error:
        raise unusable(finding("LATE-NO-LAW", date=filed.isoformat())) from error


def _own_fine(days: int, filed: date, case: "Case") -> "Fine | None":
    from khaithue.obligations.late import individual_penalty

    return individual_penalty(days, filed, case) if days else None


def _interest(tax: int, due: date, filed: date) -> "Interest":
    from khaithue.law.dated import NoValue
    from khaithue.obligations.interest import interest

    try:
        return interest(tax, due, filed)
    except NoValue as error:
        raise unusable(finding("LATE-NO-LAW", date=filed.isoformat())) from error


def _findings(fine: "Fine", days: int, case: "Case") -> tuple[Finding, ...]:
    """What the figures do not say by themselves: the limits of a tool, and the danger past the frames."""
    from khaithue.law.dated import Confidence

    if not days:
        return ()
    found = [finding("LATE-ESTIMATE")]
    if fine.confidence is not Confidence.HIGH:
        found.append(finding("LATE-UNSURE"))
    if case.individual and not case.tax:
        found.append(finding("LATE-REFUND"))
    return tuple(found)


def _fine_json(fine: "Fine") -> dict[str, Any]:
    return {
        "kind": fine.kind.value,
        "least": fine.least,
        "most": fine.most,
        "usual": fine.usual,
        "law": fine.law,
        "confidence": fine.confidence.value,
    }


def _show(
    facts: list[tuple[str, str]], days: int, rows: list[tuple[str, str, str]], screen: "Screen"
) -> None:
    screen.facts([*facts, (say(DAYS), str(days))])
    if not days:
        screen.note(say(IN_TIME), "green")
        return
    screen.table([say(WHAT), say(AMOUNT), say(LAW)], rows, right=[1])


def _fine_rows(fine: "Fine") -> list[tuple[str, str, str]]:
    from khaithue.obligations.late import FineKind

    if fine.kind is FineKind.WARNING:
        return [(say(WARNING), "", fine.law)]
    frame = say(MULTIPLE if fine.kind is FineKind.MULTIPLE else FRAME)
    return [(frame, _between(fine), fine.law), (say(USUAL), _money(fine.usual), "")]


def _own_rows(fine: "Fine | None") -> list[tuple[str, str, str]]:
    """What an individual or household business pays instead, where the law makes a difference."""
    if fine is None:
        return []
    return [(say(OWN_FRAME), _between(fine), fine.law), (say(USUAL), _money(fine.usual), "")]


def _interest_rows(owed: "Interest") -> list[tuple[str, str, str]]:
    if not owed.amount:
        return []
    return [(say(INTEREST).format(days=owed.days), _money(owed.amount), "; ".join(owed.laws))]


def _between(fine: "Fine") -> str:
    return f"{_money(fine.least)} – {_money(fine.most)}"


def _money(amount: int) -> str:
    from khaithue.printing.amounts import printed
    from khaithue.returns.form import Kind

    return printed(Kind.MONEY, amount)
