"""Snippet craft: turns a topic into a short teaser, written by the model behind aims."""

import os

from flask import Flask, jsonify, request

from aethercast.shared import task_client, tasks
from aethercast.shared.database import connect
from aethercast.shared.idempotency import run_once

AIMS_SERVICE_URL = os.environ.get("AIMS_SERVICE_URL", "http://aims_service:8000/v1/generate")
USE_REAL_LLM_SERVICE = os.environ.get("USE_REAL_LLM_SERVICE", "false").lower() == "true"
MODEL = os.environ.get("SCA_LLM_MODEL_ID", "")
MAX_TOKENS = int(os.environ.get("SCA_LLM_MAX_TOKENS_SNIPPET", "200"))
TEMPERATURE = float(os.environ.get("SCA_LLM_TEMPERATURE_SNIPPET", "0.7"))
REQUEST_TIMEOUT = float(os.environ.get("AIMS_REQUEST_TIMEOUT_SECONDS", "60"))
POLLING_INTERVAL = float(os.environ.get("AIMS_POLLING_INTERVAL_SECONDS", "5"))
POLLING_TIMEOUT = float(os.environ.get("AIMS_POLLING_TIMEOUT_SECONDS", "120"))
LOCK_SECONDS = float(os.environ.get("SCA_IDEMPOTENCY_LOCK_TIMEOUT_SECONDS", "1800"))
if USE_REAL_LLM_SERVICE and not (AIMS_SERVICE_URL and MODEL):
    raise ValueError("AIMS_SERVICE_URL and SCA_LLM_MODEL_ID must be set when USE_REAL_LLM_SERVICE is True")

app = Flask(__name__)
celery_app = tasks.make_celery("sca")


def craft(topic, summary, key):
    if not USE_REAL_LLM_SERVICE:
        return {"title": topic, "text": f"{topic}: {summary}"[:280]}
    prompt = f"Write a teaser of two sentences for a podcast episode on: {topic}\n\nBackground: {summary}"
    answer = task_client.run(
        AIMS_SERVICE_URL,
        {"prompt": prompt, "model_id_override": MODEL, "max_tokens": MAX_TOKENS, "temperature": TEMPERATURE},
        f"sca:{key}",
        request_timeout=REQUEST_TIMEOUT,
        interval=POLLING_INTERVAL,
        patience=POLLING_TIMEOUT,
    )
    return {"title": topic, "text": answer["text"]}


@celery_app.task(name="craft_snippet_task", bind=True)
def craft_snippet_task(self, topic, summary, key, workflow_id):
    return run_once(self, connect, lambda: craft(topic, summary, key), key, workflow_id, LOCK_SECONDS)


@app.post("/craft_snippet")
def craft_snippet():
    key, workflow_id = tasks.idempotency_headers()
    if not key:
        return tasks.missing_key("SCA")
    body = request.get_json(silent=True) or {}
    if not body.get("topic"):
        return jsonify(error_code="SCA_MISSING_TOPIC", message="topic is required"), 400
    task = craft_snippet_task.delay(body["topic"], body.get("summary", ""), key, workflow_id)
    return tasks.accepted(task, "/v1/tasks")


@app.get("/v1/tasks/<task_id>")
def task_status(task_id):
    return tasks.status(celery_app, task_id)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("SCA_PORT", "5002")))
