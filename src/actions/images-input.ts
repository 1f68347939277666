import { z } from 'zod';
import { type InputSpec, text } from '../github/inputs.ts';
import { Failure } from '../lib/failure.ts';

/** Images by service, and of sidecars by `SERVICE/SIDECAR`, as one job hands them to the next. */
export function imagesInput(description: string): InputSpec<string | undefined> {
  return text({ description });
}

const images = z.record(z.string(), z.string().regex(/@sha256:[0-9a-f]{64}$/));

/** `undefined` when the input was left out. Throws INPUT_INVALID when it is anything but images by digest. */
export function imagesOfInput(given: string | undefined): Readonly<Record<string, string>> | undefined {
  if (given === undefined) return undefined;
  const parsed = images.safeParse(json(given));
  if (parsed.success) return parsed.data;
  throw new Failure('INPUT_INVALID', '`images` is no JSON of services and their images by digest.', {
    next: 'Give the output `images` of actions/promote, as it is.',
  });
}

function json(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    return undefined;
  }
}
