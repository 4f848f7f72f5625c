/** Seconds that a service may take to end: a database may have much to write when it is told to stop. */
export const serviceStopTimeout = 30;

/** Seconds that a workspace may take to end: its first program ends at once. */
export const workspaceStopTimeout = 5;
