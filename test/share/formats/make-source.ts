import { parseConfig } from '../../../src/environment/parse.ts';
import type { Environment } from '../../../src/model/environment.ts';
import type { ExportSource } from '../../../src/share/formats/exported.ts';

export const digest = `sha256:${'d'.repeat(64)}` as const;
export const image = `registry.test:5000/shop/env@${digest}`;

/** What a writer gets for a devenv.yaml. `change`: values that YAML does not need to spell. */
export function makeSource(
  yaml: string,
  rest: Partial<ExportSource> = {},
  change: (environment: Environment) => Environment = (same) => same,
): ExportSource {
  const text = `version: 1\nname: shop\nbase: debian:12\n${yaml}`;
  const environment = change(parseConfig(text, 'devenv.yaml'));
  return { environment, version: { number: 3, message: 'add jq' }, image, pins: {}, inherited: [], root: '.', ...rest };
}

/** Most words that devenv.yaml has for a workspace and its services. */
export const wide = `
env: {LOG: "a$$b", PATH: "\${PATH}:/opt/x/bin", WHO: "\${host:USER:-dev}"}
secrets: [NPM_TOKEN]
user: dev
folder: /workspaces/shop
ports: [3000, "8080:80"]
volumes: ["cache:/var/cache/x", "./config:/etc/x:ro", "~/.aws:/home/dev/.aws:ro"]
hooks: {create: npm ci, start: {web: [npm, start], css: "npm run css"}}
limits: {cpus: 2, memory: 1g}
init: true
tasks: {lint: npm run lint, test: {run: [npm, test], depends: [lint], folder: web, env: {A: "1"}}}
services:
  db:
    image: postgres:16
    env: {POSTGRES_PASSWORD: dev, LITERAL: "$HOME"}
    volumes: ["pgdata:/var/lib/postgresql/data", "./init.sql:/docker-entrypoint-initdb.d/init.sql"]
    ready: pg_isready -U postgres
    ports: ["5432:5432"]
  cache: {image: "redis:7", tmpfs: ["/run:size=1m"], restart: "on-failure:3", stop_grace_period: 5s}
  migrate: {image: "migrate:1", command: ./migrate "$HOME", depends_on: {db: healthy}, until: completed}
  api: {image: "api:1", command: [serve, --all], depends_on: {migrate: completed, cache: started}}
`;
