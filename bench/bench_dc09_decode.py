"""DC-09 decoding, one core, fields read: ours beside siadc09, on the same frames in the same run.

    python bench/bench_dc09_decode.py [FILE of vectors]

Two mixes: every whole frame of the vectors through ours, and the frames that both accept through both. Prints
messages a second and the ratio.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from siadc09.message import parse_frame

from linli.signals.gateways.dc09 import vectors
from linli.signals.gateways.dc09.crypto import Key
from linli.signals.gateways.dc09.decode import decode
from linli.signals.gateways.dc09.frames import Frame, FrameReader, read_datagram

GOAL = 40_000
ROUNDS = 5
SECONDS = 0.5
OURS = Path(vectors.__file__).parent / "vectors" / "frames.json"


def rate(work: Callable[[], int]) -> float:
    """Messages a second of processor time of `work`, which does its messages once and says how many; best round."""
    best = 0.0
    for _ in range(ROUNDS):
        done, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SECONDS:
            done += work()
        best = max(best, done / spent)
    return best


def _jobs(path: Path) -> list[tuple[bytes, Key | None, bytes | None, datetime | None]]:
    jobs = []
    for vector in json.loads(path.read_text(encoding="utf-8")):
        raw, key, clock = bytes.fromhex(vector["hex"]), vector.get("key"), vector.get("receiver_clock_utc")
        if any(isinstance(item, Frame) for item in read_datagram(raw)):
            digits = (key or "").removeprefix("hex:")
            bare = bytes.fromhex(digits) if len(digits) in (32, 48, 64) else digits.encode()
            now = datetime.fromisoformat(clock) if clock else None
            jobs.append((raw, Key.parse(key) if key else None, bare or None, now))
    return jobs


def _accepted_by_siadc09(raw: bytes, key: bytes | None) -> bool:
    try:
        parse_frame(raw, key)
    except Exception:  # it raises four kinds of error for what it refuses
        return False
    return True


def ours(jobs: list[tuple[Any, ...]]) -> Callable[[], int]:
    """Cuts and decodes: bytes in, all fields out."""

    def work() -> int:
        reader = FrameReader()
        for raw, key, _, now in jobs:
            for item in reader.feed(raw):
                if isinstance(item, Frame):
                    decode(item, key=key, now=now)
        return len(jobs)

    return work


def theirs(jobs: list[tuple[Any, ...]]) -> Callable[[], int]:
    """The same frames through siadc09, which cuts nothing: it is given each frame whole."""

    def work() -> int:
        for raw, _, key, _ in jobs:
            parse_frame(raw, key)
        return len(jobs)

    return work


def main() -> int:
    """Prints the three rates; 1 when ours misses its goal or is the slower one."""
    logging.disable()
    jobs = _jobs(Path(sys.argv[1]) if len(sys.argv) > 1 else OURS)
    both = [job for job in jobs if _accepted_by_siadc09(job[0], job[2])]
    all_ours, common_ours, common_theirs = rate(ours(jobs)), rate(ours(both)), rate(theirs(both))
    print(f"ours, all {len(jobs)} frames of the vectors   {all_ours:10,.0f} messages/s (goal {GOAL:,})")
    print(f"ours, {len(both)} frames that both accept     {common_ours:10,.0f} messages/s")
    print(f"siadc09, the same {len(both)} frames          {common_theirs:10,.0f} messages/s")
    print(f"ratio ours / siadc09                  {common_ours / common_theirs:10.1f}")
    return 0 if all_ours >= GOAL and common_ours > common_theirs else 1


if __name__ == "__main__":
    sys.exit(main())
