// By name, so that the bundle holds this one question: the package's editor
// prompt alone would bring half a megabyte of character tables.
export { confirm } from '@inquirer/prompts';
