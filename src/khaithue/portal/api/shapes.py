"""The shapes of what the API takes and gives; money is whole đồng, days are ISO 8601."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from khaithue.portal.duties.obligations import State
from khaithue.portal.filing.models import Filing
from khaithue.portal.notices.models import Notice
from khaithue.returns.findings import Finding

CODE = "90020260000000001"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

Name = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
"""A short text; no database keeps a NUL."""

Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""A moment, always told in UTC."""


def example(**fields: Any) -> ConfigDict:
    """An example of the whole shape, for the reference."""
    return ConfigDict(json_schema_extra={"example": fields})


class TextOut(Schema):
    """One text in both languages."""

    vi: str = Field(examples=["Kỳ 2026-11 chưa kết thúc."])
    en: str = Field(examples=["The period 2026-11 is not over."])


class FindingOut(Schema):
    """One thing found: what, where, what to do, and the law."""

    code: str = Field(description="Stable code.", examples=["FILE-PERIOD-NOT-OVER"])
    level: Literal["error", "warning", "info"] = Field(description="An error refuses the return.")
    message: TextOut
    fix: TextOut
    cell: str = Field("", description="Box of the form, such as `40a` or `PL_NQ142_GTGT[9]`.")
    row: int | None = Field(None, description="Row of the table, from 1.")
    line: int | None = Field(None, description="Line of the file.")
    law: str = Field("", description="The provision that asks for it.")

    @classmethod
    def of(cls, item: Finding) -> Self:
        """A finding as it is sent."""
        return cls(
            code=item.code,
            level=item.level.value,
            message=TextOut(vi=item.message.vi, en=item.message.en),
            fix=TextOut(vi=item.fix.vi, en=item.fix.en),
            cell=item.cell,
            row=item.row,
            line=item.line,
            law=item.law,
        )


FINDING: dict[str, Any] = {
    "code": "FILE-PERIOD-NOT-OVER",
    "level": "error",
    "message": {"vi": "Kỳ 2026-11 chưa kết thúc.", "en": "The period 2026-11 is not over."},
    "fix": {
        "vi": "Nộp tờ khai sau ngày cuối của kỳ.",
        "en": "File the return after the last day of the period.",
    },
    "cell": "",
    "row": None,
    "line": None,
    "law": "",
}


class ProblemOut(Schema):
    """Problem details (RFC 9457) with the findings behind them."""

    model_config = example(
        type="/api/#FILE-PERIOD-NOT-OVER",
        title="Unprocessable Entity",
        status=422,
        detail="Kỳ 2026-11 chưa kết thúc.",
        code="FILE-PERIOD-NOT-OVER",
        findings=[FINDING],
    )

    type: str = Field(description="Where the code is explained.")
    title: str
    status: int
    detail: str = Field(description="The gravest finding, in the language of Accept-Language.")
    code: str = Field(description="The code of the gravest finding.")
    findings: list[FindingOut]


class TaxpayerOut(Schema):
    """A taxpayer the token acts for, and what it may do."""

    mst: str
    name: str
    office_code: str
    office_name: str
    sandbox: bool
    rights: list[str]
    forms: list[str] | None = Field(description="The forms an agent's contract names; all when null.")


class TaxpayersOut(Schema):
    """The taxpayers a token acts for."""

    model_config = example(
        items=[
            {
                "mst": "0319900012",
                "name": "CÔNG TY TNHH MẪU A",
                "office_code": "70123",
                "office_name": "Thuế cơ sở 12 Thành phố Hồ Chí Minh",
                "sandbox": False,
                "rights": ["file", "look_up", "prepare"],
                "forms": None,
            }
        ]
    )

    items: list[TaxpayerOut]


class ObligationOut(Schema):
    """One return to file."""

    form: str = Field(examples=["01/GTGT"])
    title: str = Field(examples=["TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG"])
    period: str = Field(description="2026-05, 2026-Q1, 2025, 2026-05-20 or a range.", examples=["2026-05"])
    due: date
    days_left: int = Field(description="Negative when late.")
    state: State
    draft: int | None = Field(description="The draft there is for it.")
    transaction_code: str | None = Field(description="The filing that fulfils it.")


class ObligationsOut(Schema):
    """What a taxpayer has to file about now, by due day."""

    model_config = example(
        items=[
            {
                "form": "01/GTGT",
                "title": "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
                "period": "2026-10",
                "due": "2026-11-20",
                "days_left": 3,
                "state": "due",
                "draft": None,
                "transaction_code": None,
            }
        ]
    )

    items: list[ObligationOut]


FIGURES: dict[str, Any] = {
    "form": {"code": "01/GTGT", "basis": "TT80/2021/TT-BTC", "version": "2.8.3"},
    "period": "2026-05",
    "header": {"mst": "0319900012", "loaiTKhai": "C", "soLan": "0"},
    "values": {"23": 853275900, "24": 68140700, "25": 68140700},
    "totals": {},
    "tables": {},
}


class DraftStart(Schema):
    """Which return to make."""

    model_config = example(form="01/GTGT", period="2026-05", kind="C")

    form: Name
    period: Name
    kind: Name = Field("C", description="C a first return, B a supplement.")


class DraftSave(Schema):
    """The figures of a draft, and the revision they were made from."""

    model_config = example(revision=1, figures=FIGURES)

    revision: int = Field(ge=0, le=2**31 - 1)
    figures: dict[str, Any]


class DraftHead(Schema):
    """A draft without its figures."""

    id: int
    form: str
    basis: str
    version: str
    period: str
    kind: Literal["C", "B"]
    supplement_no: int
    revision: int
    updated_at: Moment


