"""Short-lived links to objects in the media bucket."""

import os
from datetime import timedelta

import google.auth
from google.auth.transport.requests import Request
from google.cloud import storage


def signed_url(uri, minutes=15):
    """A link to `gs://BUCKET/NAME` in our own bucket; anything else is a ValueError."""
    prefix = f"gs://{os.environ['GCS_BUCKET_NAME']}/"
    if not uri.startswith(prefix):
        raise ValueError(f"{uri} is not in the media bucket")
    credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    credentials.refresh(Request())
    blob = storage.Client(project, credentials).bucket(os.environ["GCS_BUCKET_NAME"]).blob(uri[len(prefix) :])
    # On Cloud Run there is no private key to sign with: IAM signs, as this service account.
    return blob.generate_signed_url(
        version="v4",
        expiration=timedelta(minutes=minutes),
        service_account_email=credentials.service_account_email,
        access_token=credentials.token,
    )
