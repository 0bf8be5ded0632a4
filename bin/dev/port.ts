/** Ports of this machine. */
import { createServer } from 'node:net';

/** The port, if it is free on the host, where '' stands for all addresses; a free one for 0. `key` is the setting that the error names. */
export function takePort(port: number, key: string, host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else {
        const variable = key.toUpperCase().replaceAll('.', '_');
        reject(new Error(`Port ${port} (${key}) is taken: set ${variable}, or start with --port 0 for free ones`));
      }
    });
    server.listen({ port, ...(host === '' ? {} : { host }) }, () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  });
}

/** Throws where browsers, and Node's `fetch`, open no page at this port, as it is another protocol's: 5060 is of telephones. */
export async function requireBrowsable(port: number, key: string): Promise<void> {
  const refusal = await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD' }).then(
    () => null,
    (error: unknown) => (error as { cause?: { message?: string } }).cause?.message,
  );
  if (refusal === 'bad port') throw new Error(`Browsers do not open port ${port} (${key}): take another one`);
}
