import { hints, validate } from './generated/validate-machine.js';
import { readDocument } from './read-document.ts';
import type { Keys } from '../model/json.ts';

/** config.yaml: how a person's machine reaches the world. */
export interface MachineConfig {
  /** Texts as they are written: they may hold a password. */
  readonly proxy?: {
    readonly http?: string;
    readonly https?: string;
    readonly all?: string;
    readonly direct?: string | readonly string[];
  };
  /** Providers whose logins at their registries build steps may use. */
  readonly logins?: readonly string[];
  /** Program that `devenv code` starts: a name, or an absolute path. */
  readonly editor?: string;
  /** False: nothing asks for newer versions of devenv. */
  readonly updates?: boolean;
}

/** Parses config.yaml. Throws one CONFIG_INVALID with all problems. `file` is the name to show. */
export function parseMachine(text: string, file: string): MachineConfig {
  const value: Keys = readDocument(text, file, {
    expected: 'some of the keys proxy, logins, editor and updates',
    hints,
    findSchemaErrors: (keys) => (validate(keys) ? [] : (validate.errors ?? [])),
    check: () => [],
  });
  return value;
}