HEAD: dict[str, Any] = {
    "id": 7,
    "form": "01/GTGT",
    "basis": "TT80/2021/TT-BTC",
    "version": "2.8.3",
    "period": "2026-05",
    "kind": "C",
    "supplement_no": 0,
    "revision": 2,
    "updated_at": "2026-06-18T02:12:33Z",
}


class DraftOut(DraftHead):
    """A draft with its figures, everything computed, and what is wrong with them."""

    model_config = example(**HEAD, figures=FIGURES, findings=[])

    figures: dict[str, Any]
    findings: list[FindingOut]


class DraftsOut(Schema):
    """A page of drafts."""

    model_config = example(items=[HEAD], next=None)

    items: list[DraftHead]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


class CheckedOut(Schema):
    """What checking found."""

    model_config = example(ok=True, findings=[], figures=FIGURES)

    ok: bool = Field(description="Whether the return could be filed as it stands.")
    findings: list[FindingOut]
    figures: dict[str, Any] | None = Field(description="What was read; null when nothing could be.")


class FilingOut(Schema):
    """One filing: its receipt, and what the office decided."""

    transaction_code: str
    received_at: Moment = Field(description="The time of filing.")
    form: str
    title: str
    period: str
    kind: Literal["C", "B"]
    supplement_no: int
    state: Literal["received", "accepted", "refused", "replaced"]
    decided_at: Moment | None
    reasons: list[dict[str, Any]] = Field(description="Of a refusal: group, error, fix, note.")
    sha256: str = Field(description="Digest of the very bytes received.")
    notices: list[str] = Field(description="Numbers of the notices issued about it.")
    sandbox: bool

    @classmethod
    def of(cls, filing: Filing) -> Self:
        """A filing as it is sent."""
        return cls(**_facts(filing))


def _facts(filing: Filing) -> dict[str, Any]:
    names = ("transaction_code", "received_at", "title", "period", "kind", "supplement_no", "state")
    return {name: getattr(filing, name) for name in (*names, "decided_at", "reasons")} | {
        "form": filing.form_code,
        "sha256": filing.body_sha256,
        "notices": [each.number for each in filing.notices.all()],
        "sandbox": filing.taxpayer.is_sandbox,
    }


FILING: dict[str, Any] = {
    "transaction_code": CODE,
    "received_at": "2026-06-18T02:12:33Z",
    "form": "01/GTGT",
    "title": "TỜ KHAI THUẾ GIÁ TRỊ GIA TĂNG",
    "period": "2026-05",
    "kind": "C",
    "supplement_no": 0,
    "state": "received",
    "decided_at": None,
    "reasons": [],
    "sha256": SHA256,
    "notices": [f"{CODE}/TB-TĐT"],
    "sandbox": False,
}


PAPER: dict[str, Any] = {
    "name": "hop-dong.pdf",
    "media_type": "application/pdf",
    "size": 48210,
    "sha256": SHA256,
}


class PaperOut(Schema):
    """A paper that was filed with a return; what it is, its bytes say."""

    model_config = example(**PAPER)

    name: str
    media_type: str
    size: int = Field(description="In bytes.")
    sha256: str


class ReceiptOut(FilingOut):
    """The receipt of a filing, with its papers and what was told when it was received."""

    model_config = example(**FILING, papers=[PAPER], findings=[])

    papers: list[PaperOut]
    findings: list[FindingOut]

    @classmethod
    def told(cls, filing: Filing, findings: tuple[Finding, ...] | None = None) -> Self:
        """The receipt; the findings are those kept with the filing unless others are given."""
        found: list[Any] = filing.findings if findings is None else [FindingOut.of(item) for item in findings]
        papers = [PaperOut.model_validate(each) for each in filing.papers]
        return cls(**_facts(filing), papers=papers, findings=found)


class FilingsOut(Schema):
    """A page of filings, newest first."""

    model_config = example(items=[FILING], next="MjAyNi0wNi0xOFQwMjoxMjozMyswMDowMHwx")

    items: list[FilingOut]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")


NOTICE: dict[str, Any] = {
    "id": 12,
    "number": f"{CODE}/TB-TĐT",
    "kind": "reception",
    "form": "01-1/TB-TĐT",
    "title": "Thông báo tiếp nhận tờ khai 01/GTGT",
    "created_at": "2026-06-18T02:12:33Z",
    "transaction_code": CODE,
    "sha256": SHA256,
}


class NoticeOut(Schema):
    """One signed notice of the office."""

    model_config = example(**NOTICE)

    id: int
    number: str
    kind: str = Field(
        description="reception, acceptance, refusal, registration, account, change, stop, outage"
    )
    form: str
    title: str
    created_at: Moment
    transaction_code: str | None = Field(description="The filing it is about.")
    sha256: str = Field(description="Digest of its XML.")

    @classmethod
    def of(cls, notice: Notice) -> Self:
        """A notice as it is sent."""
        return cls(
            id=notice.pk,
            number=notice.number,
            kind=notice.kind,
            form=notice.form_code,
            title=notice.title,
            created_at=notice.created_at,
            transaction_code=notice.filing.transaction_code if notice.filing else None,
            sha256=notice.sha256,
        )


class NoticesOut(Schema):
    """A page of notices, newest first."""

    model_config = example(items=[NOTICE], next=None)

    items: list[NoticeOut]
    next: str | None = Field(description="Send it as `cursor` for the next page; null at the end.")
