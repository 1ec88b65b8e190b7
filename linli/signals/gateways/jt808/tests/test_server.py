"""The whole entrance over real sockets and a real database: check, store, commit, answer."""

import socket
import struct
from datetime import timedelta

import pytest

from linli.base import visibility
from linli.signals.gateways.jt808 import commands
from linli.signals.gateways.jt808.tests.build import CHIZHOU, Handset, report
from linli.signals.gateways.jt808.tests.conftest import Caller, heard, moment, refused, register
from linli.signals.models import AssetState, Terminal, TerminalCommand, TerminalPart

pytestmark = [pytest.mark.timeout(120)]
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("version", [None, 1], ids=["2013", "2019"])
def test_a_known_terminal_registers_authenticates_and_moves_its_unit(gateway, version):
    line = register()
    with Caller(gateway.port, Handset(version=version)) as caller:
        code = caller.log_in()
        assert len(code) == 26
        said = caller.say(caller.handset.position(moment()))
        assert (said.message_id, said.body[4], said.version) == (0x8001, 0, version)
    with visibility.system():
        state = AssetState.objects.get(asset=line.asset)
        terminal = Terminal.objects.get(pk="13905660119")
    assert (state.lng, state.lat, state.presence) == (*CHIZHOU, "online")
    assert code.encode() not in bytes(terminal.code_digest)
    (row,) = heard("position")
    assert (row.source, row.trust, (row.lng, row.lat)) == ("jt808:13905660119", "registered", CHIZHOU)


def test_a_reply_speaks_the_edition_and_the_phone_of_its_request(gateway):
    register()
    with Caller(gateway.port, Handset(version=2)) as caller:
        said = caller.say(caller.handset.frame(0x0002))
        assert (said.version, said.phone.hex(), said.message_id) == (2, "00000000013905660119", 0x8001)


def test_an_sos_is_raised_once_and_restored_once(gateway):
    register()
    with Caller(gateway.port) as caller:
        caller.log_in()
        now = moment() - 9 * SECOND
        for turn, alarm in enumerate((0, 1, 1, 1, 0)):
            assert caller.result(caller.handset.position(now + turn * SECOND, alarm=alarm)) == 0
    assert [(row.kind, row.phase) for row in heard("alarm.panic")] == [
        ("alarm.panic", "raised"),
        ("alarm.panic", "restored"),
    ]


def test_the_house_remembers_the_alarm_bits_over_a_restart_of_the_line(gateway):
    register()
    with Caller(gateway.port) as caller:
        code = caller.log_in()
        caller.say(caller.handset.position(moment() - 5 * SECOND, alarm=1 << 29))
    with Caller(gateway.port) as again:
        assert again.result(again.handset.authenticate(code)) == 0
        again.say(again.handset.position(moment(), alarm=1 << 29))
    assert len(heard("alarm.crash")) == 1


def test_an_sos_before_authentication_is_kept_and_answered_with_a_failure(gateway):
    register()
    with Caller(gateway.port) as caller:
        assert caller.result(caller.handset.position(moment(), alarm=1)) == 1
    assert [row.trust for row in heard("alarm.panic")] == ["registered"]


def test_the_third_frame_before_authentication_closes_the_line(gateway):
    register()
    with Caller(gateway.port) as caller:
        assert [caller.result(caller.handset.position(moment())) for _ in range(3)] == [1, 1, 1]
        assert caller.hear() is None


def test_an_unknown_terminal_is_refused_stored_and_adoptable(gateway):
    with Caller(gateway.port, Handset("19900000000")) as caller:
        said = caller.say(caller.handset.register())
        assert (said.message_id, said.body[2]) == (0x8100, 4)
        assert caller.result(caller.handset.position(moment(), alarm=1)) == 1
    rows = heard()
    assert {row.kind for row in rows} == {"registration", "position", "alarm.panic"}
    assert {row.trust for row in rows} == {"unregistered"}
    assert {row.asset_id for row in rows} == {None}
    assert heard("registration")[0].values["extra"]["refused"] is True


def test_another_plate_or_another_terminal_with_the_same_phone_is_refused(gateway):
    register(settings={"plate": "皖R·T0119"})
    with Caller(gateway.port) as caller:
        assert caller.say(caller.handset.register(plate="皖R·T0120")).body[2] == 2
        caller.log_in()
        assert caller.say(caller.handset.register(terminal="1111111")).body[2] == 4


def test_registering_again_makes_the_old_code_void(gateway):
    register()
    with Caller(gateway.port) as caller:
        first = caller.log_in()
        caller.say(caller.handset.register())
        assert caller.result(caller.handset.authenticate(first)) == 1


def test_three_wrong_codes_close_the_line_and_shut_the_phone_out(gateway):
    register()
    with Caller(gateway.port) as caller:
        code = caller.say(caller.handset.register()).body[3:].decode()
        assert [caller.result(caller.handset.authenticate("GUESS")) for _ in range(3)] == [1, 1, 1]
        assert caller.hear() is None
    with Caller(gateway.port) as again:
        assert again.result(again.handset.authenticate(code)) == 1
        assert again.hear() is None
    assert refused() == {("jt808:13905660119", "wrong_code"): 4}


def test_a_second_connection_of_the_same_phone_closes_the_first(gateway):
    register()
    with Caller(gateway.port) as first, Caller(gateway.port) as second:
        code = first.log_in()
        assert second.result(second.handset.authenticate(code)) == 0
        assert first.hear() is None
        assert second.result(second.handset.frame(0x0002)) == 0


