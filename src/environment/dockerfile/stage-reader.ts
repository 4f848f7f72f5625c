import { quote } from '../problem.ts';
import { readAdded, type AddedAddresses } from './added-addresses.ts';
import type { Instruction } from './read-instructions.ts';
import { cleanPath, readPairs, readPaths } from './read-operands.ts';

export interface ImageUse {
  readonly reference: string;
  /** As the Dockerfile writes it, with variables. */
  readonly written: string;
  readonly line: number;
  readonly lastLine: number;
}

/** A path or a pattern in the context. */
export interface Source {
  /** Without `.` parts and a slash at either end; empty for the whole context. */
  readonly path: string;
  readonly line: number;
  /** False for a stage that the target does not need. */
  readonly needed: boolean;
}

interface Stage {
  /** In lower case; empty for one without a name. */
  readonly name: string;
  readonly values: Map<string, string>;
  /** Indexes of earlier stages that it needs. */
  readonly needs: Set<number>;
  readonly sources: Omit<Source, 'needed'>[];
}

/** More are refused: comparing all with all takes minutes. */
const mostStages = 200;

/** Reads the instructions of a Dockerfile, in their order, into its stages. */
export class StageReader {
  readonly stages: Stage[] = [];
  readonly images: (ImageUse & { readonly stage: number })[] = [];
  readonly added: AddedAddresses[] = [];
  /** Name → line of what ARG declares, in any stage. */
  readonly declared = new Map<string, number>();
  /** False if something is copied whose path only the builder knows. */
  complete = true;
  readonly #global = new Map<string, string>();
  readonly #args: Readonly<Record<string, string>>;
  readonly #refuse: (line: number, message: string, hint?: string) => never;

  constructor(args: Readonly<Record<string, string>>, refuse: (line: number, message: string, hint?: string) => never) {
    this.#args = args;
    this.#refuse = refuse;
  }

  /** The index of a stage by its name or number; -1 if there is none. */
  find(name: string): number {
    const byName = this.stages.findLastIndex((stage) => stage.name !== '' && stage.name === name.toLowerCase());
    return byName >= 0 ? byName : /^\d+$/.test(name) && Number(name) < this.stages.length ? Number(name) : -1;
  }

  /** Reads FROM. */
  start(instruction: Instruction): void {
    const { line, rest } = instruction;
    if (this.stages.length === mostStages) this.#refuse(line, `it has more than ${String(mostStages)} stages.`);
    const [written = '', as = '', name = ''] = rest.split(/\s+/);
    if (written === '' || (as !== '' && (as.toUpperCase() !== 'AS' || name === ''))) {
      this.#refuse(line, 'FROM needs an image, and a name only after "AS".');
    }
    const found = substitute(written, this.#global);
    if ('missing' in found && !builderNames.test(found.missing)) {
      const { missing } = found;
      this.#refuse(
        line,
        `FROM names \${${missing}}, and no ARG before it gives ${missing} a value.`,
        `Write \`ARG ${missing}=VALUE\` before the first FROM, or give the value by \`args\` in devenv.yaml.`,
      );
    }
    const parent = 'text' in found ? this.find(found.text) : -1;
    const inherited = [...(this.stages[parent]?.values ?? [])];
    this.stages.push({ name: name.toLowerCase(), values: new Map(inherited), needs: new Set(), sources: [] });
    if ('text' in found) this.#use(found.text, written, instruction);
  }

  /** Reads an ARG before the first stage. */
  readGlobal(instruction: Instruction): void {
    this.#setValues(undefined, instruction);
  }

  /** Reads an instruction of the newest stage. `isTrigger`: it is that of an ONBUILD. */
  read(stage: Stage, instruction: Instruction, isTrigger: boolean): void {
    const { word, flags, rest } = instruction;
    if (word === 'ARG' || word === 'ENV') this.#setValues(stage, instruction);
    if (word === 'COPY' || word === 'ADD') {
      const from = flags.find(([name]) => name === 'from')?.[1];
      if (from !== undefined) this.#use(from, from, instruction);
      else if (word !== 'ADD' || isTrigger || !this.#addAddresses(stage, instruction))
        this.#addSources(stage, instruction, readPaths(rest));
    }
    for (const [name, value] of word === 'RUN' ? flags : []) {
      if (name !== 'mount') continue;
      const parts = new Map(value.split(',').map((part) => part.split(/=(.*)/s, 2) as [string, string]));
      const from = parts.get('from');
      if (from !== undefined) this.#use(from, from, instruction);
      else if ((parts.get('type') ?? 'bind') === 'bind')
        this.#addSources(stage, instruction, [parts.get('source') ?? parts.get('src') ?? '.']);
    }
  }

  /** Notes that the newest stage uses another stage, or an image. */
  #use(reference: string, written: string, { line, lastLine }: Instruction): void {
    const stage = this.find(reference);
    const own = this.stages.length - 1;
    if (stage >= 0 && stage !== own) this.stages[own]?.needs.add(stage);
    else if (reference !== 'scratch') this.images.push({ reference, written, line, lastLine, stage: own });
  }

  #setValues(stage: Stage | undefined, { word, rest, line }: Instruction): void {
    for (const [name, written] of readPairs(rest)) {
      if (word === 'ARG') this.declared.set(name, line);
      const values = stage?.values ?? this.#global;
      const given = Object.hasOwn(this.#args, name) ? this.#args[name] : undefined;
      const found = written === undefined ? undefined : substitute(written, values);
      const own = found !== undefined && 'text' in found ? found.text : undefined;
      const value = word === 'ENV' ? own : (given ?? own ?? (stage === undefined ? undefined : this.#global.get(name)));
      if (value === undefined) values.delete(name);
      else values.set(name, value);
    }
  }

  #addSources(stage: Stage, { line }: Instruction, paths: readonly string[]): void {
    for (const path of paths) {
      const found = substitute(path, stage.values);
      if ('missing' in found) this.complete = false;
      else stage.sources.push({ path: cleanPath(found.text), line });
    }
  }

  /** True if it adds web addresses, which devenv downloads. */
  #addAddresses(stage: Stage, instruction: Instruction): boolean {
    const found = readAdded(instruction, (word) => {
      const value = substitute(word, stage.values);
      return 'text' in value ? value.text : undefined;
    });
    if (typeof found === 'string') this.#refuse(instruction.line, `${quote(instruction.rest)} ${found}`);
    else if (found !== undefined) this.added.push(found);
    return found !== undefined;
  }
}

/** Names whose value the builder knows, such as the architecture. */
const builderNames = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** Text with the values of its variables, or the first name that has none. */
type Substituted = { readonly text: string } | { readonly missing: string };

/** Characters; a value that doubles again and again soon fills the memory. */
const longest = 64 * 1024;

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`. */
function substitute(text: string, values: ReadonlyMap<string, string>): Substituted {
  let missing: string | undefined;
  const form = /\\(.)|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^}]*))?\})/g;
  const replace = (_: string, escaped?: string, plain?: string, braced?: string, kind?: string, word = ''): string => {
    if (escaped !== undefined) return escaped;
    const name = plain ?? braced ?? '';
    const value = values.get(name) ?? '';
    if (kind === '+') return value === '' ? '' : word;
    if (value === '' && kind === '-') return word;
    if (!values.has(name)) missing ??= name;
    return value;
  };
  const replaced = text.replace(form, replace);
  if (replaced.length > longest) missing ??= text.slice(0, 40);
  return missing === undefined ? { text: replaced } : { missing };
}
