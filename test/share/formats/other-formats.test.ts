import { describe, expect, it } from 'vitest';
import { writeGithub } from '../../../src/share/formats/write-github.ts';
import { writeGitlab } from '../../../src/share/formats/write-gitlab.ts';
import { writeKubernetes } from '../../../src/share/formats/write-kubernetes.ts';
import { makeSource, wide } from './make-source.ts';

describe('a Kubernetes pod of an environment', () => {
  it('says the workspace, its services and their volumes', () => {
    expect(writeKubernetes(makeSource(wide)).files[0].text).toMatchInlineSnapshot(`
      "# Version 3 of shop, written by \`devenv export kubernetes\`.
      # env.PATH: it takes PATH from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.
      # secrets: services get no files in /run/secrets.
      # The volume shop-project is empty: clone the project into it.
      # volumes: ~/.aws is a folder of the person's machine. The mount is left out.
      # services.migrate.until: it restarts after it has ended.
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: shop-project
      spec:
        accessModes:
          - ReadWriteOnce
        resources:
          requests:
            storage: "10Gi"
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: shop-cache
      spec:
        accessModes:
          - ReadWriteOnce
        resources:
          requests:
            storage: "10Gi"
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: shop-pgdata
      spec:
        accessModes:
          - ReadWriteOnce
        resources:
          requests:
            storage: "10Gi"
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: shop
        labels:
          app: shop
      spec:
        hostAliases:
          - ip: "127.0.0.1"
            hostnames:
              - db
              - cache
              - migrate
              - api
        containers:
          - name: workspace
            image: registry.test:5000/shop/env@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
            command:
              - /bin/sh
              - "-c"
              - "trap \\"exit 0\\" TERM INT; while :; do sleep 86400 & wait $!; done"
            workingDir: /workspaces/shop
            env:
              - name: LOG
                value: "a$b"
              - name: WHO
                value: dev
              - name: NPM_TOKEN
                valueFrom:
                  secretKeyRef:
                    name: shop-secrets
                    key: NPM_TOKEN
                    optional: true
            ports:
              - containerPort: 3000
                protocol: TCP
              - containerPort: 80
                protocol: TCP
            volumeMounts:
              - name: shop-project
                mountPath: /workspaces/shop
              - name: shop-cache
                mountPath: /var/cache/x
              - name: shop-project
                mountPath: /etc/x
                readOnly: true
                subPath: config
            resources:
              limits:
                cpu: "2"
                memory: "1073741824"
          - name: db
            image: postgres:16
            env:
              - name: POSTGRES_PASSWORD
                value: dev
              - name: LITERAL
                value: "$HOME"
            ports:
              - containerPort: 5432
                protocol: TCP
            volumeMounts:
              - name: shop-pgdata
                mountPath: /var/lib/postgresql/data
              - name: shop-project
                mountPath: /docker-entrypoint-initdb.d/init.sql
                subPath: init.sql
            readinessProbe:
              exec:
                command:
                  - /bin/sh
                  - "-c"
                  - pg_isready -U postgres
              periodSeconds: 1
              failureThreshold: 30
          - name: cache
            image: redis:7
            volumeMounts:
              - name: cache-run
                mountPath: /run
          - name: migrate
            image: migrate:1
            command:
              - /bin/sh
              - "-c"
              - "./migrate \\"$HOME\\""
          - name: api
            image: api:1
            args:
              - serve
              - "--all"
        volumes:
          - name: shop-project
            persistentVolumeClaim:
              claimName: shop-project
          - name: shop-cache
            persistentVolumeClaim:
              claimName: shop-cache
          - name: shop-pgdata
            persistentVolumeClaim:
              claimName: shop-pgdata
          - name: cache-run
            emptyDir:
              medium: Memory
              sizeLimit: "1048576"
      "
    `);
  });

  it('says what a pod cannot have', () => {
    expect(writeKubernetes(makeSource(wide)).notes).toMatchInlineSnapshot(`
      [
        "env.PATH: it takes PATH from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.",
        "secrets: services get no files in /run/secrets.",
        "The volume shop-project is empty: clone the project into it.",
        "volumes: ~/.aws is a folder of the person's machine. The mount is left out.",
        "services.migrate.until: it restarts after it has ended.",
      ]
    `);
  });
});

