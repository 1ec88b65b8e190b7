"""Areas are found by name, sound, initials and code; also under what they were called before."""

import pytest

from linli.areas.find import search


@pytest.fixture(autouse=True)
def database(db):
    """Every test here reads the tree of the prepared database."""


def names(text, **more):
    return [found.area.name for found in search(text, **more)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("池阳街道", "池阳街道"),
        ("池阳", "池阳街道"),
        ("ｃｙｊｄ", "池阳街道"),
        ("chiyangj", "池阳街道"),
        ("GUICHI", "贵池区"),
        ("gc", "贵池区"),
        ("341702", "贵池区"),
        ("341702001008", "秀山居委会"),
        ("仁里", "仁里镇"),
        ("贵池", "贵池区"),
        ("杏花村文化", "池州市杏花村文化旅游区"),
        ("石", "石台县"),
    ],
)
def test_the_expected_area_comes_first(text, first):
    assert names(text)[0] == first


def test_words_inside_a_name_are_found_too():
    assert "平天湖风景区" in names("天湖") and "平天湖风景区" in names("风景区")
    assert "皖江江南新兴产业集中区" in names("江南")
    assert any("jiangnan" in name.pinyin for found in search("jiangnan") for name in found.area.names.all())


def test_several_words_narrow():
    assert "仁里镇" in names("石台 仁里") and "仁里镇" not in names("青阳 仁里")
    assert all(found.area.path.startswith("34.3417.341722.") for found in search("石台县 村委会", limit=50))


def test_a_former_name_finds_the_area_and_says_so():
    (found,) = search("鸿凌")
    assert (found.area.name, found.matched) == ("鸿陵村委会", "鸿凌村委会")


def test_a_former_code_finds_the_area():
    (found,) = search("341702004200")
    assert (found.area.name, found.matched) == ("大兴居委会", "341702004200")


def test_areas_that_ended_come_last():
    found = search("341702402000")
    assert [(each.area.name, each.area.ended_on is None) for each in found] == [
        ("平天湖风景区", True),
        ("池州市火车站站前区", False),
    ]


def test_within_a_post_s_areas_only():
    assert names("蓉城", under=["34.3417.341702"]) == [] and "蓉城镇" in names("蓉城", under=["34.3417.341723"])


@pytest.mark.parametrize("text", ["", "   ", "不存在的地方名", "%", "_", "zzzzqq", "9" * 20, "' OR 1=1 --"])
def test_nothing_is_found_for_nothing(text):
    assert search(text) == []


def test_the_number_of_queries_does_not_grow_with_what_is_found(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(search("村委会", limit=100)) == 100
