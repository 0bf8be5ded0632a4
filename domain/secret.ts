/** Which variables look like secrets, by their names or their values, and what is shown instead of these. */
import type { EnvVar } from './job';

export const mask = '********';

const anywhere =
  /passw(or)?d|passphrase|passcode|secret|credential|webhook[_.-]?url|(api|access|private|encryption|signing|ssh)[_.-]?key/i;
/** In camelCase, where no sign divides words. */
const camel = /(access|auth)tokens?/i;
const word = /(^|[_.-])(tokens?|pwd|auth|creds?|cookies?|dsn|authorization([_.-]header)?)($|[_.-])/i;
/** At its end: PGPASS, but not PASS_COUNT; and what is a word of its own. */
const pass = /(?<!com|by|tres|over|under|sur)pass$/i;
/** Of a key that opens nothing it is told what it is for. */
const key =
  /(?<!(^|[_.-])(public|partition|primary|foreign|sort|order|group|join|row|range|hash|unique|natural|surrogate|candidate|cache|object|s3|bucket|file|routing|shard|sharding|index|lookup|message|event|record|item|feature|config|column|field|label|tag|map|idempotency|idempotence|dedup|deduplication))[_.-]keys?$/i;
/** What ends like one of these, and says how something is done, not with what. */
const plain = /(^|[_.-])(by[_.-]keys?|auth[_.-](mode|type|method)|(max|min)[_.-]([a-z]+[_.-])?tokens)$/i;
const secretNames = [anywhere, camel, word, pass, key];

/** Bounded where they repeat: a value may be long, and made to be slow. */
const secretValues = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/,
  // A JWT.
  /\beyJ[\w-]{8,300}\.eyJ[\w-]{8}/,
  // The id of an AWS access key, which its secret is seldom far from.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  // A token of GitHub or Slack, which begin as no other word does.
  /\b(gh[pousr]_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16}|xox[abprs]-[A-Za-z0-9-]{8})/,
  // A URL whose user is one: nobody's name is so long.
  /:\/\/[\w-]{32,500}@/,
  // A URL with a password.
  /:\/\/[^\s/?#:@]{0,500}:[^\s/?#@]{1,500}@/,
  // A connection string with one.
  /(^|[\s;,&?])(password|pwd|accountkey|sharedaccesskey) ?= ?[^\s;,&]/i,
  // Whoever has it may post.
  /\/\/hooks\.slack\.com\/(services|workflows|triggers)\/\S/,
];

/** Of each variable: whether its value is to be hidden. An empty one hides nothing. */
export function isSecret({ name, value }: EnvVar): boolean {
  if (value === '') return false;
  const isNamed = !plain.test(name) && secretNames.some((pattern) => pattern.test(name));
  return isNamed || secretValues.some((pattern) => pattern.test(value));
}

export function masked(env: readonly EnvVar[]): EnvVar[] {
  return env.map((one) => ({ name: one.name, value: isSecret(one) ? mask : one.value }));
}
