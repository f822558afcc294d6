"""What a new draft starts with: the taxpayer's header, figures carried over, or the return it supplements."""

from dataclasses import replace
from datetime import date, timedelta

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.models import Filing
from khaithue.portal.filing.reading import return_of
from khaithue.portal.filing.submission import activity_of
from khaithue.returns.form import Form
from khaithue.returns.model import Return
from khaithue.returns.prefill import prefill
from khaithue.returns.supplement import begun


def first_return(taxpayer: Taxpayer, form: Form, period: Period, day: date) -> Return:
    """A first return made on a day: header, defaults, and what the preceding first return carries over.

    It has no appendix yet; those are added as they are needed.
    """
    header = {**header_of(taxpayer, form, day), "loaiTKhai": "C", "soLan": "0"}
    blank = prefill(Return(form, period, header, {}))
    before = preceding(taxpayer, form, period, activity_of(blank))
    return prefill(blank, return_of(before) if before else None)


def supplement(filed: Filing, form: Form, number: int, day: date) -> Return:
    """A supplementary return made on a day: the figures of the return it corrects, to be entered anew.

    What the corrected return said in its own 01/KHBS is left behind.
    """
    start = begun(return_of(filed), number, day)
    return prefill(replace(start, form=form, header={**start.header, **header_of(filed.taxpayer, form, day)}))


def preceding(taxpayer: Taxpayer, form: Form, period: Period, activity: str) -> Filing | None:
    """The first return of the period that ended the day before, also when months gave way to quarters."""
    return (
        Filing.objects.standing()
        .filter(taxpayer=taxpayer, form_code=form.code, activity=activity, kind="C")
        .filter(period_end=period.start - timedelta(days=1))
        .first()
    )


def header_of(taxpayer: Taxpayer, form: Form, day: date) -> dict[str, str]:
    """The elements of ``TTinChung`` that the taxpayer's record fills."""
    ward = {"tenXaNNT": taxpayer.ward, "maXaNNT": taxpayer.ward_code}
    return {
        "mst": taxpayer.mst,
        "tenNNT": taxpayer.name,
        "dchiNNT": taxpayer.address,
        **({"phuongXa": taxpayer.ward} if form.header_style == "phuongXa" else ward),
        "maHuyenNNT": taxpayer.district_code,
        "tenHuyenNNT": taxpayer.district,
        "maTinhNNT": taxpayer.province_code,
        "tenTinhNNT": taxpayer.province,
        "dthoaiNNT": taxpayer.phone,
        "emailNNT": taxpayer.email,
        "maCQTNoiNop": taxpayer.office_code,
        "tenCQTNoiNop": taxpayer.office_name,
        "ngayLapTKhai": day.isoformat(),
        "ngayKy": day.isoformat(),
    }
