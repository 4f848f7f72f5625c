import { describe, expect, it } from 'vitest';
import { cpuTime } from '../../cpu-time.ts';
import { parseDockerfile } from '../../../src/environment/dockerfile/parse-dockerfile.ts';
import { pinDockerfile } from '../../../src/image/base/pin-dockerfile.ts';
import type { DockerfileBase } from '../../../src/model/image-inputs.ts';

const read = (text: string, rest: Partial<DockerfileBase> = {}): ReturnType<typeof parseDockerfile> =>
  parseDockerfile(text, { kind: 'dockerfile', dockerfile: 'Dockerfile', context: '.', args: {}, secrets: [], ...rest });

const pathsOf = (text: string, rest: Partial<DockerfileBase> = {}): readonly string[] =>
  read(text, rest).sources.map(({ path }) => path);

describe('parseDockerfile', () => {
  it('lists what COPY, ADD and mounts take from the context, and nothing else', () => {
    const text = [
      'FROM debian:12 AS tools',
      'COPY --chown=1000:1000 ./package.json package-lock.json \\',
      '  # a comment between',
      '  src/lib/ /app/',
      'ADD ["my file", "/app/"]',
      'ADD https://example.test/tool.tar.gz /opt/',
      'COPY <<EOF /etc/motd',
      'COPY not-a-file /x',
      'EOF',
      'RUN --mount=type=bind,source=go.sum,target=go.sum --mount=type=cache,target=/root/.cache true',
      'FROM debian:12',
      'COPY --from=tools /app /app',
    ].join('\n');
    expect(pathsOf(text)).toEqual(['package.json', 'package-lock.json', 'src/lib', 'my file', 'go.sum']);
    expect(read(text).complete).toBe(true);
  });

  it('puts the values of ARG and ENV into paths, and says when a value is not known', () => {
    const text = 'ARG DIR=app\nFROM debian\nARG DIR\nENV SUB=lib\nCOPY ${DIR}/$SUB ${OTHER:-deps} /x/\n';
    expect(pathsOf(text)).toEqual(['app/lib', 'deps']);
    expect(pathsOf(text, { args: { DIR: 'web' } })).toEqual(['web/lib', 'deps']);
    expect(read('FROM debian\nARG DIR\nCOPY $DIR /x\n').complete).toBe(false);
  });

  it.each([
    'RUN --network=host curl http://localhost',
    'RUN --mount=type=cache,target=/c --security=insecure true',
    'ONBUILD RUN --network="host" true',
    'RUN \\\n  # a comment\n  --network=host true',
    // No heredoc for builders that do not know them.
    'RUN cat <<EOF\nRUN --network=host true\nEOF',
  ])('refuses rights beyond those of a container: %s', (line) => {
    expect(() => read(`FROM debian\n${line}\n`)).toThrow(/more than a container/);
  });

  it('takes the networks of any container, and words that look like flags', () => {
    const text =
      'FROM debian\nRUN --network=none true\nRUN --network="default" true\nRUN docker run --network=host x\n';
    expect(read(text).images).toHaveLength(1);
  });

  it.each([
    'http://127.0.0.1:8080/x',
    'http://169.254.169.254/latest',
    'https://${HERE}/x',
    '["http://localhost/x", "/"]',
  ])('refuses to add what only the machine of the engine serves: %s', (source) => {
    const target = source.startsWith('[') ? '' : ' /x';
    expect(() => read(`FROM debian\nARG HERE=2130706433\nADD ${source}${target}\n`)).toThrow(/own machine/);
  });

  it.each([
    ['a variable that the base may have', 'ADD $SOURCE /x'],
    ['quotes within a word', 'ADD h"ttp"://127.0.0.1/x /x'],
    ['escapes', 'ADD http\\://127.0.0.1/x /x'],
    ['an escape in a list', 'ADD ["http\\\\://127.0.0.1/x", "/x"]'],
    ['a scheme in a variable', 'ARG P=http\nADD ${P%x}://127.0.0.1/x /x'],
    ['a repository', 'ADD git@127.0.0.1:x/y /x'],
    ['a repository at an address', 'ADD https://example.test/x.git /x'],
    ['a file beside an address', 'ADD package.json https://example.test/x /x'],
    ['an instruction for children', 'ONBUILD ADD https://example.test/x /x'],
    ['what looks like a heredoc', 'RUN echo "<<EOF"\nADD http://127.0.0.1/x /x\nRUN echo \\\nEOF'],
    ['text for some builders', 'RUN cat <<EOF\nADD http://127.0.0.1/x /x\nEOF'],
    ['another escape character', 'RUN echo `\nADD http://127.0.0.1/x /x'],
    ['a blank that is none', '\u00a0ADD http://127.0.0.1/x /x'],
    ['no name of a file', 'ADD https://example.test/ /x/'],
    ['a name with wildcards', 'ADD https://example.test/a*b /x/'],
  ])('refuses to add an address that it cannot fetch itself: %s', (_, text) => {
    expect(() => read(`FROM debian\n${text}\n`)).toThrow(
      expect.objectContaining({ code: 'DOCKERFILE_INVALID', at: expect.stringMatching(/^Dockerfile:[1-4]$/) }),
    );
  });

  it('takes files of the project with variables and odd names', () => {
    const text = 'FROM debian\nARG V=1\nADD target/app-${V}.jar ./a@b [c].txt /x\nRUN git add https://x\n';
    expect(pathsOf(text)).toEqual(['target/app-1.jar', 'a@b', '[c].txt']);
  });

  it.each([
    ['# syntax=evil.test/frontend:1', {}],
    ['#!/usr/bin/env docker\n# syntax=evil.test/frontend:1', {}],
    ['# other1=x\n  #syntax = evil.test/frontend:1', {}],
    ['# syntax=docker/dockerfile@evil.test/x', {}],
    ['', { BUILDKIT_SYNTAX: 'evil.test/frontend:1' }],
  ])('refuses another builder, which would have the network of the machine: %j', (head, args) => {
    expect(() => read(`${head}\nFROM debian\n`, { args })).toThrow(/network of the engine's machine/);
  });

  it('reads a Dockerfile that is made to be slow in a moment', () => {
    const begun = cpuTime();
    const doubled = Array.from({ length: 40 }, () => 'ENV A=$A$A').join('\n');
    expect(read(`FROM debian\nENV A=0123456789\n${doubled}\nCOPY $A /x\n`).complete).toBe(false);
    const many = Array.from({ length: 30_000 }, (_, index) => index.toString(36)).join(' ');
    expect(read(`FROM debian\nCOPY ${many} /x/\n`).complete).toBe(false);
    const values = Array.from({ length: 10_000 }, (_, index) => `A${String(index)}=1`).join(' ');
    const stages = `FROM debian AS a\nENV ${values}\n${'FROM a\n'.repeat(20_000)}`;
    expect(() => read(stages)).toThrow(/more than 200 stages/);
    read(`FROM debian\nRUN ${'<<A '.repeat(30_000)}\n${'A\n'.repeat(30_000)}`);
    read(`FROM debian\n${'ONBUILD '.repeat(10_000)}\n${'ONBUILD RUN --a\n'.repeat(10_000)}`);
    read(`FROM debian\n${'\n'.repeat(200_000)}RUN ${'--a '.repeat(10_000)}\n`);
    expect(cpuTime() - begun).toBeLessThan(3000);
  });

  it('lists the images of the stages that the target needs', () => {
    const text = [
      'ARG VARIANT=bookworm',
      'FROM debian:${VARIANT} AS base',
      'FROM node:24 AS unused',
      'FROM base AS dev',
      'COPY --from=ghcr.io/astral-sh/uv:0.4 /uv /bin/',
      'FROM scratch',
      'COPY after /',
    ].join('\n');
    const { images, sources } = read(text, { target: 'dev' });
    expect(images.map(({ reference, line }) => [reference, line])).toEqual([
      ['debian:bookworm', 2],
      ['ghcr.io/astral-sh/uv:0.4', 5],
    ]);
    expect(sources).toEqual([]);
    expect(read(text).images).toEqual([]);
  });

  it.each([
    ['FROM debian\nCOPPY a /b\n', 'Dockerfile:2', /unknown instruction "COPPY". Did you mean COPY\?/],
    ['# comment\nRUN true\nFROM debian\n', 'Dockerfile:2', /RUN comes before the first FROM/],
    ['ARG X\nFROM debian:$X\n', 'Dockerfile:2', /FROM names \$\{X\}, and no ARG before it gives X a value/],
    ['FROM debian as\n', 'Dockerfile:1', /a name only after "AS"/],
    ['# nothing\n', 'Dockerfile:1', /it has no FROM/],
  ])('refuses %j with its line', (text, at, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'DOCKERFILE_INVALID', at, message: expect.stringMatching(message) }),
    );
  });

  it('names the stages if the target does not exist', () => {
    expect(() => read('FROM debian AS build\nFROM debian AS develop\n', { target: 'devlop' })).toThrow(
      expect.objectContaining({
        code: 'DOCKERFILE_INVALID',
        suggestions: ['Did you mean "develop"? Its stages: build, develop.'],
      }),
    );
  });

  it('accepts instructions that another syntax may have', () => {
    expect(() => read('# syntax=docker/dockerfile:2\nFROM debian\nFUTURE x\n')).not.toThrow();
  });

  it('reads a hostile file of many variables and wildcards in a moment', () => {
    const text = `FROM debian\n${'COPY '.concat('$'.repeat(20_000))} /x\nRUN ${'<<A '.repeat(20_000)}\n`;
    const start = cpuTime();
    read(text);
    expect(cpuTime() - start).toBeLessThan(2_000);
  });
});

describe('pinDockerfile', () => {
  it('replaces exactly the images, and keeps the lines', () => {
    const text = [
      'ARG V=12',
      'FROM --platform=linux/amd64 debian:${V} AS one',
      'RUN echo debian:${V}',
      'FROM \\',
      '  debian:${V}',
      'COPY --from=tools:1 /a /b',
      'RUN --mount=from=tools:1,target=/x cat tools:1',
    ].join('\n');
    const exact = new Map([
      ['debian:12', 'debian@sha256:aa'],
      ['tools:1', 'tools@sha256:bb'],
    ]);
    expect(pinDockerfile(text, read(text).images, exact).split('\n')).toEqual([
      'ARG V=12',
      'FROM --platform=linux/amd64 debian:${V} AS one',
      'RUN echo debian:${V}',
      'FROM \\',
      '  debian@sha256:aa',
      'COPY --from=tools@sha256:bb /a /b',
      'RUN --mount=from=tools@sha256:bb,target=/x cat tools:1',
    ]);
  });
});
