"""Declarations that decide lawfulness are checked at the start, each fault with what and where."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from conftest import admin_connection
from linli.access import never, reading
from linli.access.checks import check, unprotected_tables
from linli.access.declarations import Policy
from linli.access.registry import dictionary, policies, purposes
from linli.base import clock

PURPOSE = """
[[purpose]]
id = "test.ask"
title = { zh = "试", en = "try" }
legal_basis = [{ statute = "某法", article = "第1条" }]
attributes = ["contact.phone"]
posts = ["duty_operator"]
areas = "city"
needs_case = false
retention_days = 30
reviewed_on = 2026-01-01
expires_on = 2027-01-01
"""


def faults_of(text: str, tmp_path) -> set[str]:
    path = tmp_path / "purposes.toml"
    path.write_text(text, "utf-8")
    with purposes.opened():
        purposes._items = {}
        purposes.install(reading.read_purposes(path))
        return {str(fault.id) for fault in check()}


def test_the_house_is_lawful():
    with clock.at(datetime(2026, 5, 20, tzinfo=UTC)):
        assert check() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", None),
        ('["contact.phone"]', '["contact.shoe_size"]', "access.E042"),
        ('["duty_operator"]', '["nosy_neighbour"]', "access.E051"),
        ('[{ statute = "某法", article = "第1条" }]', "[]", "access.E052"),
        ('zh = "试"', 'zh = "上访核查"', "access.E053"),
        ('en = "try"', 'en = "religion survey"', "access.E053"),
        (
            "retention_days = 30",
            'retention_days = 30\nnotify_subject = { when = "after_days", days = 9 }',
            "access.E054",
        ),
        ("retention_days = 30", "retention_days = 30\nbound = 51", "access.E055"),
        ("expires_on = 2027-01-01", "expires_on = 2026-05-19", "access.W056"),
    ],
)
def test_a_purpose_that_is_not_lawful_is_found(tmp_path, old, new, fault):
    with clock.at(datetime(2026, 5, 20, tzinfo=UTC)):
        assert faults_of(PURPOSE.replace(old, new, 1), tmp_path) == ({fault} if fault else set())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("areas", "area", "extra"),
        ('areas = "city"', 'areas = "world"', "areas"),
        ("[[purpose]]", "[[purpose", "TOML"),
    ],
)
def test_an_unreadable_file_names_file_and_row(tmp_path, old, new, said):
    path = tmp_path / "purposes.toml"
    path.write_text(PURPOSE.replace(old, new, 1), "utf-8")
    with pytest.raises(reading.Unreadable, match=r"purposes\.toml.*") as fault:
        reading.read_purposes(path)
    assert said.lower() in str(fault.value).lower()


def test_a_policy_without_id_or_with_bad_syntax_is_found():
    with policies.opened():
        policies.install(
            [
                Policy(key="a/b.cedar", text="permit (principal, action, resource);"),
                Policy(key="a/c.cedar", text="permit (principal"),
            ]
        )
        assert {fault.id for fault in check()} >= {"access.E057", "access.E058"}


@pytest.mark.parametrize(
    "name", ["religion", "petitioner_history", "face embedding", "信访人标签", "重点人员", "ethnic"]
)
def test_the_never_list_names_it(name):
    assert never.named(name)


@pytest.mark.parametrize(
    "name", ["interface", "surface_area", "case_opinion", "民族路", "ethnicolour", "contact.phone"]
)
def test_the_never_list_leaves_other_words_alone(name):
    assert not never.named(name)


def test_every_attribute_of_the_house_says_why_it_is_kept():
    for attribute in dictionary:
        assert attribute.legal_basis and attribute.owner and attribute.source
        with translation.override("zh-hans"):
            assert str(attribute.title) == attribute.title.zh
        with translation.override("en"):
            assert str(attribute.title) == attribute.title.en


def test_a_personal_table_without_protection_is_found(transactional_db, django_db_setup):
    assert list(unprotected_tables()) == []
    with admin_connection(django_db_setup) as admin:
        admin.execute("ALTER TABLE registers_contact NO FORCE ROW LEVEL SECURITY")
    assert [fault.id for fault in unprotected_tables()] == ["access.E041"]
