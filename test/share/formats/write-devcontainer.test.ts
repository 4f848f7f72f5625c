import { describe, expect, it } from 'vitest';
import { writeDevcontainer } from '../../../src/share/formats/write-devcontainer.ts';
import { makeSource, wide } from './make-source.ts';

const read = (yaml: string) => {
  const { files, notes } = writeDevcontainer(makeSource(yaml, { root: '..' }));
  return { files, notes, json: JSON.parse(files[0].text) as Record<string, unknown> };
};

describe('devcontainer.json of an environment', () => {
  it('opens the image by digest, with everything that it has a word for', () => {
    const { files, notes, json } = read(wide.replace(/services:[^]*/, ''));
    expect(json).toMatchInlineSnapshot(`
      {
        "appPort": [
          "127.0.0.1:8080:80",
        ],
        "containerEnv": {
          "LOG": "a$b",
          "WHO": "\${localEnv:USER:dev}",
        },
        "forwardPorts": [
          3000,
        ],
        "image": "registry.test:5000/shop/env@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        "init": true,
        "mounts": [
          {
            "source": "cache-\${devcontainerId}",
            "target": "/var/cache/x",
            "type": "volume",
          },
          "type=bind,source=\${localWorkspaceFolder}/config,target=/etc/x,readonly",
          "type=bind,source=\${localEnv:HOME}/.aws,target=/home/dev/.aws,readonly",
        ],
        "name": "shop",
        "onCreateCommand": "npm ci",
        "postStartCommand": {
          "css": "npm run css",
          "web": [
            "npm",
            "start",
          ],
        },
        "remoteEnv": {
          "NPM_TOKEN": "\${localEnv:NPM_TOKEN}",
          "PATH": "\${containerEnv:PATH}:/opt/x/bin",
        },
        "remoteUser": "dev",
        "runArgs": [
          "--cpus=2",
          "--memory=1073741824",
        ],
        "secrets": {
          "NPM_TOKEN": {},
        },
        "workspaceFolder": "/workspaces/shop",
        "workspaceMount": "source=\${localWorkspaceFolder},target=/workspaces/shop,type=bind",
      }
    `);
    expect([files.length, notes]).toEqual([1, []]);
  });

  it('has a compose file beside it for services', () => {
    const { files, json } = read(wide);
    expect(json).toMatchInlineSnapshot(`
      {
        "dockerComposeFile": "compose.yaml",
        "forwardPorts": [
          3000,
        ],
        "name": "shop",
        "onCreateCommand": "npm ci",
        "postStartCommand": {
          "css": "npm run css",
          "web": [
            "npm",
            "start",
          ],
        },
        "remoteEnv": {
          "NPM_TOKEN": "\${localEnv:NPM_TOKEN}",
          "PATH": "\${containerEnv:PATH}:/opt/x/bin",
        },
        "remoteUser": "dev",
        "secrets": {
          "NPM_TOKEN": {},
        },
        "service": "workspace",
        "workspaceFolder": "/workspaces/shop",
      }
    `);
    expect(files.map(({ name }) => name)).toEqual(['devcontainer.json', 'compose.yaml']);
    expect(files[1]?.text).toContain('source: "../config"\n');
    // The editor forwards 3000; two programs cannot open it.
    expect(files[1]?.text).not.toContain('3000');
  });

  it('runs several hooks of a moment one after the other', () => {
    const hooks = { create: [{ go: 'go version' }, { a: 'true', b: ['echo', "it's"] }] };
    const { files } = writeDevcontainer(makeSource('', {}, (environment) => ({ ...environment, hooks })));
    expect(JSON.parse(files[0].text)).toMatchObject({
      onCreateCommand: `set -e\ngo version\nsh -c true & p0=$!; sh -c 'echo '\\''it'\\''\\'\\'''\\''s'\\''' & p1=$!; wait "$p0" && wait "$p1"`,
    });
  });

  it('runs one command once in a new container, although it is also the one for updates', () => {
    const { json, notes } = read('hooks: {create: npm ci, update: npm ci}\n');
    expect(notes).toEqual([]);
    expect([json['onCreateCommand'], json['updateContentCommand']]).toEqual([undefined, 'npm ci']);
    expect(read('hooks: {create: npm ci, update: npm i}\n').json).toMatchObject({ onCreateCommand: 'npm ci' });
  });

  it('keeps a text that looks like a reference, beside one', () => {
    const { json } = read('env: {A: "$${x${host:USER:-dev}"}\n');
    expect(json).toMatchObject({ containerEnv: { A: '${localEnv:DEVENV_NO_SUCH_VARIABLE:$}{x${localEnv:USER:dev}' } });
  });

  it('never holds the value of a secret', () => {
    const { files, json } = read('secrets: [NPM_TOKEN, {name: KEY, command: [pass, show, key]}]\n');
    expect(json).toMatchObject({ secrets: { NPM_TOKEN: {}, KEY: {} }, remoteEnv: { KEY: '${localEnv:KEY}' } });
    expect(files[0].text).not.toContain('pass');
  });

  it('has nothing that an editor would run on the machine', () => {
    const { files, notes } = read('prepare: make everything\n');
    expect(notes).toEqual(['prepare: no file has it; each person runs it by hand.']);
    expect(files[0].text).not.toContain('make everything');
  });
});
