/** The document as a page for people: Swagger UI out of our own packages, so that it needs nothing of the Internet. */
import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import Router from '@koa/router';

const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
const assets = ['swagger-ui.css', 'swagger-ui-bundle.js'];
const maxAgeSeconds = 3600;

// Addresses are relative: a proxy in front may serve all of this below a path of its own.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Flotilla API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

// A file of its own: scripts within a page are not run (Content-Security-Policy). Its validator would be somebody else's server.
const start = `SwaggerUIBundle({
  url: 'v6/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
});
`;

export function docsRouter(): Router {
  const router = new Router({ prefix: '/api/docs' });

  router.get('/', (ctx) => {
    if (ctx.path.endsWith('/')) {
      // Its addresses would lead below it.
      ctx.redirect('../docs');
      return;
    }
    ctx.type = 'html';
    ctx.body = page;
  });

  router.get('/start.js', (ctx) => {
    ctx.type = 'js';
    ctx.body = start;
  });

  for (const name of assets) {
    router.get(`/${name}`, (ctx) => {
      ctx.set('Cache-Control', `max-age=${maxAgeSeconds}`);
      ctx.type = name;
      ctx.body = createReadStream(join(folder, name));
    });
  }
  return router;
}
