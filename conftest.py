"""The tests' house: one PostgreSQL server, a template database made once, a clone for each worker; role linli_app."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import fasteners
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql

pytest_plugins = ("tests.specimen_pack.fixtures", "tests.chromium")
ROOT = Path(__file__).resolve().parent


def _migrations_digest() -> str:
    """Changes whenever a migration or package data that the template holds changes."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(
        [
            *ROOT.glob("linli/**/migrations/*.py"),
            *ROOT.glob("tests/specimen_pack/migrations/*.py"),
            *ROOT.glob("linli/areas/data/*"),
            *ROOT.glob("linli/domains/*/workflow.py"),
            *ROOT.glob("linli/domains/*/pack.py"),
        ]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _clone(template: str, name: str) -> None:
    with settings.SERVER.connect() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER linli_owner STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def _point_at(name: str) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def template_database(django_db_blocker) -> Iterator[str]:
    """The name of a migrated database; made once for all workers and runs until a migration changes."""
    from linli.site import postgres
    from linli.site.prepare import migrate

    folder = settings.VAR
    name = f"template_{_migrations_digest()}"
    with fasteners.InterProcessLock(folder / "template.lock"):
        if not os.environ.get("DATABASE_URL"):
            postgres.start(folder, settings.SECRETS, durable=False)
        postgres.prepare(settings.SERVER, settings.SECRETS)
        with settings.SERVER.connect() as admin:
            there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not there:
                making = sql.Identifier(f"making_{name}")
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(making))
                for (old,) in admin.execute(
                    "SELECT datname FROM pg_database WHERE datname LIKE '%template\\_%'"
                ).fetchall():
                    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
                postgres.create_database(admin, f"making_{name}")
        if not there:
            postgres.prepare_database(settings.SERVER, f"making_{name}")
            _point_at(f"making_{name}")
            with django_db_blocker.unblock():
                migrate(quiet=True)
            _point_at("postgres")
            with settings.SERVER.connect() as admin:
                admin.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(f"making_{name}"), sql.Identifier(name)
                    )
                )
    yield name


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """pytest-django's database: this worker's own clone of the template, reached as linli_app."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    _clone(template_database, name)
    _point_at(name)
    yield name
    _point_at("postgres")
    with settings.SERVER.connect() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def renewed(
    django_db_setup: str, template_database: str, django_db_blocker
) -> Callable[[], AbstractContextManager[None]]:
    """Blocks whose commits are real, also for other connections, roles and processes; the clone is renewed after one."""

    @contextmanager
    def block() -> Iterator[None]:
        with django_db_blocker.unblock():
            yield
            _point_at(django_db_setup)
            _clone(template_database, django_db_setup)

    return block


@pytest.fixture
def transactional_db(renewed) -> Iterator[None]:
    """A test whose commits are real; the database is as before after it."""
    with renewed():
        yield


@pytest.fixture
def see_all(db) -> Iterator[None]:
    """The test sees every row, as the post `system`."""
    from linli.base import visibility

    with visibility.system():
        yield


def admin_connection(name: str) -> psycopg.Connection:
    """A superuser's connection to database `name`: only to prove what even he cannot hide or what he can break."""
    return settings.SERVER.connect(name)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the tests' server when the last worker is done."""
    if hasattr(session.config, "workerinput") or os.environ.get("LINLI_KEEP_TEST_SERVER"):
        return
    from linli.site import postgres

    if not os.environ.get("DATABASE_URL"):
        postgres.stop(settings.VAR)
