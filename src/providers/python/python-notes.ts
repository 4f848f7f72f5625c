/** The notes of the steps in the image: a line for each package of `packages.pip`, with its version, hashes, and what it needs of this list. */
export const pipNotes = '/var/lib/devenv/pip';
/** The same of requirement files, virtual environments and pipx: one file for each set, which begins with `# NAME`. */
export const setNotes = '/var/lib/devenv/requirements';
/** Requirement files of the project, at their paths there. */
export const requirementFiles = `${setNotes}/files`;
