/** Sprig's functions on paths and URLs: those of Go's packages path and net/url. */
import { isDict, TemplateError, type Dict, type Value } from '../value';
import { define, type Functions } from './define';

export const paths: Functions = {
  base: define(['string'], (path) => (path === '' ? '.' : (/([^/]+)\/*$/.exec(path)?.[1] ?? '/'))),
  dir: define(['string'], (path) => clean(path.slice(0, path.lastIndexOf('/') + 1))),
  clean: define(['string'], clean),
  ext: define(['string'], (path) => /\.[^./]*$/.exec(path)?.[0] ?? ''),
  isAbs: define(['string'], (path) => path.startsWith('/')),
  urlParse: define(['string'], parseUrl),
  urlJoin: define(['dict'], joinUrl),
};

function clean(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push('..');
  }
  const joined = (isRooted ? '/' : '') + kept.join('/');
  return joined === '' ? '.' : joined;
}

const url = /^(?:([A-Za-z][A-Za-z\d+.-]*):)?(?:\/\/(?:([^/?#]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function parseUrl(text: string): Dict {
  const [, scheme = '', user = '', host = '', rest = '', query = '', fragment = ''] = url.exec(text) ?? [];
  const refuse = (why: string): never => {
    throw new TemplateError(`unable to parse url: parse ${JSON.stringify(text)}: ${why}`);
  };
  if (/[\x00-\x1f\x7f]/.test(text)) refuse('net/url: invalid control character in URL');
  if (scheme === '' && /^[^/?#]*:/.test(text)) {
    refuse(text.startsWith(':') ? 'missing protocol scheme' : 'first path segment in URL cannot contain colon');
  }
  if (/:[^\d\]][^\]]*$/.test(host))
    refuse(`invalid port ${JSON.stringify(host.slice(host.lastIndexOf(':')))} after host`);
  if (/[^\w\-.~!$&'()*+,;=:[\]<>"%\x80-\u{10ffff}]/u.test(host)) refuse('invalid character in host name');
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      return refuse('invalid URL escape');
    }
  };
  const isOpaque = scheme !== '' && !text.startsWith('//', scheme.length + 1) && rest !== '' && !rest.startsWith('/');
  const entries: [string, Value][] = [
    ['scheme', scheme.toLowerCase()],
    ['host', decode(host)],
    [
      'hostname',
      decode(host)
        .replace(/:\d*$/, '')
        .replace(/^\[(.*)\]$/, '$1'),
    ],
    ['path', isOpaque ? '' : decode(rest)],
    ['query', query],
    ['opaque', isOpaque ? rest : ''],
    ['fragment', decode(fragment)],
    ['userinfo', user],
  ];
  return new Map(entries);
}

function joinUrl(parts: Dict): string {
  const part = (name: string): string => {
    const value = parts.get(name) ?? '';
    if (typeof value === 'string') return value;
    const kind = isDict(value) ? 'map' : typeof value;
    throw new TemplateError(`unable to parse ${name} key, must be of type string, but ${kind} found`);
  };
  const [scheme, host, path, user] = [part('scheme'), part('host'), part('path'), part('userinfo')];
  const start = scheme === '' ? '' : `${scheme}:`;
  const query = part('query') === '' ? '' : `?${part('query')}`;
  const fragment = part('fragment') === '' ? '' : `#${escapePath(part('fragment'))}`;
  if (part('opaque') !== '') return start + part('opaque') + query + fragment;
  const needsSlashes = host !== '' || user !== '' || (scheme !== '' && path !== '');
  const authority = needsSlashes ? `//${user === '' ? '' : `${user}@`}${host}` : '';
  const slash = host !== '' && path !== '' && !path.startsWith('/') ? '/' : '';
  const dot = start === '' && authority === '' && /^[^/]*:/.test(path) ? './' : '';
  return start + authority + slash + dot + escapePath(path) + query + fragment;
}

function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
