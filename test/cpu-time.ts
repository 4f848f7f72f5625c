/**
 * Processor time that this process has used, in milliseconds. Tests of how long
 * work takes measure this: on a busy machine the clock goes on while others run.
 */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
