"""The tree as loaded: counts, keys of its own, dated codes, what became of what; loading twice."""

from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from linli.areas.loader import load_areas
from linli.areas.models import Area, AreaCode, AreaName, AreaSuccessor
from linli.areas.package import EDITION, read_package, short_name
from linli.areas.tree import is_under, load_tree

CHIYANG = "34.3417.341702.341702001"


@pytest.fixture(autouse=True)
def database(db):
    """Every test here reads the tree of the prepared database."""


def area_of(code, day=EDITION):
    return Area.objects.get(codes__code=code, codes__valid__contains=day)


def test_the_city_has_its_counties_towns_and_villages():
    levels = Counter(Area.objects.filter(ended_on=None).values_list("level", flat=True))
    assert levels == {1: 1, 2: 1, 3: 4, 4: 66, 5: 695}
    villages = Area.objects.filter(ended_on=None, level=5)
    for county, count in (("341702", 227), ("341721", 253), ("341722", 85), ("341723", 130)):
        assert villages.filter(path__under=f"34.3417.{county}").count() == count


def test_every_parent_is_the_path_without_its_last_label():
    for area in Area.objects.filter(ended_on=None).select_related("parent"):
        assert (area.parent.path if area.parent else "") == area.path.rpartition(".")[0]


def test_loading_again_changes_nothing():
    before = list(Area.objects.order_by("id").values()), list(AreaCode.objects.order_by("id").values())
    assert not load_areas().written
    assert load_areas(again=True).written
    assert before == (list(Area.objects.order_by("id").values()), list(AreaCode.objects.order_by("id").values()))


def test_keys_are_the_same_on_every_machine():
    assert str(area_of("341702001000").id) == str(read_package().rows[3].id)
    assert len({row.id for row in read_package().rows}) == len(read_package().rows)


def test_a_village_that_became_a_community_is_the_same_area_with_two_dated_codes():
    village = area_of("341702004200", date(2016, 8, 1))
    community = area_of("341702004002")
    assert village == community and community.name == "大兴居委会" and community.kind == "community"
    assert {(code.code, code.valid.upper) for code in community.codes.all()} == {
        ("341702004200", EDITION),
        ("341702004002", None),
    }
    assert {name.name for name in community.names.all()} == {"大兴村委会", "大兴居委会"}


def test_all_ten_villages_that_became_communities_and_the_three_moves_kept_their_identity():
    rebuilt = [area for area in Area.objects.prefetch_related("codes") if area.codes.count() == 2]
    assert len(rebuilt) == 10 + 3
    assert all(area.ended_on is None for area in rebuilt)


def test_a_code_given_to_another_zone_belongs_to_each_in_its_time():
    before, after = area_of("341702402000", date(2020, 1, 1)), area_of("341702402000")
    assert (before.name, after.name) == ("池州市火车站站前区", "平天湖风景区")
    assert before.ended_on == EDITION and after.ended_on is None
    link = AreaSuccessor.objects.get(before=before)
    assert (link.after, link.since, link.change) == (after, EDITION, "code_reused")


def test_a_zone_that_was_removed_has_ended_without_successor_and_its_community_with_it():
    gone = area_of("341702403000", date(2020, 1, 1))
    assert gone.ended_on == EDITION and not gone.successors.exists()
    assert [child.name for child in gone.children.all()] == ["前江工业园虚拟社区"]
    assert not AreaCode.objects.filter(code="341702403000", valid__contains=EDITION).exists()


def test_an_added_community_has_no_code_before_the_edition():
    assert area_of("341702007007").name == "钱溪居委会"
    assert not AreaCode.objects.filter(code="341702007007", valid__contains=date(2020, 1, 1)).exists()


def test_a_corrected_character_is_a_name_of_former_days():
    village = area_of("341722105206")
    assert village.name == "鸿陵村委会"
    assert AreaName.objects.get(area=village, valid__contains=date(2020, 1, 1)).name == "鸿凌村委会"


def test_the_26_changes_are_all_there():
    assert Area.objects.exclude(ended_on=None).count() == 8
    assert AreaSuccessor.objects.count() == 6
    assert AreaCode.objects.filter(valid__startswith=EDITION).count() == 13 + 6 + 4


def test_two_areas_cannot_bear_one_code_at_a_time():
    one = area_of("341702001000")
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaCode.objects.create(area=one, code="341702002000", valid=DateRange(date(2024, 1, 1), None))


def test_short_names_are_those_case_numbers_begin_with():
    assert short_name("贵池区", "district") == "贵池" and short_name("泾县", "county") == "泾县"
    assert short_name("平天湖风景区", "zone") == "平天湖风景区" and short_name("木镇镇", "town") == "木镇"


def test_names_of_a_path_come_from_memory(django_assert_num_queries):
    tree = load_tree()
    with django_assert_num_queries(0):
        assert tree.name(CHIYANG) == "池阳街道"
        assert tree.full_name(f"{CHIYANG}.341702001008") == "贵池区池阳街道秀山居委会"
        assert tree.full_name("34.3417") == "池州市"
        assert tree.county(CHIYANG).short_name == "贵池" and tree.county("34.3417") is None
        assert (tree.numbering_name(CHIYANG), tree.numbering_name("34.3417")) == ("贵池", "池州")
        assert [place.name for place in tree.children("34.3417")] == ["贵池区", "东至县", "石台县", "青阳县"]
        assert len(tree.of_level(4, "34.3417.341722")) == 9 and tree.city().name == "池州市"
        assert tree.get(CHIYANG).code == "341702001000"
    with django_assert_num_queries(1):
        assert load_tree() is tree


def test_a_path_of_former_days_still_has_a_name():
    tree = load_tree()
    assert tree.full_name(f"{CHIYANG}.341702001999") == "贵池区池阳街道" and tree.name("99.1") == "99.1"


def test_under_is_by_label_not_by_letters():
    assert is_under("34.3417.341702", "34.3417") and is_under("34", "") and is_under("34", "34")
    assert not is_under("34.34170", "34.3417")
