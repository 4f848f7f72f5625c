import { asMap, parseJson } from '../../model/json.ts';

/** The logins in Docker's config.json. Malformed parts are ignored. */
export interface DockerConfig {
  readonly auths: readonly (readonly [key: string, login: Login])[];
  readonly credHelpers: readonly (readonly [key: string, helper: string])[];
  readonly credsStore: string | undefined;
}

export interface Login {
  readonly username: string;
  readonly password: string;
  readonly identityToken?: string;
}

/** Never throws: an unreadable file means an anonymous try. */
export function parseDockerConfig(text: string): DockerConfig {
  const root = asMap(parseJson(text));
  return {
    auths: Object.entries(asMap(root['auths'])).flatMap(([key, entry]) => {
      const login = parseLogin(asMap(entry));
      return login === undefined ? [] : [[key, login] as const];
    }),
    credHelpers: Object.entries(asMap(root['credHelpers'])).flatMap(([key, helper]) =>
      isHelper(helper) ? [[key, helper] as const] : [],
    ),
    credsStore: isHelper(root['credsStore']) ? root['credsStore'] : undefined,
  };
}

/** What `docker-credential-X get` prints. */
export function parseHelperOutput(stdout: string): Login | undefined {
  const { Username: username, Secret: secret } = asMap(parseJson(stdout));
  if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
  return username === '<token>'
    ? { username: '', password: '', identityToken: secret }
    : { username, password: secret };
}

function parseLogin(entry: Readonly<Record<string, unknown>>): Login | undefined {
  const token = entry['identitytoken'];
  if (typeof token === 'string' && token !== '') return { username: '', password: '', identityToken: token };
  const decoded = typeof entry['auth'] === 'string' ? Buffer.from(entry['auth'], 'base64').toString('utf8') : '';
  const colon = decoded.indexOf(':');
  if (colon > 0) {
    // Docker pads some passwords with NUL.
    return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
  }
  const { username, password } = entry;
  const plain = typeof username === 'string' && typeof password === 'string' && username !== '';
  return plain ? { username, password } : undefined;
}

/** Part of a program's name: nothing that could be a path. */
const isHelper = (value: unknown): value is string => typeof value === 'string' && /^[a-z0-9-]+$/.test(value);
