import { leavesNoTraces, recognizeByPath, type ToolPattern, type Undeclared } from './ecosystem.ts';

const home = String.raw`\/(?:root|home\/[^/]+)`;

const runtime = (
  folder: string,
  { name, versionFile }: Pick<ToolPattern, 'name' | 'versionFile'> = {},
): ToolPattern => ({
  cause: 'runtime',
  path: new RegExp(`^(?<place>${folder})(?:/|$)`),
  ...(name !== undefined && { name }),
  ...(versionFile !== undefined && { versionFile }),
});

/** Runtimes, by the folders of the version managers that install them. */
export const runtimes: Undeclared = {
  ...leavesNoTraces,
  causes: { runtime: 'runtimes' },
  reason: 'devenv installs runtimes by `tools` only, and this one was installed by hand',
  recognition: recognizeByPath([
    runtime(`${home}/\\.nvm/versions/node/v(?<version>[^/]+)`, { name: 'node' }),
    runtime(`${home}/\\.nvm`, { name: 'nvm' }),
    runtime(`${home}/\\.local/share/fnm/node-versions/v(?<version>[^/]+)`, { name: 'node' }),
    runtime(`${home}/\\.volta`, { name: 'volta' }),
    runtime(`${home}/\\.pyenv/versions/(?<version>[^/]+)`, { name: 'python' }),
    runtime(`${home}/\\.pyenv`, { name: 'pyenv' }),
    runtime(`${home}/\\.local/share/uv/python/cpython-(?<version>[0-9.]+)[^/]*`, { name: 'python' }),
    runtime(`${home}/\\.rbenv/versions/(?<version>[^/]+)`, { name: 'ruby' }),
    runtime(`${home}/\\.sdkman/candidates/(?<name>[^/]+)/(?<version>[^/]+)`),
    runtime(`${home}/\\.rustup/toolchains/(?<version>[^/]+)`, { name: 'rust' }),
    runtime(`${home}/\\.rustup`, { name: 'rustup' }),
    runtime(`${home}/\\.deno`, { name: 'deno' }),
    runtime(`${home}/\\.bun`, { name: 'bun' }),
    runtime('/usr/local/go', { name: 'go', versionFile: (place) => `${place}/VERSION` }),
    runtime('/usr/lib/jvm/(?<name>[^/]+)'),
  ]),
};
