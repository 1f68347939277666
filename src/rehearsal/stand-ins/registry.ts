import { downloadArtifact, uploadArtifact } from './artifacts.ts';
import { checkout } from './checkout.ts';
import { googleAuth } from './google-auth.ts';
import type { StandIn } from './stand-in.ts';

/** The actions of others that a rehearsal knows, by `owner/name`. */
export const standIns: ReadonlyMap<string, StandIn> = new Map([
  ['actions/checkout', checkout],
  ['actions/upload-artifact', uploadArtifact],
  ['actions/download-artifact', downloadArtifact],
  ['google-github-actions/auth', googleAuth],
]);
