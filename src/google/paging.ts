import type { Request, Transport } from './transport.ts';

/** Reads a collection to its end: every page of a list method, the items taken out by `items`. */
export async function listAll<Page extends { nextPageToken?: string | undefined }, Item>(
  transport: Transport,
  request: Request,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  let pageToken: string | undefined;
  do {
    const page: Page = await transport.send<Page>({ ...request, query: { ...request.query, pageToken } });
    found.push(...(items(page) ?? []));
    pageToken = page.nextPageToken || undefined;
  } while (pageToken);
  return found;
}
