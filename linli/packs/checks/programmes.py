"""W110, W111: what a programme promises and no installed pack can show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from linli.packs.checks.finding import Finding, warning
from linli.packs.registry import packs
from linli.scoreboard.loading import BadProgramme
from linli.scoreboard.programmes import programmes
from linli.scoreboard.registry import indicators


def grey_rows() -> Iterator[Finding]:
    """W110: rows whose pack is not installed. W111: an indicator its pack does not have, a file that is no programme.

    Warnings all: a promise that cannot be read keeps no alarm from being received.
    """
    for name, programme in programmes().items():
        if isinstance(programme, BadProgramme):
            for problem in programme.problems:
                yield warning("packs.W111", f"{problem.where}: {problem.what}", problem.remedy, name)
            continue
        lacking = [target for target in programme.targets if target.key not in indicators]
        for target in lacking:
            if target.pack in packs:
                what = f"{target.id} names «{target.key}», which the pack does not have"
                yield warning("packs.W111", what, f"Run: linli programme check programmes/{name}.toml", name)
        absent = Counter(target.pack for target in lacking if target.pack not in packs)
        if absent:
            what = f"{absent.total()} rows name packs that are not installed: {', '.join(sorted(absent))}"
            yield warning("packs.W110", what, "They are shown grey with the reason.", name)
