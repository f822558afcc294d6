"""What a new draft starts with: the taxpayer's header, figures carried over, or the return it supplements."""

from dataclasses import replace
from datetime import date, timedelta

from khaithue.obligations.period import Period
from khaithue.portal.accounts.models import Taxpayer
from khaithue.portal.filing.models import Filing, PaperReturn
from khaithue.portal.filing.reading import return_of
from khaithue.portal.filing.standing import Standing, paper_figures
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
    return prefill(blank, before)


def on_paper(taxpayer: Taxpayer, form: Form, period: Period, day: date) -> Return:
    """The blank figures of a first return that was filed on paper on a day, to be copied from it."""
    header = {**header_of(taxpayer, form, day), "loaiTKhai": "C", "soLan": "0"}
    return prefill(Return(form, period, header, {}))


def replacement(filed: Filing, form: Form, day: date) -> Return:
    """A first return made on a day to replace one filed before: its figures, to be entered anew."""
    before = return_of(filed)
    header = {**before.header, **header_of(filed.taxpayer, form, day), "loaiTKhai": "C", "soLan": "0"}
    return prefill(replace(before, form=form, header=header))


def supplement(corrects: Standing, form: Form, number: int, day: date) -> Return:
    """A supplementary return made on a day: the figures of the return it corrects, to be entered anew.

    What the corrected return said in its own 01/KHBS is left behind.
    """
    start = begun(corrects.return_, number, day)
    header = {**start.header, **header_of(corrects.source.taxpayer, form, day)}
    return prefill(replace(start, form=form, header=header))


def preceding(taxpayer: Taxpayer, form: Form, period: Period, activity: str) -> Return | None:
    """The first return of the period that ended the day before, also when months gave way to quarters."""
    place = {"taxpayer": taxpayer, "form_code": form.code, "activity": activity}
    ended = period.start - timedelta(days=1)
    filed = Filing.objects.standing().filter(**place, kind="C", period_end=ended).first()
    if filed:
        return return_of(filed)
    papers = PaperReturn.objects.filter(**place)
    paper = next((each for each in papers if Period.parse(each.period).end == ended), None)
    return paper_figures(paper) if paper else None


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
