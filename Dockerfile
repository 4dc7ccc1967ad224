# Debian: Temporal's SDK has native code that does not run on Alpine's musl.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No production dependency needs its install script.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
# Built once here instead of at every start of a worker.
RUN node scripts/bundle-workflows.ts workflow-bundle.js

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
# The SDK verifies Temporal's certificate by the system's list.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
ENV WORKFLOW_BUNDLE=/app/workflow-bundle.js
USER node
STOPSIGNAL SIGTERM
CMD ["node", "worker.ts"]
