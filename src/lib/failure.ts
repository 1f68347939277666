/**
 * A failure that a person can act on. It is shown without a stack trace: `message` says what is wrong with what,
 * `next` what to do about it. Anything else that is thrown is a defect of this suite and is reported as one.
 */
export class Failure extends Error {
  readonly code: string;
  readonly next: string;
  readonly details: readonly string[];

  constructor(
    code: string,
    message: string,
    options: { next: string; cause?: unknown; details?: readonly string[] },
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.next = options.next;
    this.details = options.details ?? [];
  }
}
