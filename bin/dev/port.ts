/** Ports of this machine. */
import { createServer } from 'node:net';

/** The port, if it is free on 127.0.0.1; a free one for 0. `key` is the setting that the error names. */
export function takePort(port: number, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else {
        const variable = key.toUpperCase().replaceAll('.', '_');
        reject(new Error(`Port ${port} (${key}) is taken: set ${variable}, or start with --port 0 for free ones`));
      }
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  });
}
