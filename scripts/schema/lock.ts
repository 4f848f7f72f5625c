import { integer, list, text, type Fragment, type Grammar } from '../../src/providers/fragment.ts';
import { projectName } from './grammars.ts';

const digest: Grammar = { pattern: '^sha256:[0-9a-f]{64}$', expected: '"sha256:" and 64 hex digits' };
const date: Grammar = {
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
  expected: 'a date such as 2025-06-30T12:00:00Z',
};
const string: Fragment = { type: 'string' };
const most = Number.MAX_SAFE_INTEGER;

const say = (fragment: Fragment, description: string): Fragment => ({ ...fragment, description });

/** The lock is written by devenv alone: no extensions, no defaults. */
const closed = (properties: Readonly<Record<string, Fragment>>, optional: readonly string[] = []): Fragment => ({
  type: 'object',
  properties,
  additionalProperties: false,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
});

const texts: Fragment = { type: 'object', additionalProperties: string };

const allowed: Fragment = {
  ...list(
    closed(
      {
        path: say(string, 'The path, or the name of the variable or label.'),
        reason: say(string, 'Why it is no secret, or may be known.'),
        content: say(text(digest), 'What was let pass there; something else is asked for again.'),
      },
      ['content'],
    ),
    undefined,
    1,
  ),
  description: 'What was taken for a secret, and was let pass.',
};

const version = closed(
  {
    number: say(integer(1, most), 'Counts from 1. Order is by number.'),
    kind: { type: 'string', enum: ['build', 'commit', 'rollback'], description: 'How the version came to be.' },
    parent: say(integer(1, most), 'The version that was current before.'),
    from: say(integer(1, most), 'The version whose image this one extends.'),
    content: say(text(digest), 'The identity of the image, equal on every engine.'),
    author: say(string, 'Who made it.'),
    date: say(text(date), 'When, in UTC.'),
    message: say(string, 'Why.'),
    size: say(integer(0, most), 'Bytes of the whole image, uncompressed.'),
    layers: say(integer(0, most), 'Number of layers.'),
    digest: say(text(digest), 'The manifest in the registry. Absent until it was verified there.'),
    items: say(
      closed({
        set: say(texts, 'What this version declares beyond the one it extends.'),
        unset: say(list(string), 'What it no longer declares.'),
      }),
      'What the version declares.',
    ),
    allowed,
  },
  ['parent', 'from', 'digest', 'allowed'],
);

const resolved: Fragment = {
  type: 'object',
  additionalProperties: texts,
  description: 'Exact versions of everything declared, by provider and name.',
};

const service: Fragment = {
  type: 'object',
  oneOf: [
    closed({
      image: say(string, 'The image, as devenv.yaml has it.'),
      digest: say(text(digest), 'What the registry had under that name when the service was first brought up.'),
    }),
    closed({ build: say(text(digest), 'Hash of what devenv.yaml asks of the image.'), resolved, allowed }, ['allowed']),
  ],
};

const seed: Fragment = {
  ...closed(
    {
      digest: say(text(digest), 'The manifest in the registry.'),
      volumes: say(list(string, undefined, 1), 'The volumes that it fills.'),
      author: say(string, 'Who pushed it.'),
      date: say(text(date), 'When, in UTC.'),
      allowed,
    },
    ['allowed'],
  ),
  description: 'The data that a new workspace starts with where devenv.yaml has `data: seed`.',
};

/** devenv-lock.yaml, format 1. */
export const lockSchema: Fragment = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://unpkg.com/@teamvm/devenv@0/schemas/devenv-lock.schema.json',
  title: 'devenv-lock.yaml',
  description: 'The versions of an environment, as devenv records them. Written by devenv alone.',
  ...closed(
    {
      lock: { type: 'integer', const: 1, description: 'The format of this file.' },
      name: say(text(projectName), 'The name of the environment.'),
      current: say(integer(1, most), 'The version that `devenv up` makes a workspace of.'),
      shape: say(text(digest), 'Hash of the part of devenv.yaml that shapes the image.'),
      resolved,
      services: { type: 'object', additionalProperties: service, description: 'The images of services, by name.' },
      seed,
      steps: {
        type: 'object',
        propertyNames: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        additionalProperties: text(digest),
        description:
          'Build steps whose images `devenv build --cache-to` sent to the registry: key of the step → manifest.',
      },
      versions: { ...list(version, undefined, 1), description: 'Every version, oldest first.' },
    },
    ['services', 'seed', 'steps'],
  ),
};
