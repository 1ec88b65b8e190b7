"""States of a warning (the protocol's file): opened, changed, lifted, over; in whatever order its messages come."""

from datetime import timedelta

import pytest

from linli.base import clock, visibility
from linli.base.models import Outbox
from linli.signals.gateways.cap.tests.build import NOW, alert, info, reference
from linli.signals.models import Quarantine, Signal
from linli.warnings import following, register
from linli.warnings.lists import state_of
from linli.warnings.models import EarlyEnd, Warning

LATER = "2026-07-01T10:00:00+08:00"
LAST = "2026-07-01T11:00:00+08:00"
SOON = NOW + timedelta(hours=3)


def only():
    (row,) = Warning.objects.all()
    return row


def update(identifier="T.2", sent=LATER, references=None, **said):
    return alert(identifier=identifier, sent=sent, msg_type="Update", references=references or reference(), **said)


def cancel(identifier="T.9", sent=LAST, references=None, **said):
    return alert(identifier=identifier, sent=sent, msg_type="Cancel", references=references or reference(), **said)


def test_an_alert_is_in_force_until_it_expires(hear):
    assert hear(alert()) == ["accepted"]
    row = only()
    assert (row.colour, row.level, row.areas, row.trust) == ("orange", 2, ["34.3417.341702"], "authenticated")
    assert register.in_force(NOW).get() == row
    assert not register.in_force(row.expires).exists()
    with clock.at(row.expires):
        assert following.expire() == 1
        assert following.expire() == 0
    row.refresh_from_db()
    assert (row.ended_by, row.ended_at) == ("expired", row.expires)


def test_an_update_changes_the_level_and_replaces_the_words(hear):
    hear(alert(infos=[info(colour="红", severity="Extreme")]))
    hear(update(infos=[info(colour="黄", severity="Moderate")]), at=SOON)
    row = only()
    assert (row.colour, row.identifier) == ("yellow", "T.2")
    assert [said["colour"] for said in row.history] == ["red", "yellow"]


def test_a_cancel_and_an_all_clear_end_it(hear):
    hear(alert(), cancel(infos=[]), at=SOON)
    assert only().ended_by == "cancelled"
    hear(
        alert(identifier="U.1"), update("U.2", references=reference("U.1"), infos=[info(response="AllClear")]), at=SOON
    )
    assert Warning.objects.get(identifier="U.2").ended_by == "all_clear"


def test_an_update_of_an_unseen_message_opens_with_a_note_and_the_late_alert_finds_it(hear):
    hear(update(infos=[info(colour="黄", severity="Moderate")]), at=SOON)
    assert only().earlier_unseen
    hear(alert(), at=SOON)
    row = only()
    assert not row.earlier_unseen
    assert (row.colour, row.first_sent.isoformat()) == ("yellow", "2026-07-01T00:00:00+00:00")


def test_a_cancel_that_overtook_its_alert_waits_a_day(hear):
    hear(cancel(infos=[]), at=SOON)
    assert not Warning.objects.exists()
    hear(alert(), at=SOON)
    assert only().ended_by == "cancelled"
    EarlyEnd.objects.all().delete()
    hear(cancel("X.9", references=reference("X.1"), infos=[]), at=SOON)
    with clock.at(SOON + timedelta(hours=25)):
        following.expire()
    assert not EarlyEnd.objects.exists()


def test_an_older_update_that_comes_late_changes_nothing(hear):
    hear(alert(), update("T.3", sent=LAST, infos=[info(colour="红", severity="Extreme")]), at=SOON)
    hear(update("T.2", sent=LATER, infos=[info(colour="蓝", severity="Minor")]), at=SOON)
    assert (only().colour, only().identifier) == ("red", "T.3")


def test_a_cancel_of_any_message_of_the_chain_ends_it(hear):
    hear(alert(), update(), cancel(references=f"{reference()} {reference('T.2', sent=LATER)}", infos=[]), at=SOON)
    assert only().ended_by == "cancelled"


def test_an_update_without_one_of_the_events_replaces_it(hear):
    hear(alert(infos=[info(), info(event="大风", code="11B06", colour="蓝", severity="Minor")]))
    assert Warning.objects.count() == 2
    hear(update(infos=[info()]), at=SOON)
    assert Warning.objects.get(event_code="11B06").ended_by == "superseded"
    assert Warning.objects.get(event_code="11B03").ended_at is None


def test_nobody_lifts_the_warning_of_another(hear, city):
    from linli.signals.gateways.cap import sources
    from linli.signals.gateways.cap.tests.build import signer

    with visibility.system():
        sources.add("other@czyj.example", name="演示·旁人", area_path="34.3417", certificates=signer()[1])
    hear(alert(), cancel(sender="other@czyj.example", infos=[]), at=SOON)
    assert only().ended_at is None


def test_an_exercise_never_ends_a_real_warning_and_is_never_public(hear):
    hear(alert(), cancel(status="Exercise", infos=[]), alert(identifier="E.1", status="Exercise"), at=SOON)
    real, exercise = Warning.objects.get(exercise=False), Warning.objects.get(exercise=True)
    assert real.ended_at is None
    assert list(register.public(SOON)) == [real]
    assert exercise in register.in_force(SOON)


