"""Voice: has a script spoken by aims-tts."""

import os

from flask import Flask, jsonify, request

from aethercast.shared import task_client, tasks
from aethercast.shared.database import connect
from aethercast.shared.idempotency import run_once

AIMS_TTS_SERVICE_URL = os.environ.get("AIMS_TTS_SERVICE_URL", "http://aims_tts_service:9000/v1/synthesize")
TEST_MODE = os.environ.get("VFA_TEST_MODE_ENABLED", "False").lower() == "true"
MIN_LENGTH = int(os.environ.get("VFA_MIN_SCRIPT_LENGTH", "20"))
REQUEST_TIMEOUT = float(os.environ.get("AIMS_TTS_REQUEST_TIMEOUT_SECONDS", "10"))
POLLING_INTERVAL = float(os.environ.get("AIMS_TTS_POLLING_INTERVAL_SECONDS", "3"))
POLLING_TIMEOUT = float(os.environ.get("AIMS_TTS_POLLING_TIMEOUT_SECONDS", "180"))
LOCK_SECONDS = float(os.environ.get("VFA_IDEMPOTENCY_LOCK_TIMEOUT_SECONDS", "300"))
if not TEST_MODE and not AIMS_TTS_SERVICE_URL:
    raise ValueError("AIMS_TTS_SERVICE_URL is not set")

app = Flask(__name__)
celery_app = tasks.make_celery("vfa")


def forge(script, voice, key):
    if TEST_MODE:
        return {"audio_uri": None, "characters": len(script), "source": "test mode"}
    payload = {"text": script, **({"voice_id": voice} if voice else {})}
    spoken = task_client.run(
        AIMS_TTS_SERVICE_URL,
        payload,
        f"vfa:{key}",
        request_timeout=REQUEST_TIMEOUT,
        interval=POLLING_INTERVAL,
        patience=POLLING_TIMEOUT,
    )
    return {"audio_uri": spoken["audio_uri"], "characters": len(script), "source": "generation"}


@celery_app.task(name="forge_voice_task", bind=True)
def forge_voice_task(self, script, voice, key, workflow_id):
    # Without a key of the caller the task's own id serves: it is the same when the task is delivered twice.
    key = key or self.request.id
    return run_once(self, connect, lambda: forge(script, voice, key), key, workflow_id, LOCK_SECONDS)


@app.post("/v1/forge_voice")
def forge_voice():
    key, workflow_id = tasks.idempotency_headers()
    body = request.get_json(silent=True) or {}
    script = body.get("script") or ""
    if len(script) < MIN_LENGTH:
        message = f"script must have at least {MIN_LENGTH} characters"
        return jsonify(error_code="VFA_SCRIPT_TOO_SHORT", message=message), 400
    return tasks.accepted(forge_voice_task.delay(script, body.get("voice_id"), key, workflow_id), "/v1/tasks")


@app.get("/v1/tasks/<task_id>")
def task_status(task_id):
    return tasks.status(celery_app, task_id)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("VFA_PORT", "5005")))
