"""Who is calling: passwords and the JSON Web Tokens that stand for them."""

import os
from datetime import datetime, timedelta, timezone
from functools import wraps

import jwt
from flask import g, jsonify, request

# No fallback: with a known key anybody could sign in as anybody.
SECRET = os.environ["API_GATEWAY_FLASK_SECRET_KEY"]
LIFETIME = timedelta(days=float(os.environ.get("API_GATEWAY_JWT_EXPIRATION_DAYS", "7")))


def token_for(user_id):
    return jwt.encode({"sub": str(user_id), "exp": datetime.now(timezone.utc) + LIFETIME}, SECRET, algorithm="HS256")


def signed_in(view):
    """401 without a valid token; the user's id is in `g.user_id`."""

    @wraps(view)
    def guarded(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            g.user_id = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"] if scheme == "Bearer" else None
        except jwt.InvalidTokenError:
            g.user_id = None
        if not g.user_id:
            return jsonify(error_code="API_GW_AUTH_REQUIRED", message="Send a valid bearer token."), 401
        return view(*args, **kwargs)

    return guarded
