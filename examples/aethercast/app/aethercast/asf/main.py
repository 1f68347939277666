"""Audio and UI updates to browsers, over Socket.IO. What it knows lives in this process: run exactly one."""

import os
import secrets
from urllib.parse import urljoin

import requests
from flask import Flask, jsonify, request
from flask_socketio import SocketIO, emit, join_room

STREAM = "/api/v1/podcasts/stream"
UI_UPDATES = os.environ.get("ASF_UI_UPDATES_NAMESPACE", "/ui_updates")
CHUNK_SIZE = int(os.environ.get("ASF_CHUNK_SIZE", "4096"))
SLEEP = float(os.environ.get("ASF_STREAM_SLEEP_INTERVAL", "0.01"))
GATEWAY = os.environ.get("INTERNAL_API_GW_BASE_URL", "http://api_gateway:5001")

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("ASF_SECRET_KEY") or secrets.token_hex(32)
socketio = SocketIO(app, async_mode="threading", cors_allowed_origins=os.environ.get("ASF_CORS_ALLOWED_ORIGINS", "*"))
announced = set()


@app.get("/asf/health")
def health():
    try:
        gateway = requests.get(urljoin(GATEWAY, "/health"), timeout=2).status_code == 200
    except requests.RequestException:
        gateway = False
    return jsonify(status="ok", gateway_reachable=gateway)


@app.post("/asf/internal/notify_new_audio")
def notify_new_audio():
    podcast_id = (request.get_json(silent=True) or {}).get("podcast_id")
    if not podcast_id:
        return jsonify(error_code="ASF_MISSING_PODCAST_ID", message="podcast_id is required"), 400
    announced.add(podcast_id)
    socketio.emit("audio_ready", {"podcast_id": podcast_id}, namespace=STREAM, to=podcast_id)
    return jsonify(status="announced"), 200


@app.post("/asf/internal/send_ui_update")
def send_ui_update():
    body = request.get_json(silent=True) or {}
    if not body.get("client_id") or not body.get("event"):
        return jsonify(error_code="ASF_INCOMPLETE_UPDATE", message="client_id and event are required"), 400
    socketio.emit(body["event"], body.get("data", {}), namespace=UI_UPDATES, to=body["client_id"])
    return jsonify(status="sent"), 200


@socketio.on("subscribe", namespace=UI_UPDATES)
def subscribe(data):
    join_room(data["client_id"])


@socketio.on("join", namespace=STREAM)
def join(data):
    join_room(data["podcast_id"])
    if data["podcast_id"] in announced:
        emit("audio_ready", {"podcast_id": data["podcast_id"]})


@socketio.on("play", namespace=STREAM)
def play(data):
    podcast_id = data["podcast_id"]
    try:
        access = requests.get(
            urljoin(GATEWAY, "/api/v1/internal/media_access_url"), params={"podcast_id": podcast_id}, timeout=10
        )
        access.raise_for_status()
        with requests.get(access.json()["url"], stream=True, timeout=30) as audio:
            audio.raise_for_status()
            for chunk in audio.iter_content(CHUNK_SIZE):
                emit("audio_chunk", chunk)
                socketio.sleep(SLEEP)
        emit("audio_end", {"podcast_id": podcast_id})
    except requests.RequestException as error:
        emit("stream_error", {"podcast_id": podcast_id, "message": str(error)})


if __name__ == "__main__":
    socketio.run(app, host="0.0.0.0", port=int(os.environ.get("ASF_PORT", "5006")), allow_unsafe_werkzeug=True)
