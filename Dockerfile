# One image for every process: the API by default, the worker and the migration by another command.
FROM node:22-bookworm-slim AS ui
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run ui

FROM node:22-bookworm-slim

# For TLS to Temporal and Postgres.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV NODE_ENV=production

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

COPY . .
COPY --from=ui /app/ui/dist ui/dist
# The attempts of the process driver; everything else stays read-only.
RUN mkdir -p .flotilla && chown node:node .flotilla

USER node
ENV HTTP_SERVER_LISTEN_ADDRESS=:5000
EXPOSE 5000
CMD ["node", "bin/bootstrap.mjs", "bin/api.ts"]
