// By name, for the same reason as in ask-confirm.ts.
export { select } from '@inquirer/prompts';
