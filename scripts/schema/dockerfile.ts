import { list, map, text, type Fragment } from '../../src/providers/fragment.ts';
import { projectPath } from '../../src/providers/grammars.ts';
import * as grammar from './grammars.ts';

/** Numbers and booleans count as the text that is written. */
export const envValue: Fragment = {
  type: ['string', 'number', 'boolean'],
  pattern: grammar.anyText.pattern,
  patternErrorMessage: 'text without NUL',
};

/** How to build an image from a Dockerfile; for `base`, and for `build` of a service. */
export const dockerfileKeys = {
  dockerfile: text(projectPath, {
    description: "The Dockerfile to build, relative to devenv.yaml. The engine's own builder builds it.",
    default: null,
    examples: ['Dockerfile', '.devcontainer/Dockerfile'],
  }),
  context: text(grammar.contextFolder, {
    description:
      'The folder that the Dockerfile copies files from, relative to devenv.yaml, less what .dockerignore leaves out.',
    default: '.',
    examples: ['.', 'app'],
  }),
  target: text(grammar.stage, {
    description: 'The stage of the Dockerfile to build. Default: the last one.',
    default: null,
    examples: ['dev'],
  }),
  args: map(grammar.envName, envValue, {
    description: 'Values for ARG instructions. They stay in the history of the image: no secrets.',
    default: {},
    examples: [{ VARIANT: 'bookworm' }],
  }),
  secrets: list(text(grammar.envName), {
    description:
      'Names of `secrets` that instructions may mount, by `RUN --mount=type=secret,id=NAME`. They are in no layer. Needs an engine with BuildKit.',
    default: [],
    examples: [['NPM_TOKEN']],
  }),
};
