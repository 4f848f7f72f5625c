/** Named places where tests make devenv die, fail or wait: promises are only worth what survives that. */
export interface Failpoints {
  /** Does nothing unless a test asked for this name. */
  reach(name: string): Promise<void>;
}
