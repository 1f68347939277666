import { type Draft, where, whereKey } from './draft.ts';
import { databaseSecrets } from './names.ts';

/** What the schema cannot say about secrets and the database. */
export function checkData(draft: Draft): void {
  checkSecrets(draft);
  checkDatabase(draft);
}

function checkSecrets(draft: Draft): void {
  const brought = draft.scope.database === undefined ? [] : Object.values(databaseSecrets(draft.config));
  for (const [name, secret] of Object.entries(draft.config.secrets)) {
    const at = whereKey(draft, 'secrets', name);
    if (brought.includes(name)) {
      const message = `the database brings the secret ${name} with it`;
      const fix = 'remove it here; services may name it without a declaration';
      draft.findings.error({ code: 'DATABASE_SECRET_DECLARED', at, message, fix });
    }
    checkSource(name, secret, draft);
  }
}

function checkSource(name: string, secret: Draft['config']['secrets'][string], draft: Draft): void {
  const sources = (['generate', 'from_env', 'value'] as const).filter((kind) => secret[kind] !== undefined);
  if (sources.length !== 1) {
    draft.findings.error({
      code: 'SECRET_SOURCE',
      at: whereKey(draft, 'secrets', name),
      message: sources.length === 0 ? `${name} has no source` : `${name} has ${sources.join(' and ')}`,
      fix: 'give it exactly one of generate: 32, from_env: VARIABLE, value: "text"',
    });
  }
  if (secret.alphabet !== undefined && secret.generate === undefined) {
    draft.findings.error({
      code: 'SECRET_SOURCE',
      at: where(draft, 'secrets', name, 'alphabet'),
      message: 'alphabet belongs to generate',
      fix: 'remove alphabet',
    });
  }
  if (secret.value !== undefined && /[\r\n]$/.test(secret.value)) {
    draft.findings.error({
      code: 'SECRET_TRAILING_NEWLINE',
      at: where(draft, 'secrets', name, 'value'),
      message: 'the value ends with a line break, which would become part of the secret',
      fix: 'put it in quotes, or write |- instead of |',
    });
  }
}

/** https://cloud.google.com/sql/docs/postgres/backup-recovery/pitr: the log is kept along with backups. */
function checkDatabase(draft: Draft): void {
  const database = draft.config.database;
  if (database === undefined) return;
  if (!database.backups && database.point_in_time_recovery) {
    draft.findings.error({
      code: 'RECOVERY_WITHOUT_BACKUPS',
      at: where(draft, 'database', 'backups'),
      message: 'point_in_time_recovery needs backups',
      fix: 'set point_in_time_recovery: false, or backups: true',
    });
  }
  // https://cloud.google.com/sql/docs/postgres/high-availability
  if (database.high_availability && !database.point_in_time_recovery) {
    draft.findings.error({
      code: 'STANDBY_WITHOUT_RECOVERY',
      at: where(draft, 'database', 'point_in_time_recovery'),
      message: 'high_availability needs backups and point_in_time_recovery',
      fix: 'set point_in_time_recovery: true, or high_availability: false',
    });
  }
}
