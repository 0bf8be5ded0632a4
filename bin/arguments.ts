/** The one flag that our programs know: `--port N`. */
import { parseArgs } from 'node:util';

/** What is on the command line: the port, if any, and the rest. Throws an Error with what to change. */
export function parseArguments(argv: string[]): { port: number | null; rest: string[] } {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { port: { type: 'string' } },
    allowPositionals: true,
  });
  const { port } = values;
  if (port === undefined) return { port: null, rest: positionals };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new Error(`--port takes a number from 0 to 65535, was ${port}`);
  }
  return { port: Number(port), rest: positionals };
}
