/** Ports that no browser would open. */
import { requireBrowsable, takePort } from '../../bin/dev/port';

test('a port of another protocol is refused before anything starts', async () => {
  await expect(requireBrowsable(5060, 'http.server.listen_address')).rejects.toThrow(
    'Browsers do not open port 5060 (http.server.listen_address): take another one',
  );
});

test('a port where nobody listens yet is not', async () => {
  await expect(requireBrowsable(await takePort(0, 'test'), 'test')).resolves.toBeUndefined();
});
