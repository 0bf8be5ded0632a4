/** How the browser's files are made: hashed, but for `begin.js`, which is in the page. `npx vite ui` serves them while they are worked on. */
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    {
      name: 'begin',
      transformIndexHtml: (html) =>
        html.replace(
          '<!-- begin.js -->',
          () => `<script>\n${readFileSync(`${import.meta.dirname}/begin.js`, 'utf8')}</script>`,
        ),
    },
  ],
  resolve: {
    // A helper for tests in @rjsf/core imports this one, which is not installed: it makes functions out of texts. Ours is in its place.
    alias: { '@rjsf/validator-ajv8': `${import.meta.dirname}/templates/validator.ts` },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // Libraries mark their files for servers of their own kind: that this is no such server needs no telling, a thousand times.
      onLog: (level, log, tell) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
      },
    },
  },
  server: {
    // Our own folder `api` is served beside it.
    proxy: {
      '^/api/(v\\d+|docs)': { target: process.env['FLOTILLA_API'] ?? 'http://127.0.0.1:5000', changeOrigin: false },
    },
  },
});
