"""Token buckets: fifty a second for an address, one a second for an account's alarms whatever the address does."""

from linli.signals.gateways.admission import Admission, Buckets, Limits


def test_an_address_may_burst_and_then_goes_at_its_rate():
    buckets = Buckets(50.0, 100.0)
    assert [buckets.wait("a", 0.0) for _ in range(100)] == [0.0] * 100
    assert buckets.wait("a", 0.0) == 1 / 50
    passed = sum(not buckets.wait("a", tick / 1000) for tick in range(1, 1001))
    assert passed == 50
    assert buckets.wait("b", 0.0) == 0.0


def test_memory_of_buckets_is_bounded():
    buckets = Buckets(50.0, 100.0, most=1000)
    for number in range(10_000):
        buckets.wait(number, number / 1000)
    assert len(buckets._left) <= 1001


def test_an_alarm_of_a_registered_account_passes_once_a_second_beside_the_flood():
    admission = Admission(Limits(per_address=50.0, burst=50.0))
    for _ in range(50):
        admission.wait("a", None, 0.0)
    assert admission.wait("a", None, 0.0) > 0
    assert admission.wait("a", "1234", 0.0) == 0.0
    assert 0 < admission.wait("a", "1234", 0.0) <= 1 / 50
    assert admission.wait("a", "5678", 0.0) == 0.0
    for tick in range(100):  # the flood goes on and takes every token of the address
        admission.wait("a", None, tick / 100)
    assert admission.wait("a", "1234", 1.0) == 0.0
