/** A token for a cluster of EKS: a request to STS that is signed for this cluster alone, and kept while it holds. */
import { tokenFor } from '../../engines/eks/aws';

beforeAll(() => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'wJalrXUtnFEMI';
});

const urlOf = (token: string): URL => {
  const [head, text] = [token.slice(0, 11), token.slice(11)];
  expect(head).toBe('k8s-aws-v1.');
  expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
  return new URL(Buffer.from(text, 'base64url').toString());
};

test("is a signed request for the caller's identity, with the cluster's name in the signature", async () => {
  const url = urlOf(await tokenFor('prod', 'eu-west-1'));
  expect(url.origin).toBe('https://sts.eu-west-1.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    Version: '2011-06-15',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect(url.searchParams.get('X-Amz-Credential')).toMatch(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/sts\/aws4_request$/);
  expect(url.href).not.toContain('wJalrXUtnFEMI');
});

test('is kept while it holds, for each cluster by itself', async () => {
  const first = await tokenFor('one', 'eu-west-1');
  expect(await tokenFor('one', 'eu-west-1')).toBe(first);
  expect(await tokenFor('two', 'eu-west-1')).not.toBe(first);
});

test("goes to China's own domain there", async () => {
  expect(urlOf(await tokenFor('c', 'cn-north-1')).host).toBe('sts.cn-north-1.amazonaws.com.cn');
});
