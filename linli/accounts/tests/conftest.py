"""A body with two colleagues, one of them on duty."""

import pytest
from django.core.cache import cache
from django.test import Client

from linli.accounts.administration import give_post, make_user
from linli.accounts.models import Body, PostHolding, User

PASSWORD = "ein-langes-Wort-17"
AREA = "34.3417"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def centre(db) -> Body:
    return Body.objects.create(key="centre", name="演示·报警中心", kind="operator", area_path=AREA)


@pytest.fixture
def zhao(centre) -> User:
    return make_user("yanshi.zhao", "演示·赵", PASSWORD)


@pytest.fixture
def qian(centre) -> User:
    user = make_user("yanshi.qian", "演示·钱", PASSWORD)
    give_post(user, "technician", centre, AREA)
    return user


@pytest.fixture
def duty(zhao, centre) -> PostHolding:
    return give_post(zhao, "duty_operator", centre, AREA)


@pytest.fixture
def client_of():
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in
