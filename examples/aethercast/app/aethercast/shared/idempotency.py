"""Work that is done once per idempotency key, recorded in `idempotency_keys` by its column `idempotency_key`."""

from celery.exceptions import Ignore
from psycopg2.extras import Json

from aethercast.shared.tasks import CONFLICT

# A failed key may be tried again at once, a running one when its lock has expired, a completed one never.
CLAIM = """
INSERT INTO idempotency_keys (idempotency_key, task_name, workflow_id, locked_at, status)
VALUES (%(key)s, %(task)s, %(workflow)s, now(), 'processing')
ON CONFLICT (idempotency_key) DO UPDATE
   SET locked_at = now(), status = 'processing', workflow_id = excluded.workflow_id, error_payload = NULL
 WHERE idempotency_keys.task_name = excluded.task_name
   AND (idempotency_keys.status = 'failed'
        OR (idempotency_keys.status = 'processing'
            AND idempotency_keys.locked_at < now() - make_interval(secs => %(lock)s)))
RETURNING idempotency_key
"""
FIND = "SELECT status, result_payload FROM idempotency_keys WHERE idempotency_key = %(key)s AND task_name = %(task)s"
FINISH = """
UPDATE idempotency_keys SET status = %(status)s, result_payload = %(result)s, error_payload = %(error)s, locked_at = NULL
 WHERE idempotency_key = %(key)s AND task_name = %(task)s
"""


def run_once(task, connect, work, key, workflow_id=None, lock_seconds=1800):
    """The result of `work()`, or the one recorded for the key. A key in use ends the task as a conflict."""
    connection = connect()
    row = {"key": key, "task": task.name, "workflow": workflow_id, "lock": lock_seconds}
    try:
        claimed, recorded = _one(connection, CLAIM, row), None
        if claimed is None:
            recorded = _one(connection, FIND, row)
        if claimed is None and (recorded is None or recorded[0] != "completed"):
            task.update_state(state=CONFLICT, meta={"message": f"idempotency key {key} is in use"})
            raise Ignore()
        if recorded is not None:
            return recorded[1]
        try:
            result = work()
        except Exception as error:
            _finish(connection, row, "failed", error={"message": str(error)})
            raise
        _finish(connection, row, "completed", result=result)
        return result
    finally:
        connection.close()


def _one(connection, sql, values):
    with connection, connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def _finish(connection, row, status, result=None, error=None):
    payloads = {"result": result if result is None else Json(result), "error": error if error is None else Json(error)}
    with connection, connection.cursor() as cursor:
        cursor.execute(FINISH, {**row, "status": status, **payloads})