def test_a_terminal_that_deregisters_right_after_connecting_stays_connected(gateway):
    register()
    with Caller(gateway.port) as caller:
        assert [caller.result(caller.handset.frame(0x0003)) for _ in range(3)] == [0, 0, 0]
        caller.log_in()
        assert caller.result(caller.handset.frame(0x0003)) == 0
    assert [row.phase for row in heard("registration")] == ["info", "cancelled"]


def test_what_is_not_supported_is_said_to_be_and_kept(gateway):
    register()
    with Caller(gateway.port) as caller:
        caller.log_in()
        assert caller.result(caller.handset.frame(0x0900, b"\x41hello")) == 3
        assert caller.result(caller.handset.frame(0x0200, bytes(20))) == 2
        assert caller.result(caller.handset.frame(0x0200, report(moment()), flags=0x0400)) == 3
    assert refused() == {
        ("jt808:13905660119", "unsupported"): 1,
        ("jt808:13905660119", "wrong_body"): 1,
        ("jt808:13905660119", "encrypted"): 1,
    }


def test_a_drivers_card_is_acknowledged_and_kept_nowhere(gateway):
    register()
    with Caller(gateway.port) as caller:
        caller.log_in()
        assert caller.result(caller.handset.frame(0x0702, "张某某 340000".encode("gbk"))) == 0
    assert all("张".encode("gbk") not in bytes(row.raw or b"") for row in heard())
    assert refused() == {}


def test_a_broken_frame_costs_only_itself(gateway):
    register()
    with Caller(gateway.port) as caller:
        caller.log_in()
        good = caller.handset.position(moment())
        bad = good[:-2] + bytes((good[-2] ^ 1,)) + good[-1:]
        assert caller.result(bad + b"noise" + caller.handset.frame(0x0002)) == 0
    assert ("jt808:13905660119", "checksum") in refused()


def test_a_batch_gives_one_signal_a_report_and_one_answer(gateway):
    register()
    now = moment()
    with Caller(gateway.port) as caller:
        caller.log_in()
        caller.say(caller.handset.position(now))
        reports = [report(now - minutes * 60 * SECOND) for minutes in (3, 2)]
        last = report(now - 60 * SECOND, alarm=1 << 8)
        assert caller.result(caller.handset.batch(*reports, last, kind=1)) == 0
    late = [row for row in heard("position") if row.late]
    assert [row.occurred_at for row in late] == [now - minutes * 60 * SECOND for minutes in (3, 2, 1)]
    (power,) = heard("fault.power.mains")
    assert (power.phase, power.late, power.values["zone"]) == ("raised", True, "lost")


def test_late_data_never_moves_the_unit(gateway):
    line = register()
    now = moment()
    with Caller(gateway.port) as caller:
        caller.log_in()
        caller.say(caller.handset.position(now))
        caller.say(caller.handset.batch(report(now - 60 * SECOND, (117.0, 30.1)), kind=1))
        caller.say(caller.handset.position(now - 120 * SECOND, (117.1, 30.2)))
    with visibility.system():
        state = AssetState.objects.get(asset=line.asset)
    assert (state.lng, state.lat) == CHIZHOU


def test_parts_out_of_order_make_one_message_and_each_is_answered(gateway):
    register()
    now = moment()
    with Caller(gateway.port, Handset(version=1)) as caller:
        caller.log_in()
        body = struct.pack(">HB", 3, 0) + b"".join(
            struct.pack(">H", 28) + report(now - turn * SECOND) for turn in (3, 2, 1)
        )
        pieces = {1: body[:40], 2: body[40:80], 3: body[80:]}
        for index in (1, 3):
            assert caller.result(caller.handset.part(0x0704, pieces[index], 3, index)) == 0
        with visibility.system():
            assert TerminalPart.objects.count() == 2
        assert caller.result(caller.handset.part(0x0704, pieces[3], 3, 3)) == 0
        assert caller.result(caller.handset.part(0x0704, b"other", 3, 3)) == 2
        assert caller.result(caller.handset.part(0x0704, pieces[2], 3, 2)) == 0
        with visibility.system():
            assert TerminalPart.objects.count() == 0
    with visibility.system():
        state = AssetState.objects.get()
    assert (state.lng, state.lat) == CHIZHOU
    assert refused() == {("jt808:13905660119", "fragment_other_bytes"): 1}


def test_a_command_reaches_the_terminal_and_its_answer_the_command(gateway):
    register()
    with Caller(gateway.port) as caller:
        caller.log_in()
        with visibility.system():
            locate = commands.ask("13905660119", "locate")
            words = commands.ask("13905660119", "text", {"text": "请到百牙路集合"})
        gateway.beat()
        asked, shown = caller.hear(), caller.hear()
        assert (asked.message_id, shown.message_id) == (0x8201, 0x8300)
        assert shown.body[1:].decode("gbk") == "请到百牙路集合"
        caller.result(caller.handset.frame(0x0201, struct.pack(">H", asked.serial) + report(moment())))
        caller.socket.sendall(caller.handset.frame(0x0001, struct.pack(">HHB", shown.serial, 0x8300, 1)))
        caller.result(caller.handset.frame(0x0002))
    with visibility.system():
        results = {row.pk: row.result for row in TerminalCommand.objects.all()}
    assert results == {locate.pk: 0, words.pk: 1}


def test_a_datagram_carries_a_position_and_nothing_else(gateway):
    line = register()
    handset = Handset()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as away:
        away.settimeout(20)
        away.connect(("127.0.0.1", gateway.port))
        away.send(handset.register())
        away.send(handset.position(moment()))
        said = away.recv(4096)
    assert said[1:3] == b"\x80\x01"
    with visibility.system():
        assert AssetState.objects.get(asset=line.asset).lng == CHIZHOU[0]
    assert refused() == {("jt808:13905660119", "datagram_not_a_position"): 1}
