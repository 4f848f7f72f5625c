/** An address without its login, which stays on this machine: `notes` gets a line for people. */
export function withoutLogin(address: string, notes: { add: (note: string) => unknown }): string {
  const [, scheme = '', rest = ''] = /^([a-z0-9+]+:\/\/)[^@/]*@(.*)$/i.exec(address) ?? [];
  if (scheme === '') return address;
  notes.add(`The login for ${scheme}${rest} is not used: a build gets no passwords of this machine.`);
  return scheme + rest;
}
