"""Connections to PostgreSQL."""

import os
from contextlib import contextmanager

import psycopg2


def connect():
    """A connection from POSTGRES_*; the host may be the folder of a Cloud SQL socket."""
    kind = os.environ.get("DATABASE_TYPE", "postgres")
    if kind != "postgres":
        raise RuntimeError(f"DATABASE_TYPE is {kind!r}; only postgres is supported")
    return psycopg2.connect(
        host=os.environ["POSTGRES_HOST"],
        port=os.environ.get("POSTGRES_PORT", "5432"),
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        dbname=os.environ["POSTGRES_DB"],
        connect_timeout=10,
    )


def connect_url(variable):
    """A connection from the URL that an environment variable holds."""
    url = os.environ.get(variable)
    if not url:
        raise ConnectionError(f"{variable} is not set")
    return psycopg2.connect(url, connect_timeout=10)


@contextmanager
def transaction():
    """A cursor in a transaction of its own connection, committed when the block ends well."""
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
