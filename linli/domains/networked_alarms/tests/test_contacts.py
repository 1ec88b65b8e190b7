"""The user's phone: through the gate alone, for a case in hand, for a purpose, and on the ledger."""

import pytest

from linli.access.gate import disclose
from linli.access.models import Ledger
from linli.domains.networked_alarms.pack import pack
from linli.packs.drawing import is_drawn_in
from linli.registers.contacts import set_contact

PURPOSE, ASKED = "networked_alarms.contact_user", ["contact.name", "contact.phone"]


@pytest.fixture
def lost_link(transactional_db, panel, by):
    """A lost link of the shop, whose first contact is known."""
    panel.says("status.late", "08:05:00", silent_seconds=300)
    (case,) = panel.cases("networked_alarms.link_lost")
    person = set_contact(by("technician"), panel.system.asset, 1, "演示·李敏", "16900000007")
    return case, by, person


def test_the_technician_calls_the_user_of_his_case_and_nobody_else_does(lost_link):
    case, by, person = lost_link
    answer = disclose(by("technician"), PURPOSE, person, ASKED, case=case.pk)
    assert answer.first("contact.phone").value.endswith("16900000007")
    line = Ledger.objects.using("gate").filter(purpose=PURPOSE).latest("at")
    assert (line.decision, line.case_id, line.post) == ("permit", case.pk, "technician")
    refused = disclose(by("guard"), PURPOSE, person, ASKED, case=case.pk)
    assert refused.first("contact.phone") is None
    without_case = disclose(by("technician"), PURPOSE, person, ASKED)
    assert without_case.first("contact.phone") is None


def test_the_readme_shows_the_workflows_that_run():
    assert is_drawn_in(pack)
