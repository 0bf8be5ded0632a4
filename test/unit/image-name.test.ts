/** Names of images: where Docker would look for them. */
import { imageNameFrom, manifestUrl } from '../../registry/name';

const hub = 'https://registry-1.docker.io/v2';
const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

function urlOf(image: string): string | null {
  const name = imageNameFrom(image);
  return name === null ? null : manifestUrl(name);
}

describe('the manifest is asked for at', () => {
  test.each<[string, string]>([
    ['busybox', `${hub}/library/busybox/manifests/latest`],
    ['busybox:1.37', `${hub}/library/busybox/manifests/1.37`],
    ['library/busybox', `${hub}/library/busybox/manifests/latest`],
    ['docker.io/busybox', `${hub}/library/busybox/manifests/latest`],
    ['docker.io/library/busybox:1', `${hub}/library/busybox/manifests/1`],
    ['index.docker.io/bitnami/redis', `${hub}/bitnami/redis/manifests/latest`],
    ['bitnami/redis:7', `${hub}/bitnami/redis/manifests/7`],
    [`busybox@${sha256}`, `${hub}/library/busybox/manifests/${sha256}`],
    [`ghcr.io/a/b:1@${sha256}`, `https://ghcr.io/v2/a/b/manifests/${sha256}`],
    ['ghcr.io/a', 'https://ghcr.io/v2/a/manifests/latest'],
    [
      'registry.example.com:5000/team/a_b__c-d/e.f:V1.0-rc_2',
      'https://registry.example.com:5000/v2/team/a_b__c-d/e.f/manifests/V1.0-rc_2',
    ],
    ['registry:5000/a', 'https://registry:5000/v2/a/manifests/latest'],
    ['Registry/a', 'https://Registry/v2/a/manifests/latest'],
    ['[fe80::1]:5000/a', 'https://[fe80::1]:5000/v2/a/manifests/latest'],
    ['localhost/a', 'http://localhost/v2/a/manifests/latest'],
    ['localhost:5000/a:1', 'http://localhost:5000/v2/a/manifests/1'],
    ['127.0.0.1:5000/a', 'http://127.0.0.1:5000/v2/a/manifests/latest'],
    ['127.1.2.3/a', 'http://127.1.2.3/v2/a/manifests/latest'],
    ['[::1]:5000/a', 'http://[::1]:5000/v2/a/manifests/latest'],
    ['localhost.example.com/a', 'https://localhost.example.com/v2/a/manifests/latest'],
    ['127.0.0.1.example.com/a', 'https://127.0.0.1.example.com/v2/a/manifests/latest'],
  ])('%s', (image, url) => {
    expect(urlOf(image)).toBe(url);
  });
});

describe('no name of an image is', () => {
  test.each([
    ['nothing', ''],
    ['capitals in a repository', 'ghcr.io/A/b'],
    ['a way out of the repository', 'ghcr.io/a/../../b'],
    ['a dot that leads nowhere', 'ghcr.io/./b'],
    ['an empty part', 'ghcr.io/a//b'],
    ['a query', 'ghcr.io/a?x=1'],
    ['an escape', 'ghcr.io/a%2fb'],
    ['a user before the registry', 'user:pass@ghcr.io/a'],
    ['a blank', 'busybox :1'],
    ['a line break', 'busybox\n'],
    ['a tag without a name', ':1'],
    ['two tags', 'busybox:1:2'],
    ['an empty tag', 'busybox:'],
    ['a tag that is too long', `busybox:${'x'.repeat(129)}`],
    ['a digest that is too short', 'busybox@sha256:abc'],
    ['a digest in capitals', `busybox@${sha256.toUpperCase()}`],
    ['an empty digest', 'busybox@'],
    ['two digests', `busybox@${sha256}@${sha256}`],
    ['a registry alone', 'ghcr.io/'],
    ['a URL', 'https://ghcr.io/a'],
  ])('%s', (_, image) => {
    expect(urlOf(image)).toBeNull();
  });

  test('anything long, decided quickly', () => {
    const from = performance.now();
    expect(urlOf(`${'a-'.repeat(250)}!`)).toBeNull();
    expect(urlOf(`${'a'.repeat(500)}.!/b`)).toBeNull();
    expect(performance.now() - from).toBeLessThan(100);
  });
});
