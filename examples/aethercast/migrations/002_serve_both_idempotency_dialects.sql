-- Two halves of the application use one table differently: iga, tda, sca, pswa and vfa know a row by `idempotency_key`;
-- aims and aims-tts know it by (`key`, `task_name`), read `id` and `updated_at`, and never fill in `idempotency_key`.
-- The columns are plain ones, not generated ones: aims and aims-tts write to `key` themselves.
ALTER TABLE idempotency_keys
    ADD COLUMN IF NOT EXISTS key        text,
    ADD COLUMN IF NOT EXISTS id         bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN IF NOT EXISTS updated_at timestamptz DEFAULT now();

CREATE UNIQUE INDEX IF NOT EXISTS idx_idempotency_keys_key_task_name ON idempotency_keys (key, task_name);

-- The two halves share no unique value. `key` stays empty for the first half. For the second half `idempotency_key` takes
-- the row's id, which no other insert has: ON CONFLICT catches a concurrent insert on the index that it names and on no
-- other, so an equal value in the primary key would fail the task.
CREATE OR REPLACE FUNCTION fill_idempotency_keys() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.idempotency_key IS NULL THEN
        NEW.idempotency_key := NEW.task_name || ':' || NEW.key || ':' || NEW.id;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER fill_idempotency_keys
    BEFORE INSERT ON idempotency_keys
    FOR EACH ROW
EXECUTE FUNCTION fill_idempotency_keys();
