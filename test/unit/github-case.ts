import { vi } from 'vitest';

/** What the process writes to the runner while `work` runs: the lines of its standard output. */
export async function printed(work: () => unknown): Promise<string[]> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  return text.split('\n').slice(0, -1);
}
