"""Files made of a list: the filter on the first line, no personal column, no formula, the demo mark."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from linli.accounts.models import Body
from linli.ui.exports import guarded


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def get(reader: Client, form: str, query: str = ""):
    return reader.get(reverse("ui:export", args=["specimen.bodies", form]) + query)


def test_csv_says_its_filter_first_and_reads_back(reader, specimen, bodies):
    response = get(reader, "csv", "?kind=fire&order=name")
    lines = list(csv.reader(io.StringIO(body_of(response).decode("utf-8-sig"))))
    assert lines[0][0].startswith("责任单位 | 类别=消防 | 20") and lines[0][0].endswith("演示数据 · Demo data")
    assert lines[1] == ["名称", "类别", "上级", "撤销", "时钟"]
    assert [line[0] for line in lines[2:]] == [f"演示·单位 {number:02d}" for number in (1, 4, 7, 10)]
    assert response["Linli-Data"] == "demo"
    assert "filename*=utf-8''%E6%BC%94%E7%A4%BA-" in response["Content-Disposition"]


def test_personal_columns_never_leave(reader, specimen, bodies):
    for form in ("csv", "xlsx"):
        assert b"169 0000 0001" not in body_of(get(reader, form, "?columns=name,phone"))


@pytest.mark.parametrize("query", ["", "?columns=name,kind,ends"])
def test_a_cell_is_never_a_formula(reader, specimen, bodies, query):
    Body.objects.filter(key="specimen-00").update(name="=1+1")
    lines = list(csv.reader(io.StringIO(body_of(get(reader, "csv", query)).decode("utf-8-sig"))))
    assert lines[2][0] == "'=1+1"
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(get(reader, "xlsx", query)))).active
    assert sheet["A3"].value == "=1+1" and sheet["A3"].data_type == "s"
    assert [guarded(text) for text in ("-1", "+x", "@a", "贵池")] == ["'-1", "'+x", "'@a", "贵池"]


def test_xlsx_has_the_same_rows(reader, specimen, bodies):
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(get(reader, "xlsx", "?kind=fire")))).active
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == [f"演示·单位 {n:02d}" for n in (1, 4, 7, 10)]


def test_a_list_without_places_makes_no_geojson(reader, specimen, bodies):
    response = get(reader, "geojson")
    assert response.status_code == 400
    assert get(reader, "exe").status_code == 400


def test_outside_demo_mode_nothing_says_demo(reader, specimen, bodies, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)
    response = get(reader, "csv")
    assert "Demo" not in body_of(response).decode() and "Linli-Data" not in response
    assert "%E6%BC%94%E7%A4%BA-" not in response["Content-Disposition"]


def test_many_rows_are_read_in_chunks_without_a_query_a_row(reader, specimen, bodies, django_assert_max_num_queries):
    Body.objects.bulk_create(
        Body(key=f"specimen-x{number}", name=f"演示·{number}", kind="fire", area_path="34") for number in range(3000)
    )
    with django_assert_max_num_queries(16):
        assert body_of(get(reader, "csv")).count(b"\n") == 3014
