"""The house as it is starts without a fault."""

import pytest

from linli.site.checks import faults


@pytest.mark.django_db
def test_no_start_up_check_finds_an_error():
    errors, _warnings = faults()
    assert [str(error) for error in errors] == []
