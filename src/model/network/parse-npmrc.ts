/** The keys of an .npmrc, with `${NAME}` replaced by variables as npm does. Later lines win; other sections and lists are left out. */
export function parseNpmrc(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) break;
    const at = line.indexOf('=');
    const key = line.slice(0, Math.max(0, at)).trim();
    if (key === '' || /^[#;]|\[\]$/.test(key)) continue;
    const plain = line
      .slice(at + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2');
    keys.set(
      key,
      plain.replace(/\$\{(\w+)\}/g, (written, name: string) => variables[name] ?? written),
    );
  }
  return keys;
}

/** The keys that log in to a registry: its address without the scheme, or a part of it, and one of these. */
const loginKeys = ['_authToken', '_auth', 'username', '_password'] as const;

/** What an .npmrc says for the login to a registry, by its key: the most exact address counts, as for npm. */
export function findNpmLogin(keys: ReadonlyMap<string, string>, registry: string): ReadonlyMap<string, string> {
  const { host, pathname } = new URL(registry);
  for (let path = pathname.replace(/\/?$/, '/'); ; path = path.replace(/[^/]*\/$/, '')) {
    const found = loginKeys.flatMap((key) => {
      const value = keys.get(`//${host}${path}:${key}`) ?? keys.get(`//${host}${path.replace(/\/$/, '')}:${key}`);
      return value === undefined || value === '' ? [] : [[`//${host}${path}:${key}`, value] as const];
    });
    if (found.length > 0 || path === '/' || path === '') return new Map(found);
  }
}

/** The value of an `Authorization` header for a login as `findNpmLogin` gives it. */
export function authorizeNpm(login: ReadonlyMap<string, string>): string | undefined {
  const by = new Map([...login].map(([key, value]) => [key.slice(key.lastIndexOf(':') + 1), value]));
  const token = by.get('_authToken');
  if (token !== undefined) return `Bearer ${token}`;
  const basic = by.get('_auth');
  if (basic !== undefined) return `Basic ${basic}`;
  const [user, password] = [by.get('username'), by.get('_password')];
  // npm has the password in base64.
  return user === undefined || password === undefined ? undefined : `Basic ${btoa(`${user}:${atob(password)}`)}`;
}
