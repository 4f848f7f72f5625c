/**
 * True if output of a program says that it reached no server: in the words of
 * apt, npm, pip, gem, curl, wget, git, cargo, Go, composer and mise.
 */
export const isUnreachable = (output: readonly string[]): boolean => output.some((line) => failure.test(line));

const failure = new RegExp(
  [
    // Names
    'Temporary failure (?:resolving|in name resolution)',
    'Name or service not known',
    "(?:could not|couldn't|unable to) resolve",
    'no such host',
    'dns error',
    String.raw`\b(?:EAI_AGAIN|ENOTFOUND)\b`,
    // Connections
    'connection (?:refused|timed out|reset by peer)',
    'network is unreachable',
    'no route to host',
    "(?:could not|couldn't|failed to|unable to|cannot) (?:initiate the connection|connect) to",
    'failed to (?:establish a new connection|open TCP connection)',
    String.raw`\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b`,
    String.raw`\bi/o timeout\b`,
    'read timed out',
  ].join('|'),
  'i',
);
