/** With a full stop where none is: messages of Google's often lack it, and something follows them. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
