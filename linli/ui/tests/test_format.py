"""One formatter: the same case says the same time and place through every channel."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from linli.base import clock
from linli.ui import format as say
from linli.ui.clocks import ClockFace, shown, warn_at

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)

SPANS = [
    (0, "0 秒", "0 s"), (59.9, "59 秒", "59 s"), (60, "1 分", "1 min"), (3599, "59 分", "59 min"), (3600, "1 小时", "1 h"),
    (7800, "2 小时 10 分", "2 h 10 min"), (36_000, "10 小时", "10 h"), (36_600, "10 小时", "10 h"),
    (172_799, "47 小时", "47 h"), (172_800, "2 天", "2 d"), (-5, "0 秒", "0 s"),
]  # fmt: skip


@pytest.mark.parametrize("seconds, chinese, english", SPANS)
def test_spans(seconds, chinese, english):
    with translation.override("zh-hans"):
        assert say.span(seconds) == chinese
    with translation.override("en"):
        assert say.span(seconds) == english


def test_a_stopwatch_counts_whole_seconds():
    assert [say.stopwatch(s) for s in (0, 41.9, 60, 3599, 3723)] == ["00:00", "00:41", "01:00", "59:59", "1:02:03"]


def test_moments_stand_on_the_citys_wall_clock():
    with translation.override("zh-hans"), clock.at(NOON):
        late = datetime(2026, 5, 19, 16, 30, 5, tzinfo=UTC)
        assert say.wall_clock(late) == "00:30:05"
        assert say.absolute(late).startswith("2026年5月20日") and say.absolute(late).endswith("00:30:05")
        assert say.day(date(2026, 5, 25)) == "5月25日 周一"
        assert say.day(date(2027, 5, 25)).startswith("2027年")
        assert say.relative(NOON - timedelta(minutes=3)) == "3 分前"
        assert say.relative(NOON + timedelta(hours=2)) == "2 小时后"


def test_a_share_is_never_rounded_up_to_its_target():
    assert [say.percent(*pair) for pair in ((126, 200), (6996, 10_000), (200, 200), (1, 0))] == [
        "63.0 %", "69.9 %", "100.0 %", "—"]  # fmt: skip


def test_place_says_address_point_and_how_sure():
    assert say.place(" 清风路 12 号 ", 117.489123, 30.656114, 15) == "清风路 12 号 · 117.48912, 30.65611 ±15 m"
    assert say.place("") == "—" and say.place("", 117.4, 30.6) == "117.40000, 30.60000"


def _face(used, limit, **more):
    start = NOON - timedelta(seconds=used)
    due = start + timedelta(seconds=limit)
    return ClockFace(label="派警", started_at=start, due_at=due, warn_at=warn_at(start, due, 66), **more)


@pytest.mark.parametrize(
    "face, tone, share, figure, rest",
    [
        (_face(41, 60, face="stopwatch"), "warn", 0.683, "00:41 / 01:00", "还剩 19 秒"),
        (_face(39, 60, face="stopwatch"), "normal", 0.65, "00:39 / 01:00", "还剩 21 秒"),
        (_face(72, 60, face="stopwatch"), "over", 1, "01:12 / 01:00", "超 12 秒"),
        (_face(75_600, 86_400), "warn", 0.875, "还剩 3 小时", ""),
        (_face(94_200, 86_400), "over", 1, "超 2 小时 10 分", ""),
        (_face(10, 100, face="calendar", rest="还剩 3 个工作日"), "normal", 0.1, "还剩 3 个工作日", ""),
        (_face(101, 100, face="calendar", rest="还剩 0 个工作日"), "over", 1, "超 1 秒", ""),
        (_face(50, 100, paused_at=NOON - timedelta(seconds=25), reason="等零件"), "paused", 0.25, "暂停 等零件", ""),
        (_face(50, 100, stopped_at=NOON - timedelta(seconds=5)), "done", 1, "已完成", ""),
        (_face(150, 100, stopped_at=NOON), "over", 1, "已完成，超 50 秒", ""),
    ],
)
def test_what_a_clock_shows(face, tone, share, figure, rest):
    with translation.override("zh-hans"):
        now = shown(face, NOON)
    assert (now.tone, round(now.share, 3), now.figure, now.rest) == (tone, share, figure, rest)


def test_a_clock_bar_says_in_words_what_it_shows():
    with translation.override("zh-hans"), clock.at(NOON):
        template = Template("{% load kit %}{% clock_bar face style='thin' %}")
        html = template.render(Context({"face": _face(72, 60, face="stopwatch")}))
    assert 'role="progressbar"' in html and 'aria-valuetext="派警 01:12 / 01:00"' in html and 'data-tone="over"' in html
    assert "style=" not in html
