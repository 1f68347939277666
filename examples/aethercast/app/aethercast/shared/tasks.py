"""What the Celery services have in common: the Celery app, and the answers of their submit and status routes."""

import os

from celery import Celery
from flask import jsonify, request

CONFLICT = "IDEMPOTENCY_CONFLICT"


def make_celery(name):
    app = Celery(
        name,
        broker=os.environ.get("CELERY_BROKER_URL", "redis://redis:6379/0"),
        backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://redis:6379/0"),
    )
    app.conf.update(
        task_track_started=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        result_expires=86400,
        broker_connection_retry_on_startup=True,
    )
    return app


def missing_key(service):
    return jsonify(
        error_code=f"{service}_MISSING_IDEMPOTENCY_KEY",
        message="Send an X-Idempotency-Key header: the same key never starts the same work twice.",
    ), 400


def idempotency_headers():
    return request.headers.get("X-Idempotency-Key"), request.headers.get("X-Workflow-ID")


def accepted(task, status_path):
    return jsonify(task_id=task.id, status_url=f"{status_path}/{task.id}"), 202


def status(celery_app, task_id):
    """202 while the task waits or runs, 200 with its result, 409 on an idempotency conflict, 500 when it failed."""
    result = celery_app.AsyncResult(task_id)
    state = result.state
    if state == "SUCCESS":
        return jsonify(task_id=task_id, status=state, result=result.result), 200
    if state == CONFLICT:
        return jsonify(task_id=task_id, status=state, error=result.info), 409
    if state in ("FAILURE", "REVOKED"):
        return jsonify(task_id=task_id, status=state, error={"message": str(result.result)}), 500
    return jsonify(task_id=task_id, status=state), 202
