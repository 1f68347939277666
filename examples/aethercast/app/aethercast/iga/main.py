"""Cover images made by a Gemini image model on Vertex AI; they go to the media bucket."""

import os
import uuid
from functools import cache
from urllib.parse import quote

import google.auth
import psycopg2
from celery import Celery
from flask import Flask, jsonify, request
from google import genai
from google.auth.transport.requests import AuthorizedSession
from google.genai import types

from idempotency import CONFLICT, run_once

PROJECT = os.environ.get("IGA_VERTEXAI_PROJECT_ID") or os.environ["GCP_PROJECT_ID"]
LOCATION = os.environ.get("IGA_VERTEXAI_LOCATION") or os.environ["GCP_LOCATION"]
BUCKET = os.environ["GCS_BUCKET_NAME"]
MODEL = os.environ["IGA_VERTEXAI_IMAGE_MODEL_ID"]
PREFIX = os.environ.get("IGA_GCS_IMAGE_PREFIX", "images/iga/")
ASPECT_RATIO = os.environ.get("IGA_DEFAULT_ASPECT_RATIO", "1:1")
LOCK_SECONDS = float(os.environ.get("IGA_IDEMPOTENCY_LOCK_TIMEOUT_SECONDS", "3600"))

app = Flask(__name__)
celery_app = Celery(
    "iga",
    broker=os.environ.get("CELERY_BROKER_URL", "redis://redis:6379/0"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://redis:6379/0"),
)
celery_app.conf.update(task_track_started=True, task_acks_late=True, worker_prefetch_multiplier=1, result_expires=86400)


@cache
def client():
    return genai.Client(vertexai=True, project=PROJECT, location=LOCATION)


@cache
def session():
    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    return AuthorizedSession(credentials)


def connect():
    return psycopg2.connect(
        host=os.environ["POSTGRES_HOST"],
        port=os.environ.get("POSTGRES_PORT", "5432"),
        user=os.environ["POSTGRES_USER"],
        password=os.environ["POSTGRES_PASSWORD"],
        dbname=os.environ["POSTGRES_DB"],
        connect_timeout=10,
    )


def draw(prompt, aspect_ratio):
    answer = client().models.generate_content(
        model=MODEL,
        contents=prompt,
        config=types.GenerateContentConfig(
            response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio=aspect_ratio)
        ),
    )
    images = [part.inline_data for part in answer.parts or [] if part.inline_data]
    if not images:
        raise RuntimeError(f"{MODEL} answered without an image")
    image = images[0]
    name = f"{PREFIX}{uuid.uuid4()}.{image.mime_type.split('/')[-1]}"
    stored = session().post(
        f"https://storage.googleapis.com/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={quote(name, safe='')}",
        data=image.data,
        headers={"Content-Type": image.mime_type},
        timeout=60,
    )
    stored.raise_for_status()
    return {"image_uri": f"gs://{BUCKET}/{name}", "model_id": MODEL}


@celery_app.task(name="generate_image_vertex_ai_task", bind=True)
def generate_image_vertex_ai_task(self, prompt, aspect_ratio, key, workflow_id):
    return run_once(self, connect, lambda: draw(prompt, aspect_ratio), key, workflow_id, LOCK_SECONDS)


@app.post("/generate_image")
def generate_image():
    key = request.headers.get("X-Idempotency-Key")
    if not key:
        message = "Send an X-Idempotency-Key header: the same key never starts the same work twice."
        return jsonify(error_code="IGA_MISSING_IDEMPOTENCY_KEY", message=message), 400
    body = request.get_json(silent=True) or {}
    if not body.get("prompt"):
        return jsonify(error_code="IGA_MISSING_PROMPT", message="prompt is required"), 400
    task = generate_image_vertex_ai_task.delay(
        body["prompt"], body.get("aspect_ratio") or ASPECT_RATIO, key, request.headers.get("X-Workflow-ID")
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
    app.run(host="0.0.0.0", port=int(os.environ.get("IGA_PORT", "5007")))
