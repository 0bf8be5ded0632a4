/** Backends' texts and errors as sentences that may leave an engine: without what looks like a secret. */

const maxSentenceChars = 500;

/** What to leave out, and what stands in its place. */
export type Left = [pattern: RegExp, instead: string];

/** One line, without what looks like a secret, not longer than `maxSentenceChars`. `first`: what a backend's own texts may hold besides. */
export function oneLine(text: string, first: Left[] = []): string {
  const line = [...first, ...secrets]
    .reduce((so, [pattern, instead]) => so.replace(pattern, instead), text)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= maxSentenceChars ? line : `${line.slice(0, maxSentenceChars - 1)}…`;
}

const secrets: Left[] = [
  [/\b(Bearer|Basic) [\w.~+/=-]{16,}/g, '$1 …'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '…'],
  [/(:\/\/)[^/\s@"]+@/g, '$1…@'],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)|password|passwd|token|api_?key|secret_?key)=[^\s&"',]+/gi, '$1=…'],
];

/** Clients' errors hold requests, headers and bodies: only `trouble`, the backend's own sentence, leaves here. */
export async function named<T>(work: Promise<T>, trouble: (error: unknown) => Error): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw trouble(error);
  }
}
