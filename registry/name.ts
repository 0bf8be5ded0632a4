/** Names of images, read as Docker reads them: in which registry, which repository, which manifest. */

export type ImageName = {
  /** `host` or `host:port`. */
  registry: string;
  repository: string;
  /** A tag or a digest. */
  reference: string;
};

export const dockerHub = 'docker.io';
/** Where Docker Hub's registry really is. */
const dockerHubHost = 'registry-1.docker.io';

// The grammar of github.com/distribution/reference.
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const registry = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?$`);
const component = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const repositoryAndTag = new RegExp(`^(${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?$`);
const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Null where it is no name of an image. Without tag and digest it means `latest`; beside a digest, a tag counts for nothing. */
export function imageNameFrom(image: string): ImageName | null {
  const [named = '', ...digests] = image.split('@');
  const slash = named.indexOf('/');
  const head = named.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(head) || head === 'localhost' || head !== head.toLowerCase();
  const host = isRegistry ? head.replace(/^index\.docker\.io$/, dockerHub) : dockerHub;
  const [, path, tag = 'latest'] = repositoryAndTag.exec(isRegistry ? named.slice(slash + 1) : named) ?? [];
  const reference = digests[0] ?? tag;
  const isValid = registry.test(host) && digests.length <= 1 && (digests.length === 0 || digest.test(reference));
  if (path === undefined || !isValid) return null;
  const isShort = host === dockerHub && !path.includes('/');
  return { registry: host, repository: isShort ? `library/${path}` : path, reference };
}

/** Registries of this machine are spoken to without TLS, as Docker does. */
export function manifestUrl({ registry: host, repository, reference }: ImageName): string {
  const scheme = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/.test(host) ? 'http' : 'https';
  return `${scheme}://${host === dockerHub ? dockerHubHost : host}/v2/${repository}/manifests/${reference}`;
}
