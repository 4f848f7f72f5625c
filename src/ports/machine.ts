/** Who and where we are: facts that do not change while a command runs. */
export interface Machine {
  /** As Node names it: `linux`, `darwin`. */
  readonly platform: string;
  /** Numeric user id; 0 for root. */
  readonly uid: number;
  readonly user: string;
  readonly hostname: string;
  /** Where records of this machine are kept. */
  readonly stateFolder: string;
  /** Where the person's own settings are. */
  readonly configFolder: string;
}
