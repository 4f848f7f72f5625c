/** Where the project is in every workspace. */
export const projectTarget = '/workspace';
