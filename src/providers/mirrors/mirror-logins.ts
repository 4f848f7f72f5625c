/** The addresses of the mirrors of one package manager, with their logins if the person lets builds use them. */
export class MirrorLogins {
  /** Sentences for people, one for each login that is left out. */
  readonly notes = new Set<string>();
  /** Values that no output may show. */
  readonly secrets = new Set<string>();
  readonly #provider: string;
  readonly #mayUse: boolean;

  constructor(provider: string, mayUse: boolean) {
    this.#provider = provider;
    this.#mayUse = mayUse;
  }

  /** An address as the steps get it. */
  take(address: string): string {
    const [, scheme = '', login = '', rest = ''] = /^([a-z0-9]+:\/\/)([^@/]*)@(.*)$/i.exec(address) ?? [];
    if (scheme === '') return address;
    const [user = '', password = user] = login.split(/:(.*)/s);
    return this.allow(scheme + rest, [password]) ? address : scheme + rest;
  }

  /** Whether steps may get a login for an address; notes it if not. `secrets`: as they are written. */
  allow(address: string, secrets: readonly string[]): boolean {
    if (!this.#mayUse) {
      this.notes.add(
        `The login for ${address} is not used: builds get it only with \`logins: [${this.#provider}]\` in ~/.config/teamvm/config.yaml.`,
      );
      return false;
    }
    for (const secret of secrets) for (const form of [secret, decode(secret)]) this.secrets.add(form);
    return true;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
