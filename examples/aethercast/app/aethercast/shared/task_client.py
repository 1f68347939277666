"""The calling side of a Celery service: submit, then ask its status route until the task is done."""

import time
from urllib.parse import urljoin

import requests


class TaskFailed(Exception):
    """The other service answered that the task failed, or did not finish in time."""


def submit(url, payload, idempotency_key=None, timeout=30):
    """Submits a task and returns the absolute URL of its status."""
    headers = {"X-Idempotency-Key": idempotency_key} if idempotency_key else {}
    response = requests.post(url, json=payload, headers=headers, timeout=timeout)
    response.raise_for_status()
    # The service answers with a path; it is a path on its own host, whatever path the task was submitted to.
    return urljoin(url, response.json()["status_url"])


def poll(status_url, timeout=30):
    """The task's result, or None while it runs."""
    response = requests.get(status_url, timeout=timeout)
    if response.status_code == 202:
        return None
    if response.status_code != 200:
        raise TaskFailed(f"{status_url} answered {response.status_code}: {response.text[:500]}")
    return response.json()["result"]


def run(url, payload, idempotency_key=None, *, request_timeout, interval, patience):
    """Submits a task and waits for its result; all durations are seconds."""
    status_url = submit(url, payload, idempotency_key, request_timeout)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        result = poll(status_url, request_timeout)
        if result is not None:
            return result
        time.sleep(interval)
    raise TaskFailed(f"{status_url} was not done after {patience:g} s")