@pytest.mark.parametrize("status", ["Test", "System", "Draft"])
def test_what_is_only_logged_is_no_warning(hear, status):
    assert hear(alert(status=status)) == ["accepted"]
    assert not Warning.objects.exists()
    with visibility.system():
        assert Signal.objects.filter(kind="warning.public", phase__in=("test", "info")).count() == 1


@pytest.mark.parametrize(
    ("scope", "head"), [("Restricted", "<restriction>演示</restriction>"), ("Private", "<addresses>x</addresses>")]
)
def test_what_is_not_for_everybody_is_not_public(hear, scope, head):
    hear(alert(scope=scope, head=head))
    assert register.in_force(NOW).count() == 1
    assert not register.public(NOW).exists()


def test_the_same_again_is_a_repetition_and_other_words_under_the_same_key_are_set_aside(hear):
    assert hear(alert(), alert(), alert(infos=[info(colour="红", severity="Extreme")])) == [
        "accepted",
        "duplicate",
        "quarantined",
    ]
    assert only().colour == "orange"
    assert Quarantine.objects.get().reason == "identifier-reused"


def test_without_an_end_it_is_looked_at_after_a_day(hear):
    hear(alert(infos=[info(expires="")]))
    row = only()
    assert not register.to_review(row, NOW + timedelta(hours=23))
    assert register.to_review(row, NOW + timedelta(hours=25))
    with clock.at(NOW + timedelta(hours=25)):
        assert state_of(row) == "review"


def test_languages_are_one_warning_in_two_tongues(hear):
    from django.utils.translation import override

    hear(alert(infos=[info(), info(language="en", event="Rainstorm")]))
    with override("en"):
        assert register.face(only()).title == "Rainstorm: orange warning"
    with override("zh-hans"):
        assert register.face(only()).title == "暴雨橙色预警"


def area(inside, name="演示"):
    return f"<area><areaDesc>{name}</areaDesc>{inside}</area>"


@pytest.mark.parametrize(
    ("inside", "name", "paths"),
    [
        ("<geocode><valueName>GB/T 2260</valueName><value>341721000000</value></geocode>", "x", ["34.3417.341721"]),
        ("<geocode><valueName>GB/T 2260</valueName><value>340000</value></geocode>", "x", ["34.3417"]),
        ("<geocode><valueName>GB/T 2260</valueName><value>110000</value></geocode>", "x", []),
        ("<geocode><valueName>SAME</valueName><value>006109</value></geocode>", "石台县", ["34.3417.341722"]),
        ("<polygon>38.47,-120.14 38.34,-119.95 38.52,-119.74 38.47,-120.14</polygon>", "x", []),
        ("", "石台县", ["34.3417.341722"]),
        ("", "somewhere", ["34.3417"]),
        ("<polygon>29,116 29,118.5 31.2,118.5 31.2,116 29,116</polygon>", "x", ["34.3417.341702", "34.3417.341721", "34.3417.341722", "34.3417.341723"]),
    ],
)  # fmt: skip
def test_where_it_is_for(hear, inside, name, paths):
    hear(alert(infos=[info(area=area(inside, name))]))
    assert only().areas == paths
    assert register.in_force(NOW).exists() == bool(paths)


def test_an_outline_finds_the_towns_below_and_stands_on_the_map(hear):
    hear(alert(infos=[info(area=area("<circle>30.66,117.49 2</circle>"))]))
    row = only()
    assert row.areas and all(path.startswith("34.3417.341702.") for path in row.areas)
    assert register.features([row])["features"][0]["geometry"]["type"] == "Polygon"


def test_who_looks_sees_what_concerns_his_areas(hear):
    hear(alert())
    assert register.concerning(["34.3417"], NOW) and register.concerning(["34.3417.341702.341702001"], NOW)
    assert not register.concerning(["34.3417.341722"], NOW)


def test_the_register_made_anew_from_the_log_is_the_same(hear):
    hear(alert(), update(), alert(identifier="U.1"), cancel("U.2", references=reference("U.1"), infos=[]), at=SOON)
    fields = ("identifier", "chain", "colour", "ended_by", "ended_at", "areas", "log_id")
    before = list(Warning.objects.order_by("log_id").values_list(*fields))
    assert following.rebuild() == 4
    assert list(Warning.objects.order_by("log_id").values_list(*fields)) == before


def test_every_change_is_told_to_open_pages(hear):
    hear(alert())
    assert Outbox.objects.filter(topic="warning.changed").count() == 1


def test_the_dialect_names_messages_by_bare_identifier(city):
    from linli.signals.gateways.cap import intake, sources
    from linli.signals.gateways.cap.tests.test_vectors import OWN

    at = NOW.replace(month=3, day=17)
    with clock.at(at), visibility.system():
        sources.add(
            "34170041600000",
            name="演示·市气象局",
            area_path="34.3417",
            accepts_unsigned=True,
            feed_url="http://127.0.0.1/f",
        )
        for name in ("cnx-cancel", "cnx-gale-blue"):
            raw = (OWN / f"{name}.xml").read_bytes()
            assert intake.write_document(raw, "feed:34170041600000", at).outcome == "accepted"
            following.follow()
    row = only()
    assert (row.colour, row.areas, row.ended_by, row.issuer) == ("blue", ["34.3417"], "cancelled", "")
