"""The way of a podcast: script, voice, announcement. Runs inside the gateway.

There is no thread behind it: every look at a podcast takes it as far as it can go, so an instance may stop at any time.
"""

import os
from urllib.parse import quote

import requests

from aethercast.shared import task_client

PSWA = os.environ.get("PSWA_SERVICE_URL", "http://pswa:5004/v1/weave_script")
VFA = os.environ.get("VFA_SERVICE_URL", "http://vfa:5005/v1/forge_voice")
SCA = os.environ.get("SCA_SERVICE_URL", "http://sca:5002/craft_snippet")
TDA = os.environ.get("TDA_SERVICE_URL", "http://tda:5000/discover_topics")
IGA = os.environ.get("IGA_SERVICE_URL", "http://iga:5007")
ASF_NOTIFICATION = os.environ.get("ASF_NOTIFICATION_URL", "http://asf:5006/asf/internal/notify_new_audio")
ASF_UI_UPDATE = os.environ.get("CPOA_ASF_SEND_UI_UPDATE_URL", "http://asf:5006/asf/internal/send_ui_update")
SNIPPET_PATIENCE = float(os.environ.get("CPOA_SCA_POLLING_TIMEOUT_SECONDS", "180"))
TOPIC_PATIENCE = float(os.environ.get("CPOA_TDA_POLLING_TIMEOUT_SECONDS", "180"))


def start(podcast_id, topic, content):
    """Asks for the script, and for the cover beside it."""
    script = task_client.submit(PSWA, {"topic": topic, "content": content}, f"script:{podcast_id}")
    cover = task_client.submit(f"{IGA}/generate_image", {"prompt": f"Podcast cover: {topic}"}, f"cover:{podcast_id}")
    return {"stage": "script", "status_url": script, "cover_status_url": cover}


def advance(podcast):
    """What changed: a dict of columns, empty while the podcast waits."""
    if podcast["stage"] not in ("script", "voice"):
        return {}
    try:
        result = task_client.poll(podcast["status_url"])
        if result is None:
            return {}
        if podcast["stage"] == "script":
            voice = task_client.submit(VFA, {"script": result["script"]}, f"voice:{podcast['podcast_id']}")
            changes = {"stage": "voice", "status_url": voice}
        else:
            changes = {"stage": "done", "audio_uri": result["audio_uri"], "cover_uri": cover_of(podcast)}
    except (task_client.TaskFailed, requests.HTTPError) as error:
        changes = {"stage": "failed", "error": str(error)}
    announce(podcast, changes)
    return changes


def cover_of(podcast):
    """The cover if it is there; a podcast without one is still a podcast."""
    try:
        return (task_client.poll(podcast["cover_status_url"]) or {}).get("image_uri")
    except (task_client.TaskFailed, requests.RequestException):
        return None


def announce(podcast, changes):
    podcast_id = str(podcast["podcast_id"])
    news = {"podcast_id": podcast_id, "stage": changes["stage"]}
    update = {"client_id": str(podcast["user_id"]), "event": "podcast", "data": news}
    requests.post(ASF_UI_UPDATE, json=update, timeout=10)
    if changes["stage"] == "done":
        requests.post(ASF_NOTIFICATION, json={"podcast_id": podcast_id}, timeout=10)


def snippet(topic, key):
    return task_client.run(SCA, {"topic": topic}, key, request_timeout=30, interval=2, patience=SNIPPET_PATIENCE)


def explore(query, key):
    return task_client.run(TDA, {"query": query}, key, request_timeout=30, interval=2, patience=TOPIC_PATIENCE)


def stream_url(podcast_id):
    base = os.environ.get("ASF_WEBSOCKET_BASE_URL", "ws://localhost:5006/api/v1/podcasts/stream")
    return f"{base}?podcast_id={quote(str(podcast_id))}"
