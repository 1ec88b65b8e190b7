"""Text found by any part of it, also by words of two characters."""

import pytest

from linli.accounts.actor import SYSTEM
from linli.cases.act import open_case
from linli.cases.declarations import Subject
from linli.cases.models import Case
from tests.specimen_pack.fixtures import CHIYANG


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("秋浦", True),
        ("酒店", True),
        ("平天湖国际酒店", True),
        ("店", True),
        ("酒店 秋浦", True),
        ("ＡＢ１２", True),
        ("ab12", True),
        ("000001", True),
        ("国际平天", False),
        ("酒店 银行", False),
        ("100%", False),
        ("", True),
    ],
)
def test_a_case_is_found_by_any_part_of_number_title_and_address(specimen, see_all, question, found):
    subject = Subject(title="演示·平天湖国际酒店 AB12", area_path=CHIYANG, address="秋浦西路 22 号")
    open_case("specimen_pack.fault", subject, {"fault": "dry"}, SYSTEM)
    assert Case.objects.filter(words__icontains=question).exists() is found
