"""The clauses of the protocol's file that no vector states: dialects, shapes, times, limits, hostile input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.signals.gateways.cap import decode, fuzzing, shapes
from linli.signals.gateways.cap.document import Alert, Feed, Unreadable, events
from linli.signals.gateways.cap.tests.build import alert, info, reference
from linli.signals.gateways.cap.tests.test_vectors import OWN

FILES = sorted(path for path in OWN.iterdir() if path.suffix in (".xml", ".atom", ".rss"))


def read(document) -> Alert:
    found = decode.decode(document)
    assert isinstance(found, Alert)
    return found


def area(inside):
    return f"<area><areaDesc>演示</areaDesc>{inside}</area>"


def test_polygon_by_any_white_space_and_either_way_round():
    text = "30.60,117.35\n30.60,117.60\t30.75,117.60 \r\n 30.75,117.35   30.60,117.35"
    (found,) = read(alert(infos=[info(area=area(f"<polygon>{text}</polygon>"))])).infos
    assert found.areas[0].polygons[0][0] == (117.35, 30.60)
    assert len(found.areas[0].polygons[0]) == 5


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<polygon>117.35,30.60 117.60,30.60 117.60,30.75 117.35,30.60</polygon>", "polygon-out-of-range"),
        ("<polygon>30.6,117.3 30.6,117.6 30.6,117.3</polygon>", "polygon-too-few-points"),
        ("<polygon>30.6,117.3 x 30.6,117.6 30.6,117.3</polygon>", "polygon-unreadable"),
        ("<polygon>30.6,nan 30.6,117.6 30.7,117.6 30.6,nan</polygon>", "polygon-unreadable"),
        ("<circle>30.6,117.3</circle>", "circle-unreadable"),
        ("<circle>30.6,117.3 -1</circle>", "circle-unreadable"),
        ("<circle>117.3,30.6 5</circle>", "circle-out-of-range"),
    ],
)
def test_a_bad_shape_costs_the_shape(inside, rule):
    found = read(alert(infos=[info(area=area(inside))]))
    assert found.rules == (rule,)
    assert not found.infos[0].areas[0].polygons and not found.infos[0].areas[0].circles


def test_a_ring_that_crosses_itself_is_made_valid():
    text = "30.60,117.30 30.70,117.40 30.70,117.30 30.60,117.40 30.60,117.30"
    found = read(alert(infos=[info(area=area(f"<polygon>{text}</polygon>"))]))
    assert "polygon-crosses-itself" in found.findings
    assert shapes.shape(found.infos[0].areas).is_valid


def test_a_circle_of_radius_zero_is_a_point_and_one_of_ten_kilometres_is_round():
    found = read(alert(infos=[info(area=area("<circle>30.6,117.3 0</circle>"))]))
    assert shapes.shape(found.infos[0].areas).geom_type == "Point"
    found = read(alert(infos=[info(area=area("<circle>30.6,117.3 10</circle>"))]))
    west, south, east, north = shapes.shape(found.infos[0].areas).bounds
    assert north - south == pytest.approx(20 / 111.195, rel=0.01)
    assert east - west == pytest.approx(20 / 111.195 / 0.8607, rel=0.01)


def test_scope_and_references_ask_for_their_elements():
    assert read(alert(scope="Restricted")).rules == ("restriction-missing",)
    assert read(alert(scope="Private")).rules == ("addresses-missing",)
    assert read(alert(msg_type="Cancel", infos=[])).rules == ("references-missing",)
    assert read(alert(msg_type="Cancel", infos=[], references=reference())).outcome == "accepted"


def test_references_by_any_white_space_and_senders_with_commas():
    text = f"{reference('A')}\n\t{reference('B')} a,b,C,2026-07-01T08:00:00+08:00"
    found = read(alert(msg_type="Update", references=text)).references
    assert [(one.sender, one.identifier) for one in found][2] == ("a,b", "C")
    assert [one.identifier for one in found] == ["A", "B", "C"]


def test_languages_of_one_event_are_one_signal_and_two_events_are_two():
    zh, en = info(), info(language="en", event="Rainstorm")
    other = info(event="大风", code="11B06")
    assert [len(group) for group in events(read(alert(infos=[zh, en, other])))] == [2, 1]
    bare = [info(code="", event="暴雨"), info(code="", language="en", event="Rainstorm"), info(code="", event="大风")]
    assert [len(group) for group in events(read(alert(infos=bare)))] == [2, 1]


def test_an_alert_inside_an_edxl_envelope_is_read():
    outer = b'<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0"><contentObject><xmlContent><embeddedXMLContent>%s</embeddedXMLContent></xmlContent></contentObject></EDXLDistribution>'
    assert read(outer % alert().partition(b"?>")[2]).xsd_valid


def test_links_that_are_no_web_are_not_shown_and_html_stays_text():
    found = read(
        alert(infos=[info(extra="<description>&lt;b&gt;雨&lt;/b&gt;</description><web>javascript:alert(1)</web>")])
    )
    assert found.infos[0].web == ""
    assert found.infos[0].description == "<b>雨</b>"


def test_the_headline_never_sets_the_level():
    found = read(alert(infos=[info(event="暴雨红色", colour="", severity="Unknown")]))
    assert found.infos[0].colour is None
    assert (
        "headline-colour-differs" in read(alert(infos=[info(event="暴雨红色", colour="蓝", severity="Minor")])).findings
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "xml-not-well-formed"),
        (b"<alert/>", "dialect-unknown"),
        (b"<html/>", "no-alert"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&x;</alert>', "dtd-forbidden"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><alert/>', "dtd-forbidden"),
        (b"<alert>&undefined;</alert>", "xml-not-well-formed"),
        (b"<a>" * 300 + b"</a>" * 300, "xml-not-well-formed"),
        (alert(identifier="x" * 70_000), "text-too-long"),
        (alert(infos=[info(area="")] * 51), "too-many-infos"),
        (alert(infos=[info(area=area("<polygon>" + "30,117 " * 9000 + "</polygon>") * 2)]), "too-many-points"),
        (alert() + b" " * 1_048_576, "too-large"),
        (alert(infos=[info(extra="<resource><resourceDesc>x</resourceDesc><mimeType>a/b</mimeType><derefUri>" + "A" * 60_000 + "</derefUri></resource>")]), None),
    ],
)  # fmt: skip
def test_what_is_too_much_or_too_clever_goes_to_quarantine(document, reason):
    if reason is None:
        assert read(document)
        return
    with pytest.raises(Unreadable) as caught:
        decode.decode(document)
    assert caught.value.reason == reason


def test_an_entity_bomb_is_refused_at_once():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "ha">{levels}]><alert a="&e11;">&e11;</alert>'
    with pytest.raises(Unreadable) as caught:
        decode.decode(bomb.encode())
    assert caught.value.reason == "dtd-forbidden"


def test_what_an_include_or_a_stylesheet_names_is_not_fetched():
    text = alert(
        head='<note><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/></note>'
    )
    document = text.replace(b"?><alert", b'?><?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?><alert')
    found = read(document)
    assert found.identifier == "T.1"
    assert found.xsd_valid is False


def test_an_atom_entry_may_hold_the_alert_itself():
    body = alert().partition(b"?>")[2]
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><updated>2026-07-01T00:00:00Z</updated><content type="text/xml">%s</content></entry></feed>'
    found = decode.decode(feed % body)
    assert isinstance(found, Feed)
    assert read(found.entries[0].document).identifier == "T.1"


def test_a_document_in_utf_16_is_read():
    text = alert().decode().replace("UTF-8", "UTF-16")
    assert read(text.encode("utf-16")).infos[0].event == "暴雨"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_cut_at_any_byte_it_is_read_or_refused(path):
    whole = path.read_bytes()
    for end in range(0, len(whole), max(1, len(whole) // 150)):
        fuzzing.fuzz(whole[:end])


EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12) | st.sampled_from([b"<info>", b"<polygon>", b"&lt;", b"]]>", b"<![CDATA[", b"<!DOCTYPE a>", b'xmlns="x"', b"1e999,1 "])), max_size=6)  # fmt: skip


@given(st.sampled_from(FILES), EDITS)
def test_bytes_changed_anyhow_raise_nothing(path, edits):
    data = bytearray(path.read_bytes())
    for share, count, piece in edits:
        at = int(share * len(data))
        data[at : at + count] = piece
    fuzzing.fuzz(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing(data):
    fuzzing.fuzz(data)
