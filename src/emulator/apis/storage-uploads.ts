import { type Call, Refusal } from '../service.ts';

/**
 * The two parts of a `multipart/related` upload: the object's metadata as JSON, then the content.
 * https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object
 */
export function multipart(call: Call): { metadata: unknown; contentType: string; bytes: Uint8Array } {
  const type = call.headers.get('content-type') ?? '';
  const boundary = /boundary=(?:"([^"]+)"|'([^']+)'|([^;\s]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2] ?? boundary?.[3];
  if (mark === undefined) throw malformed('the content type names no boundary');
  const parts = split(Buffer.from(call.bytes), mark);
  const [first, second] = parts;
  if (first === undefined || second === undefined || parts.length !== 2) {
    throw malformed(`there must be two parts, not ${parts.length}`);
  }
  let metadata: unknown;
  try {
    metadata = JSON.parse(first.content.toString('utf8'));
  } catch {
    throw malformed('the first part is not JSON');
  }
  return {
    metadata,
    contentType: second.headers.get('content-type') ?? 'application/octet-stream',
    bytes: second.content,
  };
}

function split(body: Buffer, boundary: string): { headers: Headers; content: Buffer }[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: { headers: Headers; content: Buffer }[] = [];
  let start = body.indexOf(mark);
  while (start >= 0) {
    const after = start + mark.length;
    if (body.subarray(after, after + 2).toString() === '--') return parts;
    const end = body.indexOf(mark, after);
    if (end < 0) throw malformed('the last part has no end');
    parts.push(part(body.subarray(after, end)));
    start = end;
  }
  return parts;
}

function part(text: Buffer): { headers: Headers; content: Buffer } {
  const begin = text[0] === 0x0d ? 2 : 1;
  let gap = text.indexOf('\r\n\r\n');
  let width = 4;
  const bare = text.indexOf('\n\n');
  if (gap < 0 || (bare >= 0 && bare < gap)) [gap, width] = [bare, 2];
  if (gap < 0) throw malformed('a part has no empty line after its headers');
  const headers = new Headers();
  for (const line of text.subarray(begin, gap).toString('latin1').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const tail = text.at(-2) === 0x0d ? 2 : 1;
  return { headers, content: text.subarray(gap + width, text.length - tail) };
}

/**
 * What is there of a resumable upload after this request, and whether that is all of it. Throws when the chunk does not
 * follow on what was received. https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export function finishedPart(call: Call, received: Uint8Array): { bytes: Uint8Array; complete: boolean } {
  const range = call.headers.get('content-range');
  if (range === null) return { bytes: call.bytes, complete: true };
  const [, first, last, total = '*'] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range) ?? [];
  if (first === undefined || last === undefined) {
    const complete = total !== '*' && Number(total) === received.byteLength;
    return { bytes: received, complete };
  }
  if (Number(first) > received.byteLength || Number(last) - Number(first) + 1 !== call.bytes.byteLength) {
    throw new Refusal(
      400,
      'INVALID_ARGUMENT',
      `The chunk ${range} does not follow on the ${received.byteLength} bytes received so far.`,
      { reason: 'invalid' },
    );
  }
  const bytes = Buffer.concat([received.subarray(0, Number(first)), call.bytes]);
  return { bytes, complete: total !== '*' && bytes.byteLength >= Number(total) };
}

function malformed(what: string): Refusal {
  return new Refusal(400, 'INVALID_ARGUMENT', `Malformed multipart body: ${what}.`, { reason: 'badContent' });
}
