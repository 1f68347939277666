CREATE TABLE IF NOT EXISTS idempotency_keys (
    idempotency_key text PRIMARY KEY,
    task_name       text        NOT NULL,
    workflow_id     text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    locked_at       timestamptz,
    status          text        NOT NULL,
    result_payload  jsonb,
    error_payload   jsonb
);

CREATE INDEX IF NOT EXISTS idx_idempotency_keys_created_at ON idempotency_keys (created_at);
CREATE INDEX IF NOT EXISTS idx_idempotency_keys_task_name ON idempotency_keys (task_name);
