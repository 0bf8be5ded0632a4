/** What a caller says of a run's end: which reason stands for the exceptions that it reports. */

/** The first that matches is told (rest-and-data.md §2.4); the original's rules, which callers know. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/timeout|gatewayerror|socketerror|connectionerror|\s50[0234]\s/i, 'Connection error to downstream uri'],
  [
    /could not find a version|package not found|ModuleNotFoundError|No matching distribution found/i,
    'Python pip package installation error',
  ],
  [/Nothing to do/i, 'Yum installation error'],
  [/Could not read from remote repository|correct access rights|Repository not found/i, 'Git clone error'],
  [/404|400|keyerror|column missing|RuntimeError/i, 'Data or argument error'],
];

export function reasonOf(exceptions: readonly string[]): string {
  const text = JSON.stringify(exceptions);
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'Code or syntax error';
}
