"""Podcast scripts: asks aims for a script on a topic and keeps what it wrote in PostgreSQL."""

import hashlib
import os

from flask import Flask, jsonify, request

from aethercast.shared import task_client, tasks
from aethercast.shared.database import connect_url, transaction
from aethercast.shared.idempotency import run_once

AIMS_SERVICE_URL = os.environ.get("AIMS_SERVICE_URL", "http://aims_service:8000/v1/generate")
MODEL = os.environ.get("PSWA_LLM_MODEL", "")
MAX_TOKENS = int(os.environ.get("PSWA_LLM_MAX_TOKENS", "2000"))
TEMPERATURE = float(os.environ.get("PSWA_LLM_TEMPERATURE", "0.7"))
PERSONA = os.environ.get("PSWA_DEFAULT_PERSONA", "an informative host")
CACHE_ENABLED = os.environ.get("PSWA_SCRIPT_CACHE_ENABLED", "true").lower() == "true"
CACHE_HOURS = float(os.environ.get("PSWA_SCRIPT_CACHE_MAX_AGE_HOURS", "720"))
TEST_MODE = os.environ.get("PSWA_TEST_MODE_ENABLED", "false").lower() == "true"
REQUEST_TIMEOUT = float(os.environ.get("AIMS_REQUEST_TIMEOUT_SECONDS", "180"))
POLLING_INTERVAL = float(os.environ.get("AIMS_POLLING_INTERVAL_SECONDS", "5"))
POLLING_TIMEOUT = float(os.environ.get("AIMS_POLLING_TIMEOUT_SECONDS", "300"))
LOCK_SECONDS = float(os.environ.get("IDEMPOTENCY_LOCK_TIMEOUT_SECONDS", "3600"))

app = Flask(__name__)
pswa_celery_app = tasks.make_celery("pswa")


def cached(topic_hash):
    with transaction() as cursor:
        cursor.execute(
            "SELECT script FROM generated_scripts"
            " WHERE topic_hash = %s AND generated_at > now() - make_interval(hours => %s::int)",
            (topic_hash, CACHE_HOURS),
        )
        row = cursor.fetchone()
    return row and row[0]


def keep(topic_hash, topic, script):
    with transaction() as cursor:
        cursor.execute(
            "INSERT INTO generated_scripts (topic_hash, topic, script, llm_model) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (topic_hash) DO UPDATE"
            " SET script = excluded.script, llm_model = excluded.llm_model, generated_at = now()",
            (topic_hash, topic, script, MODEL),
        )


def weave(topic, content, persona, key):
    if TEST_MODE:
        return {"topic": topic, "script": f"Welcome. Today: {topic}. {content}", "source": "test mode"}
    topic_hash = hashlib.sha256("\0".join((topic, content, persona, MODEL)).encode()).hexdigest()
    script = cached(topic_hash) if CACHE_ENABLED else None
    if script:
        return {"topic": topic, "script": script, "source": "cache"}
    answer = task_client.run(
        AIMS_SERVICE_URL,
        {
            "prompt": f"You are {persona}. Write a podcast script on: {topic}\n\nMaterial:\n{content}",
            "model_id_override": MODEL,
            "max_tokens": MAX_TOKENS,
            "temperature": TEMPERATURE,
        },
        f"pswa:{key}",
        request_timeout=REQUEST_TIMEOUT,
        interval=POLLING_INTERVAL,
        patience=POLLING_TIMEOUT,
    )
    if CACHE_ENABLED:
        keep(topic_hash, topic, answer["text"])
    return {"topic": topic, "script": answer["text"], "source": "generation"}


@pswa_celery_app.task(name="pswa.weave_script_task", bind=True)
def weave_script_task(self, topic, content, persona, key, workflow_id):
    return run_once(
        self,
        lambda: connect_url("PSWA_POSTGRES_DB_URL"),
        lambda: weave(topic, content, persona, key),
        key,
        workflow_id,
        LOCK_SECONDS,
    )


@app.post("/v1/weave_script")
def weave_script():
    key, workflow_id = tasks.idempotency_headers()
    if not key:
        return tasks.missing_key("PSWA")
    body = request.get_json(silent=True) or {}
    if not body.get("topic"):
        return jsonify(error_code="PSWA_MISSING_TOPIC", message="topic is required"), 400
    task = weave_script_task.delay(
        body["topic"], body.get("content", ""), body.get("persona") or PERSONA, key, workflow_id
    )
    return tasks.accepted(task, "/tasks")


@app.get("/tasks/<task_id>")
def task_status(task_id):
    return tasks.status(pswa_celery_app, task_id)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("PSWA_PORT", "5004")))
