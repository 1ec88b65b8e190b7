"""Two people at once, in real transactions: one unit is sent once, and nobody waits for ever."""

import threading

from django.db import connection

from linli.base import visibility
from linli.base.refusal import Refusal
from linli.response.models import Assignment, Unit
from linli.response.moves import offer


def _at_once(*calls):
    """Run the calls in threads that start together; what each gave, or the refusal."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        start.wait()
        try:
            results[number] = call()
        except Refusal as refusal:
            results[number] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_one_unit_goes_to_one_of_two_cases_and_two_units_to_one_case(
    transactional_db, make_unit, make_case, dispatcher
):
    with visibility.system():
        one, two, three = (make_unit(f"演示安 {number}") for number in (1, 2, 3))
        cases = [make_case(), make_case()]
    results = _at_once(*(lambda case=case: offer(case.pk, one.pk, dispatcher) for case in cases))
    assert sorted(isinstance(result, Assignment) for result in results) == [False, True]
    assert "response.unit_taken" in results
    results = _at_once(*(lambda unit=unit: offer(cases[0].pk, unit.pk, dispatcher) for unit in (two, three)))
    assert all(isinstance(result, Assignment) for result in results)
    with visibility.system():
        assert (Assignment.objects.count(), Unit.objects.count()) == (3, 3)
