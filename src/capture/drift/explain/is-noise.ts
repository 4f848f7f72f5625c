import { isExcluded } from '../../../environment/default-excludes.ts';

/** True for paths that no version keeps. */
export const isNoise = isExcluded;
