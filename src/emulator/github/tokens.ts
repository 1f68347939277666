import { randomBytes } from 'node:crypto';

export type Level = 'none' | 'read' | 'write';

/** Who a token of GitHub stands for. */
export type TokenHolder =
  | {
      /** GITHUB_TOKEN of one job. */
      readonly kind: 'job';
      /** `OWNER/NAME`: the only repository it is good for. */
      readonly repository: string;
      /** By scope as in `permissions:` of a workflow (`pull-requests`, `deployments`, ...). */
      readonly permissions: Readonly<Record<string, Level>>;
    }
  | { readonly kind: 'person'; readonly login: string };

/** The tokens in circulation; like Google's they are no part of a snapshot. */
export class GitHubTokens {
  readonly #keepSecret: (value: string) => void;
  readonly #issued = new Map<string, TokenHolder>();

  constructor(keepSecret: (value: string) => void) {
    this.#keepSecret = keepSecret;
  }

  /** https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/ */
  issue(holder: TokenHolder): string {
    const prefix = holder.kind === 'job' ? 'ghs' : 'ghp';
    const text = `${prefix}_${randomBytes(18).toString('hex')}`;
    this.#keepSecret(text);
    this.#issued.set(text, holder);
    return text;
  }

  find(text: string): TokenHolder | undefined {
    return this.#issued.get(text);
  }

  /** A job's token is good for as long as the job runs. */
  revoke(text: string): void {
    this.#issued.delete(text);
  }
}
