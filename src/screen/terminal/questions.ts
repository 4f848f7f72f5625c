// By name: the package's editor prompt alone would bring half a megabyte of character tables into the bundle.
export { checkbox, confirm, password, select } from '@inquirer/prompts';
export { assign } from './assign.ts';
