"""Work that is done once per key and task, recorded in `idempotency_keys` by its columns `key` and `task_name`."""

import os
from functools import cache

from celery.exceptions import Ignore
from psycopg2.extras import Json
from psycopg2.pool import ThreadedConnectionPool

CONFLICT = "IDEMPOTENCY_CONFLICT"
LOCK_SECONDS = 900

# A failed key may be tried again at once, a running one when its lock has expired, a completed one never.
CLAIM = """
INSERT INTO idempotency_keys (key, task_name, locked_at, updated_at, status)
VALUES (%(key)s, %(task)s, now(), now(), 'processing')
ON CONFLICT (key, task_name) DO UPDATE
   SET locked_at = now(), updated_at = now(), status = 'processing', error_payload = NULL
 WHERE idempotency_keys.status = 'failed'
    OR (idempotency_keys.status = 'processing'
        AND idempotency_keys.locked_at < now() - make_interval(secs => %(lock)s))
RETURNING id
"""
FIND = "SELECT status, result_payload FROM idempotency_keys WHERE key = %(key)s AND task_name = %(task)s"
FINISH = """
UPDATE idempotency_keys
   SET status = %(status)s, result_payload = %(result)s, error_payload = %(error)s, locked_at = NULL, updated_at = now()
 WHERE key = %(key)s AND task_name = %(task)s
"""


@cache
def connections(most):
    """Asked for when a task runs and not at import: connections must not be shared across the worker's fork."""
    return ThreadedConnectionPool(
        1,
        most,
        host=os.environ["POSTGRES_HOST"],
        port=os.environ.get("POSTGRES_PORT", "5432"),
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        dbname=os.environ["POSTGRES_DB"],
        connect_timeout=10,
    )


def run_once(task, work, key, pool_size):
    """The result of `work()`, or the one recorded for the key. A key in use ends the task as a conflict."""
    pool = connections(pool_size)
    row = {"key": key, "task": task.name, "lock": LOCK_SECONDS}
    if _execute(pool, CLAIM, row) is None:
        recorded = _execute(pool, FIND, row)
        if recorded is not None and recorded[0] == "completed":
            return recorded[1]
        task.update_state(state=CONFLICT, meta={"message": f"idempotency key {key} is in use"})
        raise Ignore()
    try:
        result = work()
    except Exception as error:
        _execute(pool, FINISH, {**row, "status": "failed", "result": None, "error": Json({"message": str(error)})})
        raise
    _execute(pool, FINISH, {**row, "status": "completed", "result": Json(result), "error": None})
    return result


def _execute(pool, sql, values):
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone() if cursor.description else None
    finally:
        pool.putconn(connection)
