/** Seconds that a service may take to stop: a database may have much to write. */
export const serviceStopTimeout = 30;

/** Seconds that a workspace may take to stop: its first process ends at once. */
export const workspaceStopTimeout = 5;
