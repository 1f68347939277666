"""Language models of Vertex AI behind a task queue."""

import os
from functools import cache

from celery import Celery
from flask import Flask, jsonify, request
from google import genai
from google.genai import types

from idempotency import CONFLICT, run_once

for name in ("GCP_PROJECT_ID", "GCP_LOCATION"):
    if not os.environ.get(name):
        raise ValueError(f"{name} is not set")

DEFAULT_MODEL = os.environ["AIMS_GOOGLE_LLM_MODEL_ID"]
POOL_SIZE = int(os.environ.get("DB_POOL_MAX_CONNECTIONS", "5"))

app = Flask(__name__)
celery_app = Celery(
    "aims",
    broker=os.environ.get("CELERY_BROKER_URL", "redis://redis:6379/0"),
    backend=os.environ.get("CELERY_RESULT_BACKEND", "redis://redis:6379/0"),
)
celery_app.conf.update(task_track_started=True, task_acks_late=True, worker_prefetch_multiplier=1, result_expires=86400)


@cache
def client():
    return genai.Client(vertexai=True, project=os.environ["GCP_PROJECT_ID"], location=os.environ["GCP_LOCATION"])


def generate_text(prompt, model, temperature, max_tokens):
    answer = client().models.generate_content(
        model=model,
        contents=prompt,
        config=types.GenerateContentConfig(temperature=temperature, max_output_tokens=max_tokens),
    )
    if not answer.text:
        raise RuntimeError(f"{model} answered without text")
    return {"text": answer.text, "model_id": model}


@celery_app.task(name="invoke_llm_vertex_ai_task", bind=True)
def invoke_llm_vertex_ai_task(self, prompt, model, temperature, max_tokens, key):
    work = lambda: generate_text(prompt, model, temperature, max_tokens)  # noqa: E731
    return run_once(self, work, key or self.request.id, POOL_SIZE)


@app.post("/v1/generate")
def generate():
    body = request.get_json(silent=True) or {}
    if not body.get("prompt"):
        return jsonify(error_code="AIMS_MISSING_PROMPT", message="prompt is required"), 400
    task = invoke_llm_vertex_ai_task.delay(
        body["prompt"],
        body.get("model_id_override") or body.get("model") or DEFAULT_MODEL,
        body.get("temperature", 0.7),
        body.get("max_tokens", 1024),
        request.headers.get("X-Idempotency-Key"),
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
    app.run(host="0.0.0.0", port=int(os.environ.get("AIMS_PORT", "8000")))
