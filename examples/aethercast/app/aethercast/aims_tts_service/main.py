"""Text-to-Speech behind a task queue; the audio goes to the media bucket."""

import base64
import os
import uuid
from functools import cache
from urllib.parse import quote

import google.auth
from celery import Celery
from flask import Flask, jsonify, request
from google.auth.transport.requests import AuthorizedSession

from idempotency import CONFLICT, run_once

if not os.environ.get("GCS_BUCKET_NAME"):
    raise ValueError("GCS_BUCKET_NAME is not set")

BUCKET = os.environ["GCS_BUCKET_NAME"]
PREFIX = os.environ.get("AIMS_TTS_GCS_AUDIO_PREFIX", "audio/")
VOICE = os.environ.get("AIMS_TTS_DEFAULT_VOICE_ID", "en-US-Wavenet-D")
LANGUAGE = os.environ.get("AIMS_TTS_DEFAULT_LANGUAGE_CODE", "en-US")
ENCODING = os.environ.get("AIMS_TTS_DEFAULT_AUDIO_ENCODING_STR", "MP3")
RATE = float(os.environ.get("AIMS_TTS_DEFAULT_SPEAKING_RATE", "1.0"))
PITCH = float(os.environ.get("AIMS_TTS_DEFAULT_PITCH", "0.0"))
POOL_SIZE = int(os.environ.get("DB_POOL_MAX_CONNECTIONS_TTS", "3"))
# https://cloud.google.com/text-to-speech/docs/reference/rest/v1/AudioEncoding
FILES = {"MP3": ("mp3", "audio/mpeg"), "OGG_OPUS": ("ogg", "audio/ogg"), "LINEAR16": ("wav", "audio/wav")}

app = Flask(__name__)
celery_app = Celery(
    "aims_tts",
    broker=os.environ.get("CELERY_BROKER_URL", "redis://redis:6379/0"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://redis:6379/0"),
)
celery_app.conf.update(task_track_started=True, task_acks_late=True, worker_prefetch_multiplier=1, result_expires=86400)


@cache
def session():
    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    return AuthorizedSession(credentials)


def speak(text, voice):
    answer = session().post(
        "https://texttospeech.googleapis.com/v1/text:synthesize",
        json={
            "input": {"text": text},
            "voice": {"name": voice, "languageCode": LANGUAGE},
            "audioConfig": {"audioEncoding": ENCODING, "speakingRate": RATE, "pitch": PITCH},
        },
        timeout=60,
    )
    answer.raise_for_status()
    suffix, media_type = FILES[ENCODING]
    name = f"{PREFIX}{uuid.uuid4()}.{suffix}"
    stored = session().post(
        f"https://storage.googleapis.com/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={quote(name, safe='')}",
        data=base64.b64decode(answer.json()["audioContent"]),
        headers={"Content-Type": media_type},
        timeout=60,
    )
    stored.raise_for_status()
    return {"audio_uri": f"gs://{BUCKET}/{name}", "voice_id": voice, "media_type": media_type}


@celery_app.task(name="invoke_tts_google_task", bind=True)
def invoke_tts_google_task(self, text, voice, key):
    return run_once(self, lambda: speak(text, voice), key or self.request.id, POOL_SIZE)


@app.post("/v1/synthesize")
def synthesize():
    body = request.get_json(silent=True) or {}
    if not body.get("text"):
        return jsonify(error_code="AIMS_TTS_MISSING_TEXT", message="text is required"), 400
    task = invoke_tts_google_task.delay(
        body["text"], body.get("voice_id") or VOICE, request.headers.get("X-Idempotency-Key")
    )
    return jsonify(task_id=task.id, status_url=f"/v1/tasks/{task.id}"), 202


@app.get("/v1/tasks/<task_id>")
def task_status(task_id):
    """202 while the task waits or runs, 200 with its result, 409 on an idempotency conflict, 500 when it failed."""
    result = celery_app.AsyncResult(task_id)
    code = {"SUCCESS": 200, CONFLICT: 409, "FAILURE": 500, "REVOKED": 500}.get(result.state, 202)
    answer = {"task_id": task_id, "status": result.state}
    if code == 200:
        answer["result"] = result.result
    elif code != 202:
        answer["error"] = result.info if code == 409 else {"message": str(result.result)}
    return jsonify(answer), code


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("AIMS_TTS_PORT", "9000")))
