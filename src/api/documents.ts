import express, { Router } from 'express';
import { absolutePath } from 'swagger-ui-dist';
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

const OPEN = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, defaultModelsExpandDepth: 0 });`;

/** `GET /openapi.json`, and `GET /docs`, which shows it. */
export function documents(): Router {
  const router = Router();
  const document = JSON.stringify(openApiDocument());
  router.get('/openapi.json', (_, response) => {
    response.type('json').send(document);
  });
  router.get('/docs', (_, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/docs/open.js', (_, response) => {
    response.type('js').send(OPEN);
  });
  router.use('/docs', express.static(absolutePath(), { index: false, maxAge: '1h' }));
  return router;
}
