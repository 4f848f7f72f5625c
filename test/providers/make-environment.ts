import type { Environment } from '../../src/model/environment.ts';

/** An environment that declares nothing but what is given. */
export function makeEnvironment(parts: Partial<Environment> = {}): Environment {
  return {
    name: 'shop',
    base: { kind: 'image', image: 'debian:bookworm-slim' },
    tools: {},
    toolFiles: {},
    packages: {},
    venvs: {},
    repositories: [],
    aptPreferences: {},
    features: { requests: [], order: [] },
    downloads: [],
    files: [],
    run: [],
    env: {},
    envFiles: [],
    user: 'root',
    folder: '/workspace',
    commit: { exclude: [] },
    services: [],
    networks: {},
    ports: [],
    volumes: [],
    hooks: {},
    watch: [],
    tasks: [],
    init: false,
    securityOptions: [],
    secrets: [],
    limits: {
      ulimits: {},
      gpus: false,
      capabilities: [],
      extraHosts: {},
      devices: [],
      privileged: false,
      engineSocket: false,
    },
    ...parts,
  };
}
