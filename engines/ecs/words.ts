/** AWS's texts as sentences. Pure. */

const maxSentenceChars = 500;

/** One line, without what looks like a secret, not longer than `maxSentenceChars`. */
export function oneLine(text: string): string {
  const line = secrets
    .reduce((so, [pattern, instead]) => so.replace(pattern, instead), text)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= maxSentenceChars ? line : `${line.slice(0, maxSentenceChars - 1)}…`;
}

const secrets: [RegExp, string][] = [
  [/\b(Bearer|Basic) [\w.~+/=-]{16,}/g, '$1 …'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '…'],
  [/(:\/\/)[^/\s@"]+@/g, '$1…@'],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)|password|passwd|token|api_?key|secret_?key)=[^\s&"',]+/gi, '$1=…'],
];
