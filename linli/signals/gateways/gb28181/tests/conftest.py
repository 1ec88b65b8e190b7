"""The gateway over a real database and real sockets."""

import pytest

from linli.signals.gateways.gb28181.tests.running import Running


@pytest.fixture
def vocabulary():
    """The house's kinds, when `linli.packs` has not installed them."""
    from linli.signals.kinds import HOUSE_KINDS
    from linli.signals.registry import signal_kinds

    with signal_kinds.opened():
        signal_kinds.install(kind for kind in HOUSE_KINDS if kind.key not in signal_kinds)
        yield


@pytest.fixture
def gateway(transactional_db, vocabulary):
    with Running() as running:
        yield running
