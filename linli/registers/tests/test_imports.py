"""Taking a table in: tried, judged row by row in its own words, written, resumed, undone as one act (L47)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.base import clock
from linli.registers.changes import change, register
from linli.registers.imports import running
from linli.registers.imports.files import rows_to_correct, template
from linli.registers.imports.running import try_file, write, write_some
from linli.registers.imports.sheets import read_sheet
from linli.registers.imports.specs import SPECS
from linli.registers.imports.undoing import undo
from linli.registers.models import Asset, Change, ImportRow, ImportRun, Organisation, Premises
from linli.registers.refusals import CannotUndo, ColumnsMissing, FileUnreadable, NotNow, TooOld
from linli.registers.tests.conftest import asset, code, csv_of, organisation, premises, xlsx_of

ORGANISATIONS, PREMISES, ASSETS = SPECS
HEAD = ("统一社会信用代码", "单位名称", "所在区划")


def organisations(count: int, first: int = 1):
    return [(code(n), f"演示·第{n}商行", "贵池区池阳街道") for n in range(first, first + count)]


def took_in(spec, actor, *rows, name="表.csv"):
    return write(try_file(spec, csv_of(*rows), name, actor), actor)


def test_trying_writes_nothing_and_says_what_it_would_do(db, keeper):
    register(organisation(1, name="演示·旧名"), keeper, "登记")
    register(organisation(2), keeper, "登记")
    run = try_file(ORGANISATIONS, csv_of(HEAD, *organisations(3), ("1234", "演示·错", "贵池区")), "表.csv", keeper)
    assert run.counts == {"changed": 1, "same": 1, "new": 1, "wrong": 1} and run.state == "tried"
    assert Organisation.objects.count() == 2 and Organisation.objects.filter(name="演示·旧名").exists()


def test_errors_speak_in_the_words_of_the_file(db, keeper):
    run = try_file(
        ORGANISATIONS,
        csv_of(
            (*HEAD, "经度", "纬度", "启用日期"),
            (code(1), "演示·甲", "贵池区", "", "", "2026-13-32"),
            ("9.1991702E+17", "演示·乙", "贵池区", "", "", ""),
            (code(3), "", "没有的地方", "", "", ""),
            (code(4), "演示·丁", "", "30.65", "117.49", ""),
            (code(5), "演示·戊", "", "117.49", "", ""),
            (code(6), "演示·己", "东至县", "117.4890", "30.6560", ""),
            (code(7), "演示·庚", "", "", "", ""),
            (code(8), "演示·辛", "贵池区", "", "", ""),
            (code(8), "演示·壬", "贵池区", "", "", ""),
        ),
        "表.csv",
        keeper,
    )
    said = {
        row.line: [(f["column"], f["heading"], f["cell"], f["sentence"]) for f in row.errors]
        for row in run.rows.filter(outcome="wrong")
    }
    assert said[2] == [("F", "启用日期", "2026-13-32", "2026 年没有 13 月 32 日")]
    assert said[3][0][:3] == ("A", "统一社会信用代码", "9.1991702E+17") and "文本" in said[3][0][3]
    assert [f[:2] for f in said[4]] == [("B", "单位名称"), ("C", "所在区划")]
    assert [f[0] for f in said[5]] == ["D", "E"] and "颠倒" in said[5][0][3]
    assert said[6][0][0] == "E" and said[7][0][0] == "C" and said[8][0][0] == "C"
    assert said[10][0][3].startswith("第 9 行") and run.counts == {"wrong": 8, "new": 1}


@pytest.mark.parametrize(
    "content",
    [
        csv_of(HEAD, *organisations(2), encoding="gb18030"),
        csv_of(HEAD, *organisations(2), encoding="utf-8-sig"),
        xlsx_of(HEAD, *organisations(2)),
        csv_of(HEAD, *organisations(2)).replace(b",", b"\t"),
        xlsx_of((None,), ("统一社会信用代码 *", "单位名称（全称）", "所在区划"), *organisations(2)),
    ],
)
def test_tables_as_they_come(db, keeper, content):
    run = try_file(ORGANISATIONS, content, "表", keeper)
    assert run.counts == {"new": 2}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00", b"PK\x03\x04broken", b",,\n,,"])
def test_what_is_no_table_is_said_and_nothing_is_kept(db, keeper, content):
    with pytest.raises(FileUnreadable):
        try_file(ORGANISATIONS, content, "表", keeper)
    assert ImportRun.objects.count() == 0


def test_missing_columns_are_named(db, keeper):
    with pytest.raises(ColumnsMissing) as refused:
        try_file(ORGANISATIONS, csv_of(("名", "区划"), ("演示", "贵池区")), "表", keeper)
    assert "统一社会信用代码、名称" in refused.value.text()


def test_what_no_column_asks_for_is_not_kept(db, keeper):
    """A column on the never-list is refused whole; a phone nobody needs is not kept either."""
    run = try_file(
        ORGANISATIONS,
        csv_of((*HEAD, "宗教信仰", "联系电话"), (*organisations(1)[0], "某", "16900000001")),
        "表.csv",
        keeper,
    )
    assert run.left_out == [{"heading": "D 宗教信仰", "why": "never"}, {"heading": "E 联系电话", "why": "unknown"}]
    assert run.rows.get().cells == [code(1), "演示·第1商行", "贵池区池阳街道", "", ""]


def test_writing_is_idempotent_and_only_good_rows_go_in(db, keeper):
    rows = (HEAD, *organisations(3), ("1234", "演示·错", "贵池区"))
    run = took_in(ORGANISATIONS, keeper, *rows)
    assert run.state == "written" and Organisation.objects.count() == 3
    one = Organisation.objects.get(uscc=code(1))
    assert one.area_path == "34.3417.341702.341702001" and one.provenance["source"] == "表.csv" and one.initials
    again = took_in(ORGANISATIONS, keeper, *rows)
    assert again.counts == {"same": 3, "wrong": 1} and Change.objects.count() == 3
    with pytest.raises(NotNow):
        write_some(run, keeper)


def test_premises_and_assets_find_what_they_belong_to(db, keeper, alarm_type):
    took_in(ORGANISATIONS, keeper, HEAD, *organisations(2))
    took_in(
        PREMISES,
        keeper,
        ("统一社会信用代码", "场所名称", "场所类别"),
        (code(1), "门店", "shop"),
        (code(2), "门店", "shop"),
        (code(3), "门店", "shop"),
    )
    assert Premises.objects.count() == 2
    run = took_in(
        ASSETS,
        keeper,
        ("设备编号", "设备名称", "设备类型", "统一社会信用代码", "场所名称", "监测间隔", "上级设备编号"),
        ("LW-1", "系统一", "报警系统", code(1), "门店", 1440, ""),
        ("LW-2", "系统二", "trial.system", code(1), "没有的门店", "", ""),
        ("LW-3", "系统三", "火箭", "", "", "", ""),
        ("LW-4", "系统四", "报警系统", "", "", "", "LW-9"),
    )
    system = Asset.objects.get()
    assert system.premises.organisation.uscc == code(1) and system.supervision == timedelta(days=1)
    assert system.area_path == "34.3417.341702.341702001" and run.counts == {"new": 1, "wrong": 3}


def test_points_of_street_maps_are_converted_and_said(db, keeper):
    took_in(
        ORGANISATIONS, keeper, (*HEAD[:2], "经度", "纬度", "坐标系"), (code(1), "演示·甲", 117.4943, 30.6535, "GCJ-02")
    )
    row = Organisation.objects.get()
    assert row.provenance["datum"] == "gcj02" and 0.003 < 117.4943 - row.lng < 0.008
    assert row.area_path.startswith("34.3417.341702")


def test_a_run_that_broke_off_goes_on_where_it_was(transactional_db, keeper, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    run = try_file(ORGANISATIONS, csv_of(HEAD, *organisations(35)), "表.csv", keeper)
    real, calls = running.write_batch, []

    def breaks(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise ConnectionError("the database went away")
        return real(*arguments)

    monkeypatch.setattr(running, "write_batch", breaks)
    with pytest.raises(ConnectionError):
        write(run, keeper)
    run.refresh_from_db()
    assert (run.state, Organisation.objects.count(), run.rows.filter(done=True).count()) == ("writing", 20, 20)
    assert write(run, keeper).state == "written"
    assert Organisation.objects.count() == 35 and Change.objects.count() == 35


def test_a_row_whose_ground_has_gone_is_refused_when_it_is_written(db, keeper):
    owner = register(organisation(1), keeper, "登记")
    run = try_file(
        PREMISES, csv_of(("统一社会信用代码", "场所名称", "场所类别"), (code(1), "门店", "shop")), "表.csv", keeper
    )
    Organisation.objects.filter(pk=owner.pk).delete()
    assert write(run, keeper).counts == {"wrong": 1} and Premises.objects.count() == 0
    assert run.rows.get().errors[0]["heading"] == "统一社会信用代码"


def test_undoing_restores_exactly_what_was(db, keeper):
    register(organisation(1, name="演示·旧名", address="老街 1 号"), keeper, "登记")
    before = Organisation.objects.values().get()
    run = took_in(ORGANISATIONS, keeper, (*HEAD, "地址"), *((*row, "新街 2 号") for row in organisations(3)))
    assert Organisation.objects.count() == 3
    assert undo(run, keeper).state == "undone"
    after = Organisation.objects.values().get()
    differing = {name for name in before if before[name] != after[name]}
    assert differing <= {"provenance", "initials"}, differing
    assert [line.act for line in Change.objects.filter(run=run)].count("removed") == 2
    with pytest.raises(NotNow):
        undo(run, keeper)
    took_in(ORGANISATIONS, keeper, HEAD, *organisations(3))
    assert Organisation.objects.count() == 3


def test_undoing_is_refused_whole_when_later_work_stands_on_it(db, keeper):
    run = took_in(ORGANISATIONS, keeper, HEAD, *organisations(3))
    change(Organisation.objects.get(uscc=code(2)), keeper, "年检", name="演示·改过")
    with pytest.raises(CannotUndo) as refused:
        undo(run, keeper)
    assert "演示·第2商行" in refused.value.text() and Organisation.objects.count() == 3
    other = took_in(ORGANISATIONS, keeper, HEAD, *organisations(2, first=8))
    register(premises(Organisation.objects.get(uscc=code(8))), keeper, "登记")
    with pytest.raises(CannotUndo):
        undo(other, keeper)
    assert Organisation.objects.count() == 5


def test_after_thirty_days_an_import_stays(db, keeper):
    run = took_in(ORGANISATIONS, keeper, HEAD, *organisations(1))
    with clock.shifted(timedelta(days=31)), pytest.raises(TooOld):
        undo(run, keeper)


def test_the_number_of_statements_does_not_grow_with_the_rows(db, keeper, alarm_type):
    """L47: at most 50 statements for 1,000 rows, trying and writing together; undoing too."""
    took_in(ORGANISATIONS, keeper, HEAD, *organisations(3))
    head = ("设备编号", "设备名称", "设备类型", "统一社会信用代码", "经度", "纬度")
    for word, outcome in (("系统", "new"), ("装置", "changed")):
        rows = [(f"LW-{n}", f"{word}{n}", "报警系统", code(1 + n % 3), "117.4890", "30.6560") for n in range(2000)]
        with CaptureQueriesContext(connection) as said:
            run = write(try_file(ASSETS, csv_of(head, *rows), "表.csv", keeper), keeper)
        assert run.counts == {outcome: 2000} and len(said) <= 2 * 50, len(said)
    with CaptureQueriesContext(connection) as said:
        undo(run, keeper)
    assert len(said) <= 2 * 50 and Asset.objects.filter(name="系统7").exists()


def test_files_that_go_out(db, keeper):
    for spec in SPECS:
        sheet = read_sheet(template(spec), "模板")
        assert sheet.headings == [column.headings[0] for column in spec.columns] and len(sheet.rows) == 1
    run = try_file(ORGANISATIONS, csv_of(HEAD, ("=1+1", "演示·错", "贵池区"), *organisations(1)), "表.csv", keeper)
    sheet = read_sheet(rows_to_correct(run), "改")
    assert sheet.headings == [*HEAD, "要改什么"] and len(sheet.rows) == 1
    assert sheet.rows[0][1][0] == "=1+1" and "统一社会信用代码" in sheet.rows[0][1][3]
    assert ImportRow.objects.filter(outcome="wrong").count() == 1


def test_an_asset_above_itself_is_refused(db, keeper, alarm_type):
    register(asset("LW-1"), keeper, "登记")
    run = try_file(
        ASSETS,
        csv_of(
            ("设备编号", "设备名称", "设备类型", "上级设备编号", "所在区划"),
            ("LW-1", "系统", "报警系统", "LW-1", "贵池区"),
        ),
        "表.csv",
        keeper,
    )
    assert run.rows.get().errors[0]["heading"] == "上级设备编号"
