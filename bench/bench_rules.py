"""The rules of every installed pack on a stream of panel signals, in memory: wanted 20,000 signals/s on one core.

Beside it, in the same run, what the least typed engine does: pydantic reads the same signals' values. Deciding takes
an asset, its conditions and its last fifty signals; nothing is written.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench.house import open_house

SIGNALS, PANELS, ROUNDS = 20_000, 500, 5
MIX: tuple[tuple[int, str, Any], ...] = (
    (26, "alarm.intrusion", "raised"), (24, "alarm.intrusion", "restored"), (12, "state.armed", "info"),
    (12, "state.disarmed", "info"), (16, "test.periodic", "info"), (4, "fault.power.mains", "raised"),
    (3, "fault.power.mains", "restored"), (3, "alarm.panic", "raised"),
)  # fmt: skip


def main() -> None:
    """Print the rates."""
    open_house()
    stream = _stream(random.Random(20260520))
    from linli.rules.registry import rules

    judged = min(_judge(stream) for _round in range(ROUNDS))
    read = min(_read(stream) for _round in range(ROUNDS))
    print(f"{len(rules)} rules, {SIGNALS:,} signals of {PANELS} panels, best of {ROUNDS}")
    print(f"pydantic reads their values     {SIGNALS / read:10,.0f} signals/s")
    print(f"conditions and rules            {SIGNALS / judged:10,.0f} signals/s   (wanted: 20,000 or more)")
    print(f"rules / pydantic = {read / judged:.2f}")


def _stream(chance: random.Random) -> list[Any]:
    from linli.signals.heard import Heard

    start = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
    kinds = chance.choices(MIX, weights=[share for share, *_ in MIX], k=SIGNALS)
    made = []
    for number, (_share, kind, phase) in enumerate(kinds):
        panel, at = chance.randrange(PANELS), start + timedelta(seconds=number / 50)
        facts = {"code": "BA", "format": "SIA", "area": "1", "zone": f"{chance.randrange(16):03}", "text": "演示"}
        made.append(
            Heard(number, UUID(int=number), "dc09", f"dc09:{panel:06}", None, kind, phase, at, at, UUID(int=panel),
                  "34.3417.341702", (117.4, 30.6), facts, False, (), "registered")
        )  # fmt: skip
    return made


def _judge(stream: list[Any]) -> float:
    """Seconds to derive conditions and decide about every signal."""
    from linli.rules.engine import decide
    from linli.rules.facts import RECENT, AssetView, as_seen, state_view
    from linli.signals.state import State, step

    assets = {
        UUID(int=number): AssetView(
            UUID(int=number), "networked_alarms.system", f"AL-{number}", "演示", "34.3417.341702"
        )
        for number in range(PANELS)
    }
    states = {asset: State(asset) for asset in assets}
    past: dict[UUID, deque[Any]] = defaultdict(lambda: deque(maxlen=RECENT))
    decided = 0
    began = time.perf_counter()
    for heard in stream:
        asset = heard.asset_id
        before = states[asset]
        states[asset], _changes = step(before, heard)
        seen = as_seen(heard)
        decided += len(decide(seen, assets[asset], state_view(None, before, past[asset])))
        past[asset].append(seen)
    taken = time.perf_counter() - began
    assert decided > SIGNALS / 4
    return taken


def _read(stream: list[Any]) -> float:
    from linli.signals.values import Device

    began = time.perf_counter()
    for heard in stream:
        Device.model_validate(heard.facts)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
