import { DevenvError } from '../../errors/devenv-error.ts';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import { findNearest } from '../../errors/find-nearest.ts';
import { quote } from '../problem.ts';
import { readAdded, replaceAdded, type AddedAddresses } from './added-addresses.ts';
import { findExcess, type Excess } from './find-excess.ts';
import { readInstructions, type Instruction } from './read-instructions.ts';
import { builderNames, substitute } from './substitute.ts';
import { readPairs, readPaths, lineOf, cleanPath } from './read-operands.ts';

/** What a build reads besides the Dockerfile. */
export interface Dockerfile {
  /** Images of registries and of the engine that stages start from or copy from, where their names can be told. */
  readonly images: readonly ImageUse[];
  /** What the stages take from the context. */
  readonly sources: readonly Source[];
  /** False if something is copied whose path only the builder knows. */
  readonly complete: boolean;
  /** Name → line of what ARG declares, in any stage. The values that it gets stay in the history of the image. */
  readonly declared: ReadonlyMap<string, number>;
  /** Web addresses whose files it adds. */
  readonly added: readonly AddedAddresses[];
}

export interface ImageUse {
  readonly reference: string;
  /** As the Dockerfile writes it, with variables. */
  readonly written: string;
  readonly line: number;
  readonly lastLine: number;
}

/** A path or a pattern in the context. */
interface Source {
  /** Without `.` parts and a slash at either end; empty for the whole context. */
  readonly path: string;
  readonly line: number;
  /** False for a stage that the target does not need. */
  readonly needed: boolean;
}

const words = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);

/** More are read as the whole context, and refused: comparing all with all takes minutes. */
const [mostSources, mostStages] = [1_000, 200];

interface Stage {
  readonly name: string;
  readonly values: Map<string, string>;
  /** Indexes of earlier stages that it needs. */
  readonly needs: Set<number>;
  readonly sources: Omit<Source, 'needed'>[];
}

/**
 * Reads which images and which files of the context a Dockerfile uses, up to
 * its target. Throws DOCKERFILE_INVALID with the line for what no builder takes:
 * an unknown instruction, a stage or a variable that does not exist.
 */
