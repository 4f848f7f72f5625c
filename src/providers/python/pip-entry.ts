import type { Grammar } from '../fragment.ts';

const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?';
const version = '(?:[0-9]{1,4}!)?[0-9](?:[0-9A-Za-z.+_-]{0,62}[0-9A-Za-z])?';
const part = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}';

/** A Python package, with its version or without. */
export const pythonPackage: Grammar = {
  pattern: `^${name}(?:==${version})?$`,
  expected: 'a Python package such as requests, or with its version such as requests==2.32.3',
};

/** A Python package, or a requirement file of the project. */
export const pipEntry: Grammar = {
  pattern: `^(?:${name}(?:==${version})?|-r ${part}(?:/${part}){0,10})$`,
  expected:
    'a Python package such as requests, requests==2.32.3, or a file of the project such as "-r requirements.txt"',
};
