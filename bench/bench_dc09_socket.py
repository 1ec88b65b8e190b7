"""DC-09 from socket to acknowledgement, durable: 2,000 panels on 2,000 TCP connections, the gateway a process of its own.

First as many frames a second as it takes (each connection has one frame under way); then half of that, evenly, and
the time from sending a frame to its ACK. Wanted: p99 under 50 ms at half of the rate.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import uvloop

from bench.house import open_house

PANELS, PORT, SECONDS = 2_000, 12_990, 10.0


def main() -> int:
    """Prints both."""
    open_house()
    _furnish()
    gateway = subprocess.Popen(
        [sys.executable, "-m", "linli.site.cli", "gateway", "dc09", "--port", str(PORT)],
        env=os.environ
        | {
            "LINLI_GATEWAY_FRAMES_PER_SECOND": "1000000",
            "LINLI_GATEWAY_CONNECTIONS": "4000",
            "LINLI_GATEWAY_CONNECTIONS_PER_ADDRESS": "4000",
        },
        cwd=Path(__file__).resolve().parents[1],
    )
    try:
        rate, times = uvloop.run(_measure())
    finally:
        gateway.terminate()
        gateway.wait()
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    print(f"{PANELS:,} panels, each with one frame under way   {rate:9,.0f} acknowledged frames/s")
    print(
        f"at half of it ({len(times):,} frames)              p50 {p50:6.1f} ms   p99 {p99:6.1f} ms (wanted: under 50)"
    )
    return 0


def _furnish() -> None:
    from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

    from linli.registers.models import Asset
    from linli.signals.models import Line

    place = {"area_path": "34.3417.341702", "lng": 117.4, "lat": 30.6, "in_use": DateRange(None, None)}
    assets = Asset.objects.bulk_create(
        Asset(number=f"AL-{number}", name=f"演示·系统 {number}", type="networked_alarms.system", **place)
        for number in range(PANELS)
    )
    Line.objects.bulk_create(
        Line(protocol="dc09", identity=f"{number:06}", asset=asset, during=DateTimeTZRange(None, None))
        for number, asset in enumerate(assets)
    )


async def _measure() -> tuple[float, list[float]]:
    from linli.signals.gateways.dc09.sender import Panel

    await _until_open()
    lines = [await asyncio.open_connection("127.0.0.1", PORT) for _ in range(PANELS)]
    panels = [Panel(account=f"{number:06}") for number in range(PANELS)]

    busy = [asyncio.Lock() for _ in panels]

    async def ask(number: int) -> float:
        reader, writer = lines[number]
        start = time.perf_counter()
        async with busy[number]:
            writer.write(panels[number].sia("Nri1/BA007"))
            await reader.readuntil(b"\r")
        return (time.perf_counter() - start) * 1000

    async def keep_asking(number: int, until: float) -> int:
        done = 0
        while time.perf_counter() < until:
            await ask(number)
            done += 1
        return done

    gc.disable()  # the panels' own pauses are none of the gateway's
    begin = time.perf_counter()
    done = await asyncio.gather(*(keep_asking(number, begin + SECONDS) for number in range(PANELS)))
    rate = sum(done) / (time.perf_counter() - begin)
    pending, begin = [], time.perf_counter()
    for turn in range(int(SECONDS * rate / 2)):
        delay = begin + turn / (rate / 2) - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        pending.append(asyncio.create_task(ask(turn % PANELS)))
    return rate, await asyncio.gather(*pending)


async def _until_open() -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", PORT)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the gateway did not open its port")


if __name__ == "__main__":
    sys.exit(main())
