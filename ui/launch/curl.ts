/** The call that a form makes, as a command of a shell: values that are hidden are its variables. */
import { secrecyOf } from '../parts/secret';

export type Call = { method: string; url: string; headers: Record<string, string>; body: unknown };

/** `hidden`: variables that whoever runs it has to set. */
export type Curl = { text: string; hidden: string[] };

export function curlOf({ method, url, headers, body }: Call): Curl {
  const seen = new Map<string, string>();
  const mark = foreignTo(JSON.stringify(body));
  const shown = JSON.stringify(withoutHidden(body, '', { seen, mark }), null, 2);
  // Out of the quotes of the shell, in again after the variable. A number is in no quotes of JSON.
  const data = quoted(shown)
    .replaceAll(new RegExp(`"${mark}${mark}(\\w+)${mark}"`, 'g'), `'"$$$1"'`)
    .replaceAll(new RegExp(`${mark}(\\w+)${mark}`, 'g'), `'"$$$1"'`);
  const lines = [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    `  --data ${data}`,
  ];
  return { text: lines.join(' \\\n'), hidden: [...seen.keys()] };
}

/** For a POSIX shell: in single quotes nothing but a single quote means anything. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A character that is not in the text: around a name where there is to be a variable. */
function foreignTo(text: string): string {
  let code = 0xe000;
  while (text.includes(String.fromCharCode(code))) code += 1;
  return String.fromCharCode(code);
}

type Hiding = { seen: Map<string, string>; mark: string };

function withoutHidden(data: unknown, name: string, hiding: Hiding): unknown {
  if (typeof data === 'string' || typeof data === 'number') {
    const value = String(data);
    if (secrecyOf(name, value) === 'plain') return data;
    const { seen, mark } = hiding;
    return `${typeof data === 'number' ? mark : ''}${mark}${variableFor(name, value, seen)}${mark}`;
  }
  if (Array.isArray(data)) return data.map((one) => withoutHidden(one, name, hiding));
  if (typeof data !== 'object' || data === null) return data;
  const { name: variable, value } = data as { name?: unknown; value?: unknown };
  // A variable of an environment: its name tells what its value is.
  if (typeof variable === 'string' && typeof value === 'string') {
    return { ...data, value: withoutHidden(value, variable, hiding) };
  }
  return Object.fromEntries(Object.entries(data).map(([key, one]) => [key, withoutHidden(one, key, hiding)]));
}

/** The same name for the same value, another for another. */
function variableFor(name: string, value: string, seen: Map<string, string>): string {
  const plain = name.replaceAll(/\W/g, '_').replace(/^(?=\d|$)/, '_');
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? plain : `${plain}_${n}`;
    const known = seen.get(tried);
    if (known !== undefined && known !== value) continue;
    seen.set(tried, value);
    return tried;
  }
}
