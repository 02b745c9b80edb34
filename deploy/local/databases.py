"""One database a service, and its three roles: owner (migrates), api (one company), worker (across companies)."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.state import State

SERVICES = ("status", "customer", "template", "notifier")
ROLES = ("owner", "api", "worker")


async def create_roles(admin_url: str, state: State) -> None:
    """Create the roles of all services, or give those that exist the passwords of this state folder."""
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        for name in (f"{service}_{role}" for service in SERVICES for role in ROLES):
            exists = await admin.fetchval("select true from pg_roles where rolname = $1", name)
            verb = "alter" if exists else "create"
            password = await admin.fetchval("select quote_literal($1::text)", state.secret(name))
            await admin.execute(
                f"{verb} role {name} login nosuperuser nobypassrls nocreatedb nocreaterole password {password}"
            )
    finally:
        await admin.close()


async def create_database(admin_url: str, service: str, name: str) -> None:
    """Create a database for the service's roles, unless it exists: owned by the owner, closed to all others."""
    owner, api, worker = (f"{service}_{role}" for role in ROLES)
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        if await admin.fetchval("select true from pg_database where datname = $1", name) is None:
            await admin.execute(f"create database {name} owner {owner}")
        await admin.execute(f"revoke all on database {name} from public")
        await admin.execute(f"grant connect on database {name} to {owner}, {api}, {worker}")
    finally:
        await admin.close()
    inside = await asyncpg.connect(with_database(admin_url, name), timeout=10)
    try:
        await inside.execute(f"alter schema public owner to {owner}")
        await inside.execute(f"grant usage on schema public to {api}, {worker}")
    finally:
        await inside.close()


async def trust_the_machine(admin_url: str) -> None:
    """Don't wait for the disk: for a server whose data is gone in any case when the machine stops."""
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        for setting in ("fsync", "full_page_writes"):
            await admin.execute(f"alter system set {setting} = off")
        await admin.execute("select pg_reload_conf()")
    finally:
        await admin.close()


async def clone(admin_url: str, template: str, name: str, owner: str) -> None:
    """Copy a database that nobody is connected to, file by file: faster than migrating an empty one."""
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        await admin.execute(f"create database {name} template {template} owner {owner} strategy file_copy")
    finally:
        await admin.close()


async def drop(admin_url: str, name: str) -> None:
    """Drop a database, and the connections to it."""
    admin = await asyncpg.connect(admin_url, timeout=10)
    try:
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


def with_database(url: str, name: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def role_url(admin_url: str, state: State, service: str, role: str, database: str | None = None) -> str:
    """How a role of the service reaches its database."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{service}_{role}:{state.secret(f'{service}_{role}')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{host}", path=f"/{database or service}"))
