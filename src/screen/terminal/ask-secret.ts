// By name, as ask-confirm.ts.
export { password } from '@inquirer/prompts';
