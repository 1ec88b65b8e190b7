"""The programme's pages: figures with their rows, the as-of day in the address, badges, wall screen, brief, export."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.urls import reverse
from django.utils import translation

from linli.scoreboard.tests import world

pytestmark = pytest.mark.django_db
DAY = "2026-05-20"


def seen(client, name, *args, **query):
    response = client.get(reverse(f"scoreboard:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def row_of(html, number):
    return text(re.search(rf'<tr data-row="{number}".*?</tr>', html, re.S)[0])


def test_the_board_shows_each_target_with_its_figure_status_and_distance(leader, trial):
    html = seen(leader, "programme", trial, as_of=DAY)
    assert "63.0 %" in row_of(html, "T29") and "≥ 70 %" in row_of(html, "T29")
    assert "落后" in row_of(html, "T29") and "差 14 sets" in row_of(html, "T29")
    assert "石台 4 / 9" in row_of(html, "T29")
    assert "努力项" not in row_of(html, "T29") and "努力项落后" in row_of(html, "T21")
    assert "提前达标" in row_of(html, "T17")
    assert re.findall(r'<tr data-row="(\w+)"', html)[:2] == ["T29", "T21"]


def test_a_row_whose_pack_is_not_installed_is_grey_with_the_reason(leader, trial):
    html = seen(leader, "programme", trial, as_of=DAY, target="T05")
    assert "业务包“absent”未安装" in row_of(html, "T05") and "无数据" in row_of(html, "T05")
    assert "absent" in text(html[html.index("programme-drawer") :])


def test_the_drawer_says_how_far_why_and_which_rows_first(leader, trial):
    html = seen(leader, "programme", trial, as_of=DAY, target="T29")
    drawer = text(html[html.index('id="programme-drawer"') :])
    assert "126 / 200" in drawer and "140" in drawer and "差 14 sets" in drawer
    assert "72" in drawer and "joined before" in drawer and "never joined" in drawer and "renew it" in drawer
    assert drawer.index("演示·系统200") < drawer.index("演示·系统070")  # the lapsed one, quick to mend, stands first
    assert "情况不明 2" in drawer


def test_another_day_is_another_figure_and_stands_in_the_address(leader, trial):
    assert "0.5 %" in row_of(seen(leader, "programme", trial, as_of="2015-12-31"), "T29")
    today = seen(leader, "programme", trial)
    past = seen(leader, "programme", trial, as_of=DAY)
    assert "data-live-topics" in today and "data-live-topics" not in past
    refused = leader.get(reverse("scoreboard:programme", args=[trial]), {"as_of": "2026-02-30"})
    assert refused.status_code == 400 and "不是日期" in refused.content.decode()


def test_a_result_past_its_date_is_frozen_and_the_live_value_stands_beside_it(leader, trial):
    html = seen(leader, "programme", trial, as_of=DAY, target="T16b")
    assert "定格 2016-12-31" in row_of(html, "T16b") and "已达标" in row_of(html, "T16b")
    drawer = text(html[html.index('id="programme-drawer"') :])
    assert "63.5 %" in drawer and "63.0 %" in drawer  # 127 of 200 in 2016, one has lapsed since


def test_story_7_a_replaced_measure_says_so_with_the_reason_and_the_table_of_rights(leader, trial):
    html = seen(leader, "programme", trial, as_of=DAY, target="T35")
    assert "替代口径" in row_of(html, "T35")
    drawer = html[html.index('id="programme-drawer"') :]
    assert "不监测言论" in drawer and reverse("scoreboard:rights") in drawer
    assert "约定口径" in row_of(html, "T16b")


def test_the_table_of_rights_is_open_to_everybody(client, db):
    assert "永不。视频只指" in text(seen(client, "rights"))


def test_a_part_of_the_page_is_fetched_when_devices_change(leader, trial):
    page = seen(leader, "programme", trial)
    assert "live:assets from:document" in page and 'hx-select="#programme-figures"' in page
    answer = leader.get(reverse("scoreboard:programme", args=[trial]), headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "programme-figures"


def test_the_map_has_every_county_coloured_by_its_distance(leader, trial):
    answer = leader.get(reverse("scoreboard:map", args=[trial, "T29"]), {"as_of": DAY})
    features = json.loads(answer.content)["features"]
    strength = {feature["properties"]["key"]: feature["properties"]["strength"] for feature in features}
    assert set(strength) == {world.GUICHI, world.DONGZHI, world.SHITAI, world.QINGYANG}
    assert strength[world.SHITAI] == max(strength.values()) and strength[world.GUICHI] == min(strength.values())
    assert all(feature["geometry"]["type"].endswith("Polygon") for feature in features)


def test_the_wall_screen_turns_by_itself(leader, trial):
    html = seen(leader, "programme", trial, tv=1, as_of=DAY)
    assert 'hx-trigger="every 20s"' in html and "screen=1&amp;as_of=2026-05-20" in html and "63.0 %" in html
    assert "T05" not in html  # a row without a figure has no place on the wall
    assert "大屏" not in html


def test_the_brief_states_what_the_numbers_support(leader, trial):
    html = text(seen(leader, "brief", trial, as_of=DAY))
    assert "联网率" in html and "63.0 % (126 / 200)" in html and "差 14 sets" in html
    assert "1 项目标没有数据" in html


def test_the_indicator_has_definition_areas_and_rows(leader, trial):
    html = seen(leader, "indicator", "trial.joined", as_of=DAY)
    assert "Share of systems in use" in html and "trial rules 1" in html
    assert "126 / 200" in text(html) and "石台县" in text(html)
    assert html.count('<tr data-row="') == 50
    unknown = seen(leader, "indicator", "trial.joined", as_of=DAY, list="unknown")
    assert unknown.count('<tr data-row="') == 2
    narrow = seen(leader, "indicator", "trial.joined", as_of=DAY, area="341722")
    assert narrow.count('<tr data-row="') == 5


def test_the_export_has_exactly_the_missing_rows(leader, trial):
    answer = leader.get(reverse("scoreboard:rows", args=["trial.joined"]), {"as_of": DAY, "list": "missing"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["trial.joined", "joined systems", "missing", DAY]
    assert len(rows) - 2 == 72  # 74 less the two of unknown state, which are listed apart
    assert "%E6%BC%94%E7%A4%BA" in answer.headers["Content-Disposition"]  # 演示


def test_all_programmes_are_listed_and_a_faulty_file_says_so(leader, trial, settings):
    (settings.ROOT / "programmes" / "broken.toml").write_text("[programme]\nid = 'x'\n", "utf-8")
    html = text(seen(leader, "programmes"))
    assert "试行工程" in html and "broken" in html and "linli programme check" in html


def test_the_pages_speak_english(leader, trial):
    with translation.override("en"):
        html = seen(leader, "programme", trial, as_of=DAY)
    leader.cookies["linli_language"] = "en"
    html = seen(leader, "programme", trial, as_of=DAY)
    assert "behind" in row_of(html, "T29") and "14 sets to go" in row_of(html, "T29")


def test_the_two_programmes_of_the_house_are_shown(leader, joined):
    for key in ("chizhou-333", "demo-2026"):
        html = seen(leader, "programme", key, as_of=DAY)
        assert len(re.findall(r'<tr data-row="', html)) == 64
        assert len(re.findall(r'<li><span class="mono muted">D0', html)) == 9
