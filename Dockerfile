FROM node:22-bookworm-slim AS build
WORKDIR /app
# The packages are a layer of their own, made again only when what they are read from changes.
COPY package.json package-lock.json .npmrc ./
COPY packages/core/package.json packages/core/
COPY packages/server/package.json packages/server/
COPY packages/sdk/package.json packages/sdk/
COPY packages/cli/package.json packages/cli/
RUN npm ci --ignore-scripts --loglevel=error
COPY . .
RUN node scripts/setup.mjs \
 && npm prune --omit=dev --omit=optional --omit=peer --ignore-scripts --loglevel=error

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    CRMFLOW_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/package.json package.json
COPY --from=build /app/packages packages
RUN mkdir -m 700 /data && chown node:node /data \
 && printf '#!/bin/sh\nexec node /app/packages/cli/dist/main.js "$@"\n' > /usr/local/bin/crmflow && chmod 755 /usr/local/bin/crmflow
USER node
VOLUME /data
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SERVER_PORT || 3001}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/cli/dist/main.js", "serve"]
