import type { Context } from '../../ports/context.ts';

const operations = { get: 'fill', store: 'approve', erase: 'reject' } as const;

/** Keys of a question. Not `url`, which could name another host than `host`. */
const keys = new Set([
  'protocol',
  'host',
  'path',
  'username',
  'password',
  'password_expiry_utc',
  'oauth_refresh_token',
]);

/** A question of git in a workspace. */
interface CredentialQuestion {
  readonly verb: 'fill' | 'approve' | 'reject';
  /** `https://git.example.com`, with the port if there is one. */
  readonly origin: string;
  /** The question, printed anew from its parsed keys, for `git credential`. */
  readonly text: string;
}

/** Parses the operation and lines of `key=value`. Absent if the question is invalid or could mean two hosts. */
export function parseCredentialQuestion(question: string): CredentialQuestion | undefined {
  const [operation = '', ...lines] = question.split('\n');
  const verb = Object.hasOwn(operations, operation) ? operations[operation as keyof typeof operations] : undefined;
  const found = new Map<string, string>();
  for (const line of lines) {
    const end = line.indexOf('=');
    const key = line.slice(0, Math.max(end, 0));
    if (!keys.has(key)) continue;
    const value = line.slice(end + 1);
    if (found.has(key) || /\p{Cc}/u.test(value)) return undefined;
    found.set(key, value);
  }
  const origin = `${found.get('protocol') ?? ''}://${found.get('host') ?? ''}`;
  if (verb === undefined || !/^https?:\/\/[^/@?#\s]+$/.test(origin)) return undefined;
  const rows = [...found].map(([key, value]) => `${key}=${value}\n`);
  return { verb, origin, text: `${rows.join('')}\n` };
}

/** Answers with the person's login, only for `hosts`. Empty without one; asks nothing at the terminal. */
export async function answerCredential(
  { git }: Context,
  folder: string,
  hosts: ReadonlySet<string>,
  question: string,
): Promise<string> {
  const parsed = parseCredentialQuestion(question);
  if (parsed === undefined || !hosts.has(parsed.origin)) return '';
  return git.askCredential(folder, parsed.verb, parsed.text);
}
