"""An appendix of many thousand people: read and written in time that grows with its length, and bounded."""

import time
import tracemalloc
from dataclasses import replace

from khaithue.exchange.returns_xml import read, write
from khaithue.returns.model import Return
from tests.exchange.forms_from_samples import form_of, sample

DATA = sample("953")
FORM = form_of(DATA)


def long(rows: int) -> Return:
    ret = read(DATA, [FORM]).return_
    assert ret is not None
    ((name, (row,)),) = ret.tables.items()
    return replace(
        ret,
        tables={name: tuple(replace(row, values={**row.values, "ct07": f"Người {n}"}) for n in range(rows))},
    )


def seconds(rows: int) -> float:
    ret, start = long(rows), time.process_time()
    data = write(ret)
    again = read(data, [FORM])
    spent = time.process_time() - start
    assert again.return_ is not None
    assert again.return_.tables == ret.tables
    return spent


def test_time_grows_with_the_rows_and_not_with_their_square() -> None:
    seconds(100)
    short, ten_times = (min(seconds(rows) for _ in range(3)) for rows in (500, 5000))
    assert ten_times < 25 * short


def test_a_wrong_figure_in_every_row_is_told_for_the_first_hundred() -> None:
    data = write(long(3000)).replace(b"<ct12>63720000<", b"<ct12>63.720.000<")
    tracemalloc.start()
    findings = read(data, [FORM]).findings
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [found.row for found in findings] == [*range(1, 101), None]
    assert peak < 40 * len(data)


def test_a_thousand_misplaced_and_doubled_totals_after_long_rows_do_not_cost_a_square() -> None:
    data = write(long(3000))
    start = time.process_time()
    result = read(
        data.replace(b"</PLuc_05_1_BK_QTT>", b"<ct28>0</ct28>" * 20_000 + b"</PLuc_05_1_BK_QTT>"), [FORM]
    )
    assert {found.code for found in result.findings} == {"XML-REPEATED", "XML-MORE"}
    assert time.process_time() - start < 10
