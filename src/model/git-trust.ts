/** For root, who works in folders of others in a workspace and in builders: git refuses those ("dubious ownership"). Who may write there may become root there, too. */
export const gitTrust = ['safe.directory', '*'] as const;

/** The same as variables. */
export const gitTrustVariables: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: gitTrust[0],
  GIT_CONFIG_VALUE_0: gitTrust[1],
};

/** Variables with these in front, where others of the same names win. */
export const withGitTrust = (env: readonly string[]): readonly string[] => [
  ...Object.entries(gitTrustVariables).map(([name, value]) => `${name}=${value}`),
  ...env,
];
