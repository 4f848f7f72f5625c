/** A dollar sign that begins no variable. devcontainer.json has no escape: it is the default of a variable that nobody sets. */
export const literalDollar = '${localEnv:DEVENV_NO_SUCH_VARIABLE:$}';
