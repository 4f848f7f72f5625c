/**
 * True if output of a program says that a proxy wants a login: in the words of
 * apt, npm, pip, gem, curl, wget, git, cargo, Go, Node, Docker and Podman.
 */
export const asksForLogin = (output: readonly string[]): boolean => output.some((line) => denial.test(line));

const denial =
  /Proxy Authentication Required|\bE407\b|\b407\b.{0,80}\b(?:proxy|tunnel|CONNECT)|\b(?:proxy|tunnel\w*|CONNECT)\b.{0,80}\b407\b|\bstatusCode=407\b/i;