export function parseDockerfile(text: string, { dockerfile, target, args }: DockerfileBase): Dockerfile {
  const refuse = (line: number, message: string, hint = ''): never => {
    throw new DevenvError('DOCKERFILE_INVALID', message, { at: `${dockerfile}:${String(line)}`, hint });
  };
  const { syntax, instructions } = readInstructions(text);
  const foreign = syntax !== undefined;
  for (const builder of [syntax, args['BUILDKIT_SYNTAX']])
    if (builder !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@][\w.:-]+)?$/.test(builder))
      refuse(
        1,
        `the builder ${quote(builder)} would run with the network of the engine's machine.`,
        'Use docker/dockerfile, or leave the syntax out.',
      );
  const declared = new Map<string, number>();
  const global = new Map<string, string>();
  const stages: Stage[] = [];
  const added: AddedAddresses[] = [];
  const images: (ImageUse & { readonly stage: number })[] = [];
  let complete = true;

  const findStage = (name: string): number => {
    const byName = stages.findLastIndex((stage) => stage.name !== '' && stage.name === name.toLowerCase());
    return byName >= 0 ? byName : /^\d+$/.test(name) && Number(name) < stages.length ? Number(name) : -1;
  };
  /** Notes that the newest stage uses another stage, or an image. */
  const use = (reference: string, written: string, { line, lastLine }: Instruction): void => {
    const stage = findStage(reference);
    const own = stages.length - 1;
    if (stage >= 0 && stage !== own) stages[own]?.needs.add(stage);
    else if (reference !== 'scratch') images.push({ reference, written, line, lastLine, stage: own });
  };
  const startStage = (instruction: Instruction): void => {
    if (stages.length === mostStages) refuse(instruction.line, `it has more than ${String(mostStages)} stages.`);
    const [written = '', as = '', name = ''] = instruction.rest.split(/\s+/);
    if (written === '' || (as !== '' && (as.toUpperCase() !== 'AS' || name === ''))) {
      refuse(instruction.line, 'FROM needs an image, and a name only after "AS".');
    }
    const found = substitute(written, global);
    if ('missing' in found && !builderNames.test(found.missing)) {
      const missing = found.missing;
      refuse(
        instruction.line,
        `FROM names \${${missing}}, and no ARG before it gives ${missing} a value.`,
        `Write \`ARG ${missing}=VALUE\` before the first FROM, or give the value by \`args\` in devenv.yaml.`,
      );
    }
    const parent = 'text' in found ? findStage(found.text) : -1;
    const inherited = [...(stages[parent]?.values ?? [])];
    stages.push({ name: name.toLowerCase(), values: new Map(inherited), needs: new Set(), sources: [] });
    if ('text' in found) use(found.text, written, instruction);
  };
  const setValues = (stage: Stage | undefined, { word, rest, line }: Instruction): void => {
    for (const [name, written] of readPairs(rest)) {
      if (word === 'ARG') declared.set(name, line);
      const values = stage?.values ?? global;
      const given = Object.hasOwn(args, name) ? args[name] : undefined;
      const found = written === undefined ? undefined : substitute(written, values);
      const own = found !== undefined && 'text' in found ? found.text : undefined;
      const value = word === 'ENV' ? own : (given ?? own ?? (stage === undefined ? undefined : global.get(name)));
      if (value === undefined) values.delete(name);
      else values.set(name, value);
    }
  };
  const addSources = (stage: Stage, { line }: Instruction, paths: readonly string[]): void => {
    for (const path of paths) {
      const found = substitute(path, stage.values);
      if ('missing' in found) complete = false;
      else stage.sources.push({ path: cleanPath(found.text), line });
    }
  };
  /** True if it adds web addresses, which devenv downloads. */
  const addAddresses = (stage: Stage, instruction: Instruction): boolean => {
    const found = readAdded(instruction, (word) => {
      const value = substitute(word, stage.values);
      return 'text' in value ? value.text : undefined;
    });
    if (typeof found === 'string') refuse(instruction.line, `${quote(instruction.rest)} ${found}`);
    else if (found !== undefined) added.push(found);
    return found !== undefined;
  };
  const readStage = (stage: Stage, instruction: Instruction, isTrigger: boolean): void => {
    const { word, flags, rest } = instruction;
    if (word === 'ARG' || word === 'ENV') setValues(stage, instruction);
    if (word === 'COPY' || word === 'ADD') {
      const from = flags.find(([name]) => name === 'from')?.[1];
      if (from !== undefined) use(from, from, instruction);
      else if (word !== 'ADD' || isTrigger || !addAddresses(stage, instruction))
        addSources(stage, instruction, readPaths(rest));
    }
    for (const [name, value] of word === 'RUN' ? flags : []) {
      if (name !== 'mount') continue;
      const parts = new Map(value.split(',').map((part) => part.split(/=(.*)/s, 2) as [string, string]));
      const from = parts.get('from');
      if (from !== undefined) use(from, from, instruction);
      else if ((parts.get('type') ?? 'bind') === 'bind') {
        addSources(stage, instruction, [parts.get('source') ?? parts.get('src') ?? '.']);
      }
    }
  };

  for (const written of instructions) {
    const instruction = written.word === 'ONBUILD' ? readOnBuild(written) : written;
    const { word, line } = instruction;
    if (!foreign && !words.has(word)) {
      const meant = findNearest(word, [...words]);
      refuse(line, `unknown instruction ${quote(word)}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
    }
    const stage = stages.at(-1);
    if (word === 'FROM') startStage(instruction);
    else if (stage !== undefined) readStage(stage, instruction, instruction !== written);
    else if (word === 'ARG') setValues(undefined, instruction);
    else if (!foreign) refuse(line, `${word} comes before the first FROM.`);
  }
  if (stages.length === 0) refuse(1, 'it has no FROM.');
  const excess = findExcess(replaceAdded(text, added));
  if (excess !== undefined) {
    const [what, hint] = explainExcess[excess.kind];
    refuse(lineOf(text, excess.asked), `${quote(excess.asked.slice(0, 100))} ${what}.`, hint);
  }

  const last = target === undefined ? stages.length - 1 : findStage(target);
  if (last < 0) {
    const names = stages.flatMap(({ name }) => (name === '' ? [] : [name]));
    const meant = findNearest(target ?? '', names);
    throw new DevenvError('DOCKERFILE_INVALID', `It has no stage ${quote(target ?? '')}.`, {
      at: dockerfile,
      hint: `${meant === undefined ? '' : `Did you mean "${meant}"? `}Its stages: ${names.join(', ') || 'none has a name'}.`,
    });
  }
  const needed = listNeeded(stages, last);
  const taken = stages.slice(0, last + 1).reduce((sum, { sources }) => sum + sources.length, 0);
  return {
    added,
    complete: complete && taken <= mostSources,
    declared,
    images: images.filter(({ stage }) => needed.has(stage)).map(({ stage: _, ...image }) => image),
    sources: stages
      .slice(0, last + 1)
      .flatMap(({ sources }, index) => sources.map((source) => ({ ...source, needed: needed.has(index) }))),
  };
}

function listNeeded(stages: readonly Stage[], last: number): ReadonlySet<number> {
  const needed = new Set([last]);
  // A stage needs earlier ones alone, and the set grows while it is walked.
  for (const index of needed) for (const other of stages[index]?.needs ?? []) needed.add(other);
  return needed;
}

const readOnBuild = (written: Instruction): Instruction => {
  const { instructions } = readInstructions(written.rest);
  return { ...(instructions[0] ?? written), line: written.line, lastLine: written.lastLine };
};

export const explainExcess: Readonly<Record<Excess['kind'], readonly [what: string, hint: string]>> = {
  rights: ['asks for more than a container may', 'Leave out this flag.'],
  address: [
    'may add what only the network of the engine serves',
    'Use COPY for files of the project. Name each web address as it is, with values that the Dockerfile or `args` gives, in an ADD of addresses alone; clone git repositories with RUN.',
  ],
};
