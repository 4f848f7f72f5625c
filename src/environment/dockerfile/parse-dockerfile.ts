import { DevenvError } from '../../errors/devenv-error.ts';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import { suggestNearest } from '../../errors/suggest-nearest.ts';
import { quote } from '../problem.ts';
import { replaceAdded, type AddedAddresses } from './added-addresses.ts';
import { explainExcess, findExcess } from './find-excess.ts';
import { readInstructions, type Instruction } from './read-instructions.ts';
import { lineOf } from './read-operands.ts';
import { StageReader, type ImageUse, type Source } from './stage-reader.ts';

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

const words = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);

/** More are read as the whole context: comparing all with all takes minutes. */
const mostSources = 1_000;

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
  const reader = new StageReader(args, refuse);
  const { stages, added, declared, images } = reader;
  for (const written of instructions) {
    const instruction = written.word === 'ONBUILD' ? readOnBuild(written) : written;
    const { word, line } = instruction;
    if (!foreign && !words.has(word))
      refuse(line, `unknown instruction ${quote(word)}. ${suggestNearest(word, [...words])}`.trimEnd());
    const stage = stages.at(-1);
    if (word === 'FROM') reader.start(instruction);
    else if (stage !== undefined) reader.read(stage, instruction, instruction !== written);
    else if (word === 'ARG') reader.readGlobal(instruction);
    else if (!foreign) refuse(line, `${word} comes before the first FROM.`);
  }
  if (stages.length === 0) refuse(1, 'it has no FROM.');
  const excess = findExcess(replaceAdded(text, added));
  if (excess !== undefined) {
    const [what, hint] = explainExcess[excess.kind];
    refuse(lineOf(text, excess.asked), `${quote(excess.asked.slice(0, 100))} ${what}.`, hint);
  }

  const last = target === undefined ? stages.length - 1 : reader.find(target);
  if (last < 0) {
    const names = stages.flatMap(({ name }) => (name === '' ? [] : [name]));
    throw new DevenvError('DOCKERFILE_INVALID', `It has no stage ${quote(target ?? '')}.`, {
      at: dockerfile,
      hint: `${suggestNearest(target ?? '', names, quote)}Its stages: ${names.join(', ') || 'none has a name'}.`,
    });
  }
  const needed = listNeeded(reader, last);
  const taken = stages.slice(0, last + 1).reduce((sum, { sources }) => sum + sources.length, 0);
  return {
    added,
    complete: reader.complete && taken <= mostSources,
    declared,
    images: images.filter(({ stage }) => needed.has(stage)).map(({ stage: _, ...image }) => image),
    sources: stages
      .slice(0, last + 1)
      .flatMap(({ sources }, index) => sources.map((source) => ({ ...source, needed: needed.has(index) }))),
  };
}

function listNeeded({ stages }: StageReader, last: number): ReadonlySet<number> {
  const needed = new Set([last]);
  // A stage needs earlier ones alone, and the set grows while it is walked.
  for (const index of needed) for (const other of stages[index]?.needs ?? []) needed.add(other);
  return needed;
}

const readOnBuild = (written: Instruction): Instruction => {
  const { instructions } = readInstructions(written.rest);
  return { ...(instructions[0] ?? written), line: written.line, lastLine: written.lastLine };
};
