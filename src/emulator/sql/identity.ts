import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** The unprivileged account that PostgreSQL runs as when the emulator runs as root, since postgres refuses root. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined when the emulator is an ordinary user and PostgreSQL simply runs as that user. */
export function serverIdentity(): Identity | undefined {
  if (process.getuid === undefined || process.getuid() !== 0) return undefined;
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name ?? '', { uid: Number(uid), gid: Number(gid) }]),
  );
  const account = accounts.get('nobody') ?? accounts.get('postgres');
  if (account === undefined || !(account.uid > 0)) {
    throw new Error(
      'PostgreSQL refuses to run as root, and /etc/passwd has neither "nobody" nor "postgres" to run it as. ' +
        'Add one of them, or run the emulator as an ordinary user.',
    );
  }
  return account;
}

/** Whether that account can pass through every folder down to and including `folder`. */
export function canEnter(folder: string, identity: Identity | undefined): boolean {
  if (identity === undefined) return true;
  for (let at = resolve(folder); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Where the folders of the clusters are made: the system's temporary folder, unless the account cannot enter it or
 * its name is too long for a Unix socket (the path of one is limited to 104 bytes on macOS and 108 on Linux).
 */
export function scratchRoot(identity: Identity | undefined): string {
  const preferred = tmpdir();
  return preferred.length <= 60 && canEnter(preferred, identity) ? preferred : '/tmp';
}
