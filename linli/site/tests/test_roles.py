"""The database roles: the house serves, and is tested, as a role that can do little."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction


def test_tests_run_as_the_application_role(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("linli_app", False, False)


def test_the_application_cannot_make_tables(db):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stray (id int)")


def test_the_database_compares_chinese_by_code_point(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT similarity('池州市贵池区', '贵池区'), datlocale FROM pg_database WHERE datname = current_database()"
        )
        similar, kind = cursor.fetchone()
    assert similar > 0 and kind == "C.UTF-8"
    assert settings.DATABASES["default"]["USER"] == "linli_app"
