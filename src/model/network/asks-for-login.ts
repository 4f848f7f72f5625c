/**
 * True if output of a program says that a proxy wants a login: in the words of
 * apt, npm, pip, gem, curl, wget, git, cargo, Go, Node, Docker and Podman.
 */
export const asksForLogin = (output: readonly string[]): boolean => output.some((line) => denial.test(line));

/** The status, and no part of a version or a longer number. */
const status = String.raw`(?<![\w.])407(?!\w|\.\d)`;
const denial = new RegExp(
  [
    'Proxy Authentication Required',
    String.raw`\bE407\b`,
    String.raw`\bstatusCode=407\b`,
    String.raw`${status}.{0,80}\b(?:proxy|tunnel|CONNECT)`,
    String.raw`\b(?:proxy|tunnel\w*|CONNECT)\b.{0,80}${status}`,
  ].join('|'),
  'i',
);
