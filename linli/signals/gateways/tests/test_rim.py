"""The listeners over real sockets, with a store that can be away: order, silence, back-pressure, limits, time-outs."""

import asyncio
import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvloop

from linli.signals.gateways.admission import Limits
from linli.signals.gateways.dc09.frames import LIMIT, Frame, FrameReader, Malformed, read_datagram
from linli.signals.gateways.dc09.reply import wrap
from linli.signals.gateways.listeners import Gateway, PortTaken
from linli.signals.gateways.rim import StoreAway


def run(story) -> None:
    """Run a story in a thread of its own: a browser that another test keeps open has a loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(uvloop.run, story).result()


pytestmark = pytest.mark.timeout(60)


class Words:
    """A dialect over DC-09's frames; whose alarm it is, the frame says: `"ALARM"`."""

    key, variable = "words", "LINLI_WORDS_PORT"
    reader = FrameReader

    def datagram(self, data):
        return read_datagram(data)

    def hopeless(self, message):
        return isinstance(message, Malformed) and message.reason == "too_long"

    def alarm_of(self, message):
        return "1" if b"ALARM" in message.raw else None


class Shelf:
    """Keeps in memory, in its order; can be away, and cannot bear poison."""

    def __init__(self):
        self.kept, self.aside, self.batches, self.away, self.beats = [], [], [], False, 0

    def keep(self, arrivals):
        if self.away:
            raise StoreAway("the shelf is away")
        if any(b"POISON" in arrival.message.raw for arrival in arrivals):
            raise ValueError("poison")
        self.kept += [arrival.message for arrival in arrivals]
        self.batches.append(len(arrivals))
        return [arrival.message.raw if isinstance(arrival.message, Frame) else b"" for arrival in arrivals]

    def set_aside(self, arrival, fault):
        self.aside.append((arrival.message.raw, str(fault)))

    def beat(self):
        self.beats += 1


@contextlib.asynccontextmanager
async def served(**limits):
    shelf = Shelf()
    gateway = Gateway(Words(), shelf, Limits(**{"per_address": 1e6, "burst": 1e6} | limits))
    await gateway.start("127.0.0.1", 0)
    try:
        yield gateway, shelf
    finally:
        shelf.away = False
        await gateway.stop()


def frames(count: int, token: str = "X") -> list[bytes]:
    return [wrap(b'"%b"%04d[]' % (token.encode(), number)) for number in range(count)]


async def until(true, seconds=20.0):
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


def test_answers_come_in_order_however_the_bytes_were_cut():
    async def story():
        async with served() as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            whole = b"".join(frames(700))
            for at in range(0, len(whole), 333):
                writer.write(whole[at : at + 333])
                await writer.drain()
            assert await reader.readexactly(len(whole)) == whole
            assert max(shelf.batches) > 1
            writer.close()

    run(story())


