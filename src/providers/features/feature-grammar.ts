import { noPrototype, segment } from '../grammars.ts';
import type { Grammar } from '../fragment.ts';

const host = '(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)';
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
/** With a dot or a port, as registries have: `git` alone was a name of the first Features. */
const name = `(?=[^/]*[.:])${host}(?::[0-9]{1,5})?(?:/${part}){1,10}`;
const version = '(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|@sha256:[0-9a-f]{64})?';
const folder = `\\./${segment}(?:/${segment}){0,20}`;
const tarball = 'https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[!-;=?-_a-~]{1,1000}';

export const featureSource: Grammar = {
  pattern: `^(?=.{1,1100}$)(?:${name}${version}|${folder}|${tarball})$`,
  expected:
    'a Feature: a name in a registry such as ghcr.io/devcontainers/features/go:1, ./ and a folder of the project, or the address of a .tgz',
};

export const featureName: Grammar = {
  pattern: `^(?=.{1,1100}$)(?:${name}|${folder}|${tarball})$`,
  expected: 'the name of a Feature without its version, such as ghcr.io/devcontainers/features/go',
};

export const optionName: Grammar = {
  pattern: `^${noPrototype}[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$`,
  expected: 'the name of an option',
};
