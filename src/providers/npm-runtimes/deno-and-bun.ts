import type { Provider } from '../provider.ts';
import { describeRuntime, pinsOf } from './describe-runtime.ts';

const version = {
  pattern: '^(?:latest|(?:0|[1-9][0-9]{0,4})(?:\\.[0-9]{1,5}){0,2})$',
  expected: 'a version such as 2, 2.1 or 2.1.0, or latest',
};

/** Runtimes that are one program in one package. `{arch}` and `{cpu}` as in `unpack`. */
export const denoAndBun: readonly Provider[] = [
  {
    name: 'deno',
    title: 'Deno',
    source: '@deno/linux-{arch}-glibc',
    to: '/usr/local/bin',
    program: 'deno',
    major: '2',
  },
  { name: 'bun', title: 'Bun', source: '@oven/bun-linux-{cpu}', to: '/usr/local', program: 'bin/bun', major: '1' },
].map(({ name, title, source, to, program, major }) =>
  describeRuntime({
    ...{ name, title, version, files: ['.tool-versions', 'mise.toml'], examples: [major, 'latest'] },
    clear: { kind: 'exec', argv: ['rm', '-f', '--', `/usr/local/bin/${name}`] },
    install: (range, pins) => [
      { ...{ kind: 'unpack', package: source, name, range, to }, pins: pinsOf(name, range, pins), paths: [program] },
      { kind: 'exec', argv: [`/usr/local/bin/${name}`, '--version'] },
    ],
    printed: /^(?:[a-z]+ )?(\d{1,4}\.\d{1,4}\.\d{1,4})(?=\s|$)/,
  }),
);
