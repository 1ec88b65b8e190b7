"""Read one pack's declaration. A pack that cannot be read is kept as a failure and the house starts without it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db import Error, connections

from linli.packs.declaration import Pack
from linli.packs.registry import Failure


class QueryWhileLoading(RuntimeError):
    """A declaration asked the database: it must not depend on what is in there."""


@contextmanager
def no_queries() -> Iterator[None]:
    """Refuse every query on every connection inside the block."""
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_refuse))
        yield


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    raise QueryWhileLoading(sql[:80])


def read(module: str) -> Pack | Failure:
    """The value `pack` of `<module>/pack.py`, or why there is none (E001, E002, E005)."""
    key = module.rpartition(".")[2]
    without = f"Start without it: LINLI_PACKS_OFF={key}"
    try:
        with no_queries():
            pack = import_module(f"{module}.pack").pack
    except (QueryWhileLoading, Error) as fault:
        what = f"the declaration asks the database while it loads: {fault} ({_where(fault, key)})"
        return Failure(module, "packs.E005", what, f"Give a function that asks later. {without}")
    except Exception as fault:
        what = f"the pack does not load: {type(fault).__name__}: {fault} ({_where(fault, key)})"
        return Failure(module, "packs.E001", what, f"Correct that line. {without}")
    if not isinstance(pack, Pack):
        what = f"«pack» in pack.py is {type(pack).__name__}, not a Pack"
        return Failure(module, "packs.E001", what, f"Write pack = Pack(…). {without}")
    if pack.key != key:
        what = f"the folder is «{key}», the pack calls itself «{pack.key}»"
        return Failure(module, "packs.E002", what, f"Use one name for both. {without}")
    return pack


def _where(fault: BaseException, key: str) -> str:
    """The last line of the pack's own folder that led to the fault, as `pack.py, line 13`."""
    if isinstance(fault, SyntaxError) and fault.filename:
        return f"{Path(fault.filename).name}, line {fault.lineno}"
    frames = traceback.extract_tb(fault.__traceback__)
    own = [frame for frame in frames if key in Path(frame.filename).parts]
    last = (own or frames)[-1]
    return f"{Path(last.filename).name}, line {last.lineno}"
