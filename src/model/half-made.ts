import type { Container } from './container.ts';

/** Nothing else is named so: workspaces and services have no names that begin with `-`. */
const ending = '.-filling';

/** What a container is called until it holds all that it is to start with. */
export const nameHalfMade = (name: string): string => `${name}${ending}`;

/** True for one whose making was killed in between: what is in it is a copy, and not all of it. */
export const isHalfMade = ({ name }: Pick<Container, 'name'>): boolean => name.endsWith(ending);
