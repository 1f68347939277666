"""Topic discovery: asks newsapi.org for recent articles and stores them as topics."""

import os

import requests
from flask import Flask, jsonify, request
from psycopg2.extras import Json, execute_values

from aethercast.shared import tasks
from aethercast.shared.database import connect, transaction
from aethercast.shared.idempotency import run_once

for name in ("POSTGRES_HOST", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"):
    if not os.environ.get(name):
        raise ValueError(f"{name} is not set")

USE_REAL_NEWS_API = os.environ.get("USE_REAL_NEWS_API", "False").lower() == "true"
NEWS_API_KEY = os.environ.get("TDA_NEWS_API_KEY", "")
if USE_REAL_NEWS_API and not NEWS_API_KEY:
    raise ValueError("TDA_NEWS_API_KEY is not set although USE_REAL_NEWS_API is True")

NEWS_URL = os.environ.get("TDA_NEWS_API_BASE_URL", "https://newsapi.org/v2/") + os.environ.get(
    "TDA_NEWS_API_ENDPOINT", "everything"
)
KEYWORDS = os.environ.get("TDA_NEWS_DEFAULT_KEYWORDS", "technology")
LANGUAGE = os.environ.get("TDA_NEWS_DEFAULT_LANGUAGE", "en")
PAGE_SIZE = int(os.environ.get("TDA_NEWS_PAGE_SIZE", "25"))
TIMEOUT = float(os.environ.get("TDA_NEWS_REQUEST_TIMEOUT", "15"))
USER_AGENT = os.environ.get("TDA_NEWS_USER_AGENT", "aethercast-tda")
LOCK_SECONDS = float(os.environ.get("TDA_IDEMPOTENCY_LOCK_TIMEOUT_SECONDS", "1800"))

app = Flask(__name__)
celery_app = tasks.make_celery("tda")


def fetch_articles(query, limit):
    if not USE_REAL_NEWS_API:
        return [{"title": f"About {query}", "description": f"A sample topic on {query}.", "url": None}]
    response = requests.get(
        NEWS_URL,
        params={"q": query, "language": LANGUAGE, "pageSize": limit, "sortBy": "publishedAt"},
        headers={"X-Api-Key": NEWS_API_KEY, "User-Agent": USER_AGENT},
        timeout=TIMEOUT,
    )
    response.raise_for_status()
    return response.json()["articles"]


def discover(query, limit):
    topics = [
        {"title": article["title"], "summary": article.get("description") or "", "source_url": article.get("url")}
        for article in fetch_articles(query, limit)
        if article.get("title")
    ]
    rows = [("topic", t["title"], t["summary"], Json([query]), t["source_url"]) for t in topics]
    with transaction() as cursor:
        ids = execute_values(
            cursor,
            "INSERT INTO topics_snippets (type, title, summary, keywords, source_url) VALUES %s RETURNING id",
            rows,
            fetch=True,
        )
    return {"topics": [{**topic, "topic_id": str(row[0])} for topic, row in zip(topics, ids)]}


@celery_app.task(name="fetch_news_from_newsapi_task", bind=True, max_retries=3)
def fetch_news_from_newsapi_task(self, query, limit=PAGE_SIZE):
    try:
        return fetch_articles(query, limit)
    except requests.RequestException as error:
        raise self.retry(exc=error, countdown=2**self.request.retries)


@celery_app.task(name="discover_topics_task", bind=True)
def discover_topics_task(self, query, limit, key, workflow_id):
    return run_once(self, connect, lambda: discover(query, limit), key, workflow_id, LOCK_SECONDS)


@app.post("/discover_topics")
def discover_topics():
    key, workflow_id = tasks.idempotency_headers()
    if not key:
        return tasks.missing_key("TDA")
    body = request.get_json(silent=True) or {}
    limit = body.get("limit", PAGE_SIZE)
    if not isinstance(limit, int) or not 1 <= limit <= 100:
        return jsonify(error_code="TDA_INVALID_LIMIT", message="limit must be 1 to 100"), 400
    task = discover_topics_task.delay(body.get("query") or KEYWORDS, limit, key, workflow_id)
    return tasks.accepted(task, "/v1/tasks")


@app.get("/v1/tasks/<task_id>")
def task_status(task_id):
    return tasks.status(celery_app, task_id)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("TDA_PORT", "5000")))
