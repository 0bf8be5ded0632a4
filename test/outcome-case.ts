/** A command and how its run ends, for tables of tests; and what is the same wherever a shell runs the command. */

export type Case = {
  command: string;
  definition?: Record<string, unknown>;
  launch?: Record<string, unknown>;
  outcome: string;
  code?: number | undefined;
  reason: RegExp;
  attempts?: number;
};

export const shellCases: Record<string, Case> = {
  'a command that exits with 3 shows 3': {
    command: 'exit 3',
    outcome: 'USER',
    code: 3,
    reason: /^Command exited with code 3$/,
  },
  'a command that is not there shows 127, the shell’s word': {
    command: 'no-such-command',
    outcome: 'USER',
    code: 127,
    reason: /^Command exited with code 127$/,
  },
  'a command that kills itself shows 137 and no lack of memory': {
    command: "bash -c 'kill -9 $$' || exit $?",
    outcome: 'USER',
    code: 137,
    reason: /^Killed \(SIGKILL\)$/,
  },
};
