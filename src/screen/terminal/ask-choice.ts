// By name, for the same reason as in ask-confirm.ts.
export { checkbox } from '@inquirer/prompts';
