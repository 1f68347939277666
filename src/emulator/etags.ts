/**
 * Whether two etags or fingerprints stand for the same bytes. Their fields are of the type `bytes`, which Google's JSON
 * takes in both base64 alphabets, with padding or without; gcloud sends back the one that is safe in URLs.
 * https://protobuf.dev/programming-guides/json/
 */
export function sameEtag(one: string, other: string): boolean {
  return Buffer.from(one, 'base64').equals(Buffer.from(other, 'base64'));
}
