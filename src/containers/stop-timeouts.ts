/** Seconds that a service may take to stop, as in Compose. */
export const serviceStopTimeout = 10;

/** Seconds that a workspace may take to stop: its first process ends at once. */
export const workspaceStopTimeout = 5;
