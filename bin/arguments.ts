/** The one flag that our programs know: `--port N`, or `--port=N`. */

/** What is on the command line: the port, if any, and the rest. Ends the process where the port is none. */
export function parseArguments(argv: string[]): { port: number | null; rest: string[] } {
  const rest: string[] = [];
  let port: number | null = null;
  for (let n = 0; n < argv.length; n += 1) {
    const [, inline] = /^--port(?:=(.*))?$/.exec(argv[n] ?? '') ?? [null, null];
    if (inline === null) {
      rest.push(argv[n] ?? '');
      continue;
    }
    const text = inline ?? argv[(n += 1)] ?? '';
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) {
      console.error(`--port takes a number from 0 to 65535, was ${text === '' ? 'nothing' : text}`);
      process.exit(1);
    }
    port = Number(text);
  }
  return { port, rest };
}
