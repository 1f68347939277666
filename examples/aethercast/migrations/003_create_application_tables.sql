-- Made here and not by whichever service starts first: tda and the gateway disagree on the types of topics_snippets,
-- pswa and the gateway on those of generated_scripts.
CREATE TABLE IF NOT EXISTS topics_snippets (
    id         uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    type       text        NOT NULL DEFAULT 'topic',
    title      text        NOT NULL,
    summary    text        NOT NULL DEFAULT '',
    keywords   jsonb       NOT NULL DEFAULT '[]',
    source_url text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_topics_snippets_created_at ON topics_snippets (created_at DESC);

CREATE TABLE IF NOT EXISTS generated_scripts (
    topic_hash   text PRIMARY KEY,
    topic        text        NOT NULL,
    script       text        NOT NULL,
    llm_model    text        NOT NULL,
    generated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS users (
    user_id       uuid PRIMARY KEY     DEFAULT gen_random_uuid(),
    username      text        NOT NULL UNIQUE,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS user_sessions (
    session_id   uuid PRIMARY KEY,
    preferences  jsonb       NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS podcasts (
    podcast_id       uuid PRIMARY KEY,
    user_id          uuid        NOT NULL REFERENCES users,
    topic            text        NOT NULL,
    stage            text        NOT NULL,
    status_url       text        NOT NULL,
    cover_status_url text        NOT NULL,
    audio_uri        text,
    cover_uri        text,
    error            text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_podcasts_user_id ON podcasts (user_id);

CREATE TABLE IF NOT EXISTS subscribers (
    email      text PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);
