"""The public API and the front end."""

import os
import uuid

import psycopg2
from flask import Flask, g, jsonify, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from psycopg2.extras import Json, RealDictCursor
from werkzeug.security import check_password_hash, generate_password_hash

from aethercast.api_gateway.media import signed_url
from aethercast.api_gateway.sessions import SECRET, signed_in, token_for
from aethercast.cpoa import workflow
from aethercast.shared.database import transaction

app = Flask(__name__, static_folder="frontend", static_url_path="")
app.config["SECRET_KEY"] = SECRET
limiter = Limiter(
    get_remote_address,
    app=app,
    enabled=os.environ.get("API_RATE_LIMIT_ENABLED", "true").lower() == "true",
    default_limits=[os.environ.get("API_DEFAULT_RATE_LIMIT", "100/minute;2000/hour")],
    strategy=os.environ.get("API_DEFAULT_STRATEGY", "fixed-window"),
    storage_uri=os.environ.get("RATELIMIT_STORAGE_URL", "memory://"),
    # A Redis that is away must not take the API with it.
    in_memory_fallback_enabled=True,
)
CATEGORIES = ["Technology", "Science", "Business", "Culture", "History"]


def rows(sql, *values):
    with transaction() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def refuse(status, code, message):
    return jsonify(error_code=f"API_GW_{code}", message=message), status


def body():
    return request.get_json(silent=True) or {}


@app.get("/health")
@limiter.exempt
def health():
    return jsonify(status="ok")


@app.get("/")
def front_end():
    return app.send_static_file("index.html")


@app.post("/api/v1/session/init")
def session_init():
    session_id = uuid.uuid4()
    rows("INSERT INTO user_sessions (session_id) VALUES (%s) RETURNING session_id", str(session_id))
    return jsonify(session_id=str(session_id)), 201


@app.post("/api/v1/session/preferences")
def session_preferences():
    found = rows(
        "UPDATE user_sessions SET preferences = %s, last_seen_at = now() WHERE session_id::text = %s RETURNING 1",
        Json(body().get("preferences", {})),
        str(body().get("session_id")),
    )
    return jsonify(status="saved") if found else refuse(404, "SESSION_NOT_FOUND", "No such session.")


@app.post("/api/v1/auth/register")
def register():
    name, password = body().get("username"), body().get("password")
    if not name or not isinstance(password, str) or len(password) < 10:
        return refuse(400, "INVALID_REGISTRATION", "username and a password of 10 or more characters are required")
    try:
        [[user_id]] = rows(
            "INSERT INTO users (username, password_hash) VALUES (%s, %s) RETURNING user_id",
            name,
            generate_password_hash(password),
        )
    except psycopg2.errors.UniqueViolation:
        return refuse(409, "USERNAME_TAKEN", "That name is taken.")
    return jsonify(user_id=str(user_id), token=token_for(user_id)), 201


@app.post("/api/v1/auth/login")
@limiter.limit("10/minute")
def login():
    found = rows("SELECT user_id, password_hash FROM users WHERE username = %s", body().get("username"))
    if not found or not check_password_hash(found[0][1], body().get("password") or ""):
        return refuse(401, "INVALID_CREDENTIALS", "Wrong name or password.")
    return jsonify(user_id=str(found[0][0]), token=token_for(found[0][0]))


@app.get("/api/v1/categories")
def categories():
    return jsonify(categories=CATEGORIES)


@app.get("/api/v1/snippets")
def snippets():
    found = rows("SELECT id, title, summary FROM topics_snippets ORDER BY created_at DESC LIMIT 20")
    return jsonify(snippets=[{"id": str(row[0]), "title": row[1], "summary": row[2]} for row in found])


@app.post("/api/v1/topics/explore")
@signed_in
def explore():
    key = request.headers.get("X-Idempotency-Key")
    if not key:
        return refuse(400, "MISSING_IDEMPOTENCY_KEY", "Send an X-Idempotency-Key header.")
    return jsonify(workflow.explore(body().get("query", ""), f"{g.user_id}:{key}"))


@app.post("/api/v1/search/podcasts")
@signed_in
def search():
    key = request.headers.get("X-Idempotency-Key")
    if not key:
        return refuse(400, "MISSING_IDEMPOTENCY_KEY", "Send an X-Idempotency-Key header.")
    query = body().get("query", "")
    found = rows("SELECT podcast_id, topic FROM podcasts WHERE topic ILIKE %s LIMIT 20", f"%{query}%")
    return jsonify(
        podcasts=[{"podcast_id": str(row[0]), "topic": row[1]} for row in found],
        snippet=workflow.snippet(query, f"{g.user_id}:{key}") if query else None,
    )


@app.post("/api/v1/podcasts")
@signed_in
def create_podcast():
    key = request.headers.get("X-Idempotency-Key")
    if not key:
        return refuse(400, "MISSING_IDEMPOTENCY_KEY", "Send an X-Idempotency-Key header.")
    topic = body().get("topic")
    if not topic:
        return refuse(400, "MISSING_TOPIC", "topic is required")
    podcast_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"aethercast:{g.user_id}:{key}"))
    if not podcast(podcast_id):
        begun = workflow.start(podcast_id, topic, body().get("content", ""))
        rows(
            "INSERT INTO podcasts (podcast_id, user_id, topic, stage, status_url, cover_status_url)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (podcast_id) DO NOTHING RETURNING 1",
            podcast_id, g.user_id, topic, begun["stage"], begun["status_url"], begun["cover_status_url"],
        )  # fmt: skip
    return jsonify(podcast_id=podcast_id, stream_url=workflow.stream_url(podcast_id)), 202


def podcast(podcast_id):
    with transaction() as cursor, cursor.connection.cursor(cursor_factory=RealDictCursor) as named:
        named.execute("SELECT * FROM podcasts WHERE podcast_id::text = %s", (podcast_id,))
        return named.fetchone()


@app.get("/api/v1/podcasts/<podcast_id>")
@signed_in
def show_podcast(podcast_id):
    found = podcast(podcast_id)
    if not found or str(found["user_id"]) != g.user_id:
        return refuse(404, "PODCAST_NOT_FOUND", "No such podcast.")
    changes = workflow.advance(found)
    if changes:
        now = {**found, **changes}
        rows(
            "UPDATE podcasts SET stage = %s, status_url = %s, audio_uri = %s, cover_uri = %s, error = %s,"
            " updated_at = now() WHERE podcast_id = %s RETURNING 1",
            now["stage"], now["status_url"], now["audio_uri"], now["cover_uri"], now["error"], now["podcast_id"],
        )  # fmt: skip
    shown = {**found, **changes}
    return jsonify(podcast_id=podcast_id, topic=shown["topic"], stage=shown["stage"], error=shown["error"])


@app.get("/api/v1/podcasts/<podcast_id>/audio")
def podcast_audio(podcast_id):
    found = podcast(podcast_id)
    if not found or not found["audio_uri"]:
        return refuse(404, "AUDIO_NOT_READY", "There is no audio yet.")
    return jsonify(url=signed_url(found["audio_uri"]))


@app.get("/api/v1/internal/media_access_url")
def media_access_url():
    return podcast_audio(request.args.get("podcast_id", ""))


@app.post("/api/v1/subscribe")
def subscribe():
    email = body().get("email") or ""
    if "@" not in email:
        return refuse(400, "INVALID_EMAIL", "email is required")
    rows(
        "INSERT INTO subscribers (email) VALUES (%s) ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING 1",
        email,
    )
    return jsonify(status="subscribed"), 201


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("API_GATEWAY_PORT", "5001")))
