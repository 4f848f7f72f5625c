import { DevenvError } from '../../errors/devenv-error.ts';

/** An address without its login, which stays on this machine: `notes` gets a line for people. */
export function withoutLogin(address: string, notes: { add: (note: string) => unknown }): string {
  const [, scheme = '', rest = ''] = /^([a-z0-9+]+:\/\/)[^@/]*@(.*)$/i.exec(address) ?? [];
  if (scheme === '') return address;
  notes.add(`The login for ${scheme}${rest} is not used: a build gets no passwords of this machine.`);
  return scheme + rest;
}

/** Throws USAGE unless an address of this machine's settings is one of http or https. `what`, `hint`: for people. */
export function requireHttp(address: string, what: string, hint: string): string {
  if (/^https?:\/\/(?:[^@/\s]*@)?[A-Za-z0-9.[\]:_-]+(?:\/\S*)?$/.test(address)) return address;
  throw new DevenvError('USAGE', `${what} of this machine is not an http or https address.`, { hint });
}
