import type { Reply } from '../service.ts';

/** What Google's front end says in place of the service; a browser shows it. */
interface Page {
  readonly title: string;
  readonly heading: string;
  readonly text: string;
}

function page(status: number, { title, heading, text }: Page, headers: Record<string, string> = {}): Reply {
  const html = `
<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>${status} ${title}</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>Error: ${heading}</h1>
<h2>${text}</h2>
<h2></h2>
</body></html>
`;
  return {
    status,
    bytes: Buffer.from(html),
    headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
  };
}

/** Nothing has that address, or ingress keeps the caller out: from outside both look the same. */
export function notFoundPage(): Reply {
  return page(404, {
    title: 'Page not found',
    heading: 'Page not found',
    text: 'The requested URL was not found on this server.',
  });
}

/** A token was sent, and it proves nothing to this service. */
export function unauthorizedPage(path: string): Reply {
  return page(
    401,
    {
      title: 'Unauthorized',
      heading: 'Unauthorized',
      text: `Your client does not have permission to the requested URL <code>${escaped(path)}</code>.`,
    },
    {
      'www-authenticate':
        'Bearer error="invalid_token" error_description="The access token could not be verified"',
    },
  );
}

/** No token, or one of somebody without `run.routes.invoke`. */
export function forbiddenPage(path: string): Reply {
  return page(403, {
    title: 'Forbidden',
    heading: 'Forbidden',
    text: `Your client does not have permission to get URL <code>${escaped(path)}</code> from this server.`,
  });
}

/** No revision of the service is ready. */
export function unavailablePage(): Reply {
  return page(503, {
    title: 'Server Error',
    heading: 'Server Error',
    text: 'The service you requested is not available yet.<p>Please try again in 30 seconds.',
  });
}

/** The service took longer than its request timeout. */
export function timeoutReply(): Reply {
  return {
    status: 504,
    bytes: Buffer.from('upstream request timeout'),
    headers: { 'content-type': 'text/plain' },
  };
}

/** Said by the emulator itself, where Google would do something that it does not model. */
export function emulatorReply(status: number, text: string): Reply {
  return {
    status,
    bytes: Buffer.from(`emulator: ${text}\n`),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  };
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter] ?? '&#39;',
  );
}