def test_who_closes_his_half_still_gets_his_answer():
    async def story():
        async with served() as (gateway, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(frames(1)[0])
            writer.write_eof()
            assert await reader.read() == frames(1)[0]
            writer.close()

    run(story())


def test_who_hangs_up_at_once_is_kept_all_the_same():
    async def story():
        async with served() as (gateway, shelf):
            _, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(frames(1)[0] + b'\n00000000"half')
            writer.close()
            await until(lambda: len(shelf.kept) == 2)
            assert shelf.kept == [Frame(frames(1)[0]), Malformed("incomplete", b'\n00000000"half')]

    run(story())


def test_while_the_store_is_away_nothing_is_answered_nothing_lost_and_the_socket_stays_open():
    async def story():
        async with served() as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            shelf.away = True
            writer.write(b"".join(frames(3)))
            await until(lambda: gateway.batcher.away)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await reader.read(1)
            assert len(gateway.connections) == 1
            shelf.away = False
            async with asyncio.timeout(20):
                assert await reader.readexactly(len(b"".join(frames(3)))) == b"".join(frames(3))
            writer.close()

    run(story())


def test_a_flood_while_the_store_is_away_stays_in_the_senders_own_buffers():
    async def story():
        async with served(inside_a_frame=0.1) as (gateway, shelf):
            gateway.batcher._most = 200
            shelf.away = True
            flood = b"".join(frames(1000)) * 400
            writers = []
            for _ in range(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
                writer.write(flood)
                writers.append((reader, writer))
            await until(lambda: gateway.batcher.full)
            await asyncio.sleep(0.5)
            assert len(gateway.batcher._waiting) + gateway.batcher._under_way == 200
            for connection in gateway.connections:
                assert connection._paused and len(connection._heard) < LIMIT / 15
            assert all(writer.transport.get_write_buffer_size() > 0 for _, writer in writers)
            for _, writer in writers:
                writer.transport.abort()

    run(story())


def test_who_gives_up_while_the_store_is_away_does_not_hold_a_place():
    async def story():
        async with served(inside_a_frame=0.1) as (gateway, shelf):
            gateway.batcher._most = 1
            shelf.away = True
            for count in range(3):
                _, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
                writer.write(frames(1)[0])
                await until(
                    lambda count=count: len(gateway.batcher._for_room) == count if count else gateway.batcher.full
                )
                writer.close()
            await until(lambda: not gateway.connections and not gateway.batcher._for_room)
            shelf.away = False
            await until(lambda: len(shelf.kept) == 1)

    run(story())


def test_one_message_that_cannot_be_kept_costs_no_other():
    async def story():
        async with served() as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            good, poison = frames(9), frames(1, "POISON")[0]
            writer.write(b"".join([*good[:4], poison, *good[4:]]))
            async with asyncio.timeout(20):
                assert await reader.readexactly(len(b"".join(good))) == b"".join(good)
            assert shelf.aside == [(poison, "poison")]
            writer.close()

    run(story())


def test_half_a_frame_and_then_silence_is_kept_and_the_connection_closed():
    async def story():
        async with served(inside_a_frame=0.1) as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(frames(1)[0][:12])
            async with asyncio.timeout(20):
                assert await reader.read() == b""
            assert shelf.kept == [Malformed("incomplete", frames(1)[0][:12])]
            writer.close()

    run(story())


def test_bytes_one_by_one_do_not_hold_a_connection_for_ever():
    async def story():
        async with served(inside_a_frame=0.5) as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(b"\n0000")

            async def drip():
                while True:
                    writer.write(b"0")
                    await asyncio.sleep(0.05)

            dripping = asyncio.create_task(drip())
            async with asyncio.timeout(20):
                with contextlib.suppress(ConnectionResetError):
                    assert await reader.read() == b""
            dripping.cancel()
            await until(lambda: len(shelf.kept) == 1)
            writer.close()

    run(story())


def test_silence_between_frames_is_borne_longer_than_silence_inside_one():
    async def story():
        async with served(inside_a_frame=0.1, between_frames=2.5) as (gateway, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(frames(1)[0] + b"\x00\r\n")
            start = asyncio.get_running_loop().time()
            async with asyncio.timeout(20):
                assert await reader.read() == frames(1)[0]
            assert asyncio.get_running_loop().time() - start >= 2.5
            writer.close()

    run(story())


def test_a_frame_without_an_end_closes_the_connection():
    async def story():
        async with served() as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(b'\n00000000"' + b"x" * 3 * LIMIT)
            async with asyncio.timeout(20):
                with contextlib.suppress(ConnectionResetError):
                    assert await reader.read() == b""
            await until(lambda: not gateway.connections)
            assert shelf.kept[0].reason == "too_long"
            writer.close()

    run(story())


def test_connections_are_limited_by_address():
    async def story():
        async with served(connections_per_address=3) as (gateway, _):
            made = [await asyncio.open_connection("127.0.0.1", gateway.port) for _ in range(5)]
            await until(lambda: sum(gateway.by_address.values()) == 3)
            for _, writer in made:
                writer.close()
            await until(lambda: not gateway.by_address)
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(frames(1)[0])
            assert await reader.readexactly(len(frames(1)[0])) == frames(1)[0]
            writer.close()

    run(story())


def test_over_its_limit_a_connection_is_slowed_and_loses_nothing_while_an_alarm_passes():
    async def story():
        async with served(per_address=50.0, burst=10.0) as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(b"".join(frames(60)))
            await until(lambda: len(shelf.kept) >= 10)
            alarm_reader, alarm_writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            alarm = frames(1, "ALARM")[0]
            alarm_writer.write(alarm)
            assert await alarm_reader.readexactly(len(alarm)) == alarm
            assert len(shelf.kept) < 61
            assert await reader.readexactly(len(b"".join(frames(60)))) == b"".join(frames(60))
            for either in (writer, alarm_writer):
                either.close()

    run(story())


def test_a_datagram_is_answered_where_it_came_from_and_dropped_over_the_limit():
    async def story():
        async with served(per_address=0.001, burst=2.0) as (gateway, shelf):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                loop = asyncio.get_running_loop()
                await loop.sock_connect(sender, ("127.0.0.1", gateway.port))
                for number, frame in enumerate(frames(2)):
                    await loop.sock_sendall(sender, frame)
                    assert await loop.sock_recv(sender, 4096) == frame, number
                await loop.sock_sendall(sender, frames(3)[2])
                await loop.sock_sendall(sender, frames(1, "ALARM")[0])
                async with asyncio.timeout(20):
                    assert await loop.sock_recv(sender, 4096) == frames(1, "ALARM")[0]
            assert [message.raw for message in shelf.kept] == [*frames(2), frames(1, "ALARM")[0]]

    run(story())


def test_a_taken_port_stops_the_start_and_is_named():
    async def story(kind):
        with socket.socket(socket.AF_INET, kind) as other:
            other.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                other.listen()
            port = other.getsockname()[1]
            gateway = Gateway(Words(), Shelf())
            with pytest.raises(PortTaken) as refused:
                await gateway.start("127.0.0.1", port)
            gateway.batcher.close()
            assert str(port) in refused.value.text() and "LINLI_WORDS_PORT" in refused.value.text()

    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        run(story(kind))


def test_stopping_answers_what_was_heard():
    async def story():
        async with served() as (gateway, shelf):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(b"".join(frames(50)))
            await until(lambda: gateway.batcher._waiting or shelf.kept)
            await gateway.stop()
            assert await reader.read() == b"".join(frames(50))
            writer.close()

    run(story())
