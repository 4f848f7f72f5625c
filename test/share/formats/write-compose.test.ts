import { describe, expect, it } from 'vitest';
import { writeCompose } from '../../../src/share/formats/write-compose.ts';
import { writeKubernetes } from '../../../src/share/formats/write-kubernetes.ts';
import { readProjectAt } from '../../environment/compose/read-compose.ts';
import { digest, image, makeSource, wide } from './make-source.ts';

const pins = { db: { image: 'postgres:16', digest } };

describe('a compose file of an environment', () => {
  it('says the workspace and its services', () => {
    const { files, notes } = writeCompose(makeSource(wide, { pins }));
    expect(files[0].text).toMatchInlineSnapshot(`
      "# Version 3 of shop, written by \`devenv export compose\`.
      # env.PATH: it takes PATH from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.
      # secrets: services get no files in /run/secrets.
      name: shop
      services:
        workspace:
          image: registry.test:5000/shop/env@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
          command:
            - /bin/sh
            - "-c"
            - "trap \\"exit 0\\" TERM INT; while :; do sleep 86400 & wait $$!; done"
          working_dir: /workspaces/shop
          environment:
            LOG: "a$$b"
            WHO: "\${USER:-dev}"
            NPM_TOKEN: null
          volumes:
            - type: bind
              source: "."
              target: /workspaces/shop
            - type: volume
              source: cache
              target: /var/cache/x
            - type: bind
              source: "./config"
              target: /etc/x
              read_only: true
            - type: bind
              source: "~/.aws"
              target: /home/dev/.aws
              read_only: true
          ports:
            - target: 3000
              published: "3000"
              host_ip: "127.0.0.1"
              protocol: tcp
            - target: 80
              published: "8080"
              host_ip: "127.0.0.1"
              protocol: tcp
          init: true
          cpus: 2
          mem_limit: "1073741824"
        db:
          image: postgres@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
          environment:
            POSTGRES_PASSWORD: dev
            LITERAL: "$$HOME"
          volumes:
            - type: volume
              source: pgdata
              target: /var/lib/postgresql/data
            - type: bind
              source: "./init.sql"
              target: /docker-entrypoint-initdb.d/init.sql
          ports:
            - target: 5432
              published: "5432"
              host_ip: "127.0.0.1"
              protocol: tcp
          healthcheck:
            test:
              - CMD-SHELL
              - pg_isready -U postgres
            interval: "1000ms"
            retries: 30
        cache:
          image: redis:7
          tmpfs:
            - "/run:size=1048576"
          restart: on-failure:3
          stop_grace_period: "5000ms"
        migrate:
          image: migrate:1
          entrypoint: []
          command:
            - /bin/sh
            - "-c"
            - "./migrate \\"$$HOME\\""
          depends_on:
            db:
              condition: service_healthy
        api:
          image: api:1
          command:
            - serve
            - "--all"
          depends_on:
            migrate:
              condition: service_completed_successfully
            cache:
              condition: service_started
      volumes:
        cache: {}
        pgdata: {}
      "
    `);
    expect(notes).toEqual([
      expect.stringContaining('env.PATH: it takes PATH from the image'),
      'secrets: services get no files in /run/secrets.',
    ]);
  });

  it('takes variables of the image from the image', () => {
    const { files, notes } = writeCompose(makeSource(wide, { inherited: ['PATH=/usr/bin:/bin'] }));
    expect(files[0].text).toContain('PATH: /usr/bin:/bin:/opt/x/bin\n');
    expect(notes.join()).not.toContain('PATH');
  });

  it('has the same meaning when devenv reads it', async () => {
    const source = makeSource(wide, { pins });
    const { services } = await readProjectAt({
      compose: writeCompose(source).files[0].text,
      use: '{file: compose.yaml, workspace: workspace}',
      yaml: 'folder: /workspaces/shop\n',
    });
    const [db, cache, migrate, api] = source.environment.services;
    expect(services).toEqual([
      { ...db, source: { kind: 'image', image: `postgres@${digest}` }, ready: { ...db?.ready, timeout: 30_000 } },
      cache,
      { ...migrate, entrypoint: [], command: ['/bin/sh', '-c', './migrate "$HOME"'] },
      api,
    ]);
  });

  it('gives the workspace what the environment says', async () => {
    const source = makeSource(wide);
    const { env, ports, volumes, limits } = await readProjectAt({
      compose: { 'compose.yaml': writeCompose(source).files[0].text, '.env': 'NPM_TOKEN=x\n' },
      use: '{file: compose.yaml, workspace: workspace}',
      yaml: 'folder: /workspaces/shop\n',
    });
    expect({ env, ports, limits }).toEqual({
      env: { LOG: 'a$$b', WHO: 'dev', NPM_TOKEN: 'x' },
      ports: source.environment.ports,
      limits: source.environment.limits,
    });
    expect(volumes).toEqual(expect.arrayContaining([...source.environment.volumes]));
  });

  it('says the networks of the workspace and its services', async () => {
    const yaml =
      'network: {inside: {aliases: [api]}, out: }\nnetworks: {inside: {internal: true}, out: }\nservices: {db: {image: d, networks: [inside]}, web: {image: w}}\n';
    const source = makeSource(yaml);
    const { text } = writeCompose(source).files[0];
    const read = await readProjectAt({ compose: text, use: '{file: compose.yaml, workspace: workspace}' });
    const { networks, attachments, services } = source.environment;
    expect(read).toMatchObject({ networks, attachments });
    expect(read.services.map((one) => one.attachments)).toEqual(services.map((one) => one.attachments));
    expect(writeKubernetes(source).notes).toContain(
      'networks: all containers are on one network with a way out, and have no further names of their networks.',
    );
  });

  it('reaches the project from where the file lies', () => {
    const { text } = writeCompose(makeSource('', { root: '..' })).files[0];
    expect(text).toContain('source: ".."\n');
    expect(text).toContain(`image: ${image}\n`);
  });

  it('leaves out a service that only devenv can build, and says so', () => {
    const yaml = 'services: {a: {build: {base: debian:12, packages: {apt: [jq]}}}, b: {image: b, depends_on: [a]}}\n';
    const { files, notes } = writeCompose(makeSource(yaml));
    expect(notes).toEqual([
      'services.a: its build installs packages, which only devenv does. The service is left out.',
    ]);
    expect(files[0].text).not.toMatch(/^ {2}a:|depends_on/m);
    const dockerfile =
      'services: {a: {build: {dockerfile: web/Dockerfile, context: web, target: dev, args: {A: "$x"}}}}\n';
    expect(writeCompose(makeSource(dockerfile)).files[0].text).toContain(
      '    build:\n      context: "./web"\n      dockerfile: Dockerfile\n      target: dev\n      args:\n        A: "$$x"\n',
    );
  });

  it('names the workspace as no service is named', () => {
    const yaml = 'services: {devenv: {image: b}}\n';
    expect(writeCompose(makeSource(yaml)).files[0].text).toContain('  workspace:\n');
  });
});