describe('a workflow of GitHub Actions', () => {
  it('prepares the workspace and runs the task after those that it needs', () => {
    expect(writeGithub(makeSource(wide)).files[0].text).toMatchInlineSnapshot(`
      "# Version 3 of shop, written by \`devenv export github\`.
      # env.PATH: it takes PATH from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.
      # secrets: services get no files in /run/secrets.
      # services.migrate: GitHub Actions gives a service no command and builds none. It is left out.
      # services.api: GitHub Actions gives a service no command and builds none. It is left out.
      # services.db.volumes: a job starts with empty volumes and without files of the project.
      name: shop
      "on":
        push: {}
        pull_request: {}
      permissions:
        contents: read
      jobs:
        devenv:
          runs-on: ubuntu-latest
          container:
            image: registry.test:5000/shop/env@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
            options: "--user root"
            credentials:
              username: "\${{ secrets.REGISTRY_USER }}"
              password: "\${{ secrets.REGISTRY_PASSWORD }}"
            env:
              LOG: "a$b"
              WHO: dev
              NPM_TOKEN: "\${{ secrets.NPM_TOKEN }}"
          services:
            db:
              image: postgres:16
              env:
                POSTGRES_PASSWORD: dev
                LITERAL: "$HOME"
              ports:
                - "5432:5432/tcp"
              options: "--health-cmd \\"pg_isready -U postgres\\" --health-interval 1s --health-retries 30"
            cache:
              image: redis:7
          steps:
            - uses: actions/checkout@v4
            - name: create hook
              run: npm ci
              shell: "sh -e {0}"
            - name: start hook
              run: "sh -c 'npm start' & p0=$!; sh -c 'npm run css' & p1=$!; wait \\"$p0\\" && wait \\"$p1\\""
              shell: "sh -e {0}"
            - name: lint
              run: npm run lint
              shell: "sh -e {0}"
            - name: test
              run: npm test
              shell: "sh -e {0}"
              working-directory: web
              env:
                A: "1"
      "
    `);
  });

  it('runs no hook for updates, since a job has a new workspace', () => {
    const { text } = writeGithub(makeSource('hooks: {create: npm ci, update: npm install}\n')).files[0];
    expect(text).toContain('run: npm ci');
    expect(text).not.toContain('npm install');
  });

  it("logs in to GitHub's registry by itself", () => {
    const image = `ghcr.io/team/env@sha256:${'d'.repeat(64)}`;
    const { text } = writeGithub(makeSource('', { image })).files[0];
    expect(text).toContain('packages: read');
    expect(text).toContain('password: "${{ github.token }}"');
  });

  it('refuses a task that devenv.yaml does not have', () => {
    expect(() => writeGithub(makeSource(wide, { task: 'none' }))).toThrow('There is no task "none".');
  });
});

describe('a job of GitLab CI', () => {
  it('prepares the workspace and runs the task after those that it needs', () => {
    expect(writeGitlab(makeSource(wide)).files[0].text).toMatchInlineSnapshot(`
      "# Version 3 of shop, written by \`devenv export gitlab\`.
      # env.PATH: it takes PATH from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.
      # secrets: services get no files in /run/secrets.
      # services.db.volumes: a job starts with empty volumes and without files of the project.
      # secrets: set NPM_TOKEN as masked variables of the project.
      devenv:
        image:
          name: registry.test:5000/shop/env@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
          entrypoint:
            - ""
        services:
          - name: postgres:16
            alias: db
            variables:
              POSTGRES_PASSWORD: dev
              LITERAL: "$$HOME"
          - name: redis:7
            alias: cache
          - name: migrate:1
            alias: migrate
            entrypoint:
              - ""
            command:
              - /bin/sh
              - "-c"
              - "./migrate \\"$$HOME\\""
          - name: api:1
            alias: api
            command:
              - serve
              - "--all"
        variables:
          LOG: "a$$b"
          WHO: dev
        script:
          - npm ci
          - "sh -c 'sh -c '\\\\''npm start'\\\\'' & p0=$!; sh -c '\\\\''npm run css'\\\\'' & p1=$!; wait \\"$p0\\" && wait \\"$p1\\"'"
          - npm run lint
          - "(cd ./web && env A=1 sh -c 'npm test')"
      "
    `);
  });
});
