import { printVariables } from './shell/variables.ts';

/** git refuses folders of other users ("dubious ownership"), in which root works in workspaces and builders. Users who can write there can become root there anyway. */
export const gitTrust = ['safe.directory', '*'] as const;

/** The same as environment variables. */
export const gitTrustVariables: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: gitTrust[0],
  GIT_CONFIG_VALUE_0: gitTrust[1],
};

/** Prepends these variables: later ones of the same name win. */
export const withGitTrust = (env: readonly string[]): readonly string[] => [
  ...printVariables(gitTrustVariables),
  ...env,
];
