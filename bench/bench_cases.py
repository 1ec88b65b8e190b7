"""Cases at size, as linli_app with row-level security on: a list page and a search among 2,000 and 200,000 cases,
the timer among 100,000 running clocks, and how fast cases open and move.

    python -m bench.bench_cases

Wanted: the page ≤ 12 queries and ≤ 1.5 × the time of the small table; a due clock ≤ 5 s late. The yardstick of the
page is the same page over the small table in the same run; that of the timer is one bare query for what is due.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.house import open_house

KIND, SMALL, LARGE, CLOCKS, DUE, ROUNDS = "devices.fault", 2_000, 200_000, 100_000, 200, 15
AREAS = "ARRAY['341702.341702001','341721.341721100','341722.341722100','341723.341723100']"
FILL = f"""
WITH made AS (INSERT INTO cases_case
 (id, number, kind_id, workflow_id, title, state, state_since, priority, area_path, address, bodies, opened_at, due_at,
  closed_at, outcome, opened_by, signals, version, field_versions, returns, is_test, words, pairs)
 SELECT uuidv7(), '贵池-障-2020-' || lpad(i::text, 6, '0'), '{KIND}', %(workflow)s, '演示·' || i || ' 号设备', 'open',
  now(), 1 + i %% 4, ('34.3417.' || ({AREAS})[1 + i %% 4])::ltree, '秋浦西路 ' || i || ' 号',
  CASE WHEN i %% 7 = 0 THEN ARRAY[%(body)s::uuid] ELSE ARRAY[]::uuid[] END, now() - i * interval '1 minute',
  CASE WHEN i %% 10 = 0 THEN now() + i * interval '1 minute' END,
  CASE WHEN i %% 10 > 0 THEN now() END, '', '{{}}', 1, 1, '{{}}', 0, false, words, pairs
 FROM generate_series(%(first)s::int, %(last)s::int) i,
  LATERAL (SELECT '贵池-障-2020-' || lpad(i::text, 6, '0') || ' 演示·' || i || ' 号设备 秋浦西路 ' || i || ' 号' AS words) w,
  LATERAL (SELECT array_agg(DISTINCT substr(words, p, 2))::varchar[] AS pairs
           FROM generate_series(1, length(words) - 1) p) q
 RETURNING id)
INSERT INTO devices_fault (case_id, fault, zone, remedy) SELECT id, 'power.mains', '', '' FROM made
"""


def main() -> None:
    """Print the times and their ratios."""
    open_house()
    reader, workflow, body = _reader()
    page, search = f"/lists/{KIND}/?open=true", f"/lists/{KIND}/?q=号设备"
    rare = f"/lists/{KIND}/?q=演示·1234 号"
    times: dict[int, list[float]] = {}
    done = 0
    for size in (SMALL, LARGE):
        _fill(done + 1, size, workflow, body)
        done = size
        times[size] = [_median(lambda address=address: _get(reader, address)) for address in (page, search, rare)]
        print(f"{size:>9,} cases: page {times[size][0]:6.1f} ms, frequent word {times[size][1]:6.1f} ms,"
              f" rare word {times[size][2]:6.1f} ms, {_queries(reader, page)} queries")  # fmt: skip
    for name, small, large in zip(("page", "frequent word", "rare word"), times[SMALL], times[LARGE], strict=True):
        goal = "   (wanted: 1.5 or less)" if name == "page" else ""
        print(f"{name}: {LARGE:,} / {SMALL:,} cases = {large / small:.2f}{goal}")
    _timer()
    _opening()


def _reader() -> tuple[Any, int, Any]:
    """A signed-in county officer who reads devices' faults, the released workflow, and a body."""
    from django.test import Client
    from psycopg.types.range import Range

    from linli.accounts.models import Body, PostHolding, User
    from linli.base import clock
    from linli.cases.readers import readers
    from linli.cases.registry import kinds
    from linli.cases.release import released

    body = Body.objects.create(key="bench", name="演示·分局", kind="police", area_path="34.3417.341702")
    user = User.objects.create_user("bench", "a long password 1", display_name="演示·员")
    post = readers(kinds[KIND])[0]
    during = Range(clock.now() - timedelta(days=1), None)
    PostHolding.objects.create(user=user, post=post, body=body, area_path=body.area_path, during=during)
    client = Client(headers={"Host": "localhost"})
    client.force_login(user)
    return client, released(kinds[KIND]).pk, body.pk


def _fill(first: int, last: int, workflow: int, body: Any) -> None:
    from django.conf import settings

    with settings.SERVER.connect(settings.SERVER.database) as server:
        server.execute(FILL, {"first": first, "last": last, "workflow": workflow, "body": body})
        server.execute("VACUUM ANALYZE cases_case, devices_fault")


def _get(reader: Any, address: str) -> None:
    answer = reader.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")


def _queries(reader: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)


def _median(work: Callable[[], Any]) -> float:
    """Milliseconds of the middle round, after one to warm up."""
    work()
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def _timer() -> None:
    """How long the timer takes for what is due among all that run."""
    from django.conf import settings
    from django.db import connection

    from linli.base import visibility
    from linli.cases.timer import fire_due

    with settings.SERVER.connect(settings.SERVER.database) as server:
        server.execute(
            "INSERT INTO cases_runningclock (id, case_id, key, started_at, due_at, first_due_at, provisional, pauses,"
            " extensions, next_fire_at, fired, steps, calendar_version) SELECT uuidv7(), id, %s, now() - interval '1 h',"
            " now() + interval '9 h', now() + interval '9 h', false, '[]', '[]', CASE WHEN n <= %s THEN now()"
            " ELSE now() + n * interval '1 s' END, '[80]', '[]', '' FROM (SELECT id, row_number() OVER () n FROM"
            " cases_case LIMIT %s) c",
            (_clock_key(), DUE, CLOCKS),
        )
        server.execute(
            "UPDATE cases_runningclock SET due_at = now(), started_at = now() - interval '1 h' WHERE next_fire_at <= now()"
        )
        server.execute("VACUUM ANALYZE cases_runningclock")

    def bare() -> None:
        with visibility.system(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM cases_runningclock WHERE next_fire_at <= now() ORDER BY next_fire_at LIMIT 200"
            )
            cursor.fetchall()

    query = _median(bare)
    start = time.perf_counter()
    fired = fire_due(limit=DUE)
    took = time.perf_counter() - start
    idle = _median(fire_due)
    print(
        f"{CLOCKS:,} running clocks, {fired} due at one instant: the last fired {took:.2f} s late (wanted: 5 or less)"
    )
    print(f"asking when nothing is due {idle:.1f} ms, the bare query {query:.1f} ms")


def _clock_key() -> str:
    from linli.cases.registry import kinds

    return kinds[KIND].workflow.clocks[0].key


def _opening() -> None:
    from linli.accounts.actor import SYSTEM
    from linli.cases.act import note, open_case
    from linli.cases.declarations import Subject

    subject = Subject(title="演示·设备", area_path="34.3417.341702.341702001")
    detail = {"fault": "power.mains"}
    opened = []

    def opening() -> None:
        opened.append(open_case(KIND, subject, detail, SYSTEM, fold_key=f"bench:{len(opened)}").case)

    print(f"open a case {_median(opening):.1f} ms")
    print(f"count a signal on an open one "
          f"{_median(lambda: open_case(KIND, subject, detail, SYSTEM, fold_key='bench:0')):.1f} ms")  # fmt: skip
    print(f"write a line {_median(lambda: note(opened[0].pk, 'note', '演示', SYSTEM)):.1f} ms")


if __name__ == "__main__":
    main()
