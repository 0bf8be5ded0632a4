/** How a command is run: as the original did, by a login shell that stops at the first error and shows what it runs. */

/** The shell script around the user's command. */
export function wrap(command: string): string {
  return `\nset -e\nset -x\n\n${command}`;
}

/** Arguments of a shell that hands the script `$0` to bash, or to sh where there is no bash. */
export const launcher = 'if command -v bash >/dev/null 2>&1; then exec bash -l -c "$0"; else exec sh -l -c "$0"; fi';

/** The whole argument vector: `sh -c launcher script`. */
export function argv(command: string): string[] {
  return ['sh', '-c', launcher, wrap(command)];
}
