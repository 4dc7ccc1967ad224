import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Router } from 'express';
import helmet from 'helmet';
import { absolutePath } from 'swagger-ui-dist';
import type { Admission } from './admission.ts';
import { openApiDocument } from './openapi.ts';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>durable-orders API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/open.js"></script>
</body>
</html>
`;

/** What the page needs of Swagger UI; its package has more, which says which version is here. */
const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'];

const OPEN = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, defaultModelsExpandDepth: 0 });`;

/**
 * What a page of ours may load and run: its own. Swagger UI sets styles of its own and has pictures in its style sheet.
 * Whether this is read over TLS is up to what is in front, so nothing here insists on it.
 */
const pageHeaders = helmet({
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
});

/** `GET /openapi.json`, and `GET /docs`, which shows it: open to all, since they say nothing of any order. */
export function documents({ asksWho }: Admission): Router {
  const router = Router();
  const document = Buffer.from(JSON.stringify(openApiDocument(asksWho))); // one for all answers
  router.use('/docs', pageHeaders);
  router.get('/openapi.json', (_, response) => {
    response.type('json').send(document);
  });
  router.get('/docs', (_, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/docs/open.js', (_, response) => {
    response.type('js').send(OPEN);
  });
  for (const name of ASSETS) {
    const content = readFileSync(join(absolutePath(), name));
    router.get(`/docs/${name}`, (_, response) => {
      response.type(extname(name)).set('Cache-Control', 'public, max-age=3600').send(content);
    });
  }
  return router;
}
