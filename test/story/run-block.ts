import { splitShellLine } from '../docs/split-shell-line.ts';
import { readPage, type Block } from '../docs/read-pages.ts';
import { run } from '../lab/run.ts';
import type { Project } from './project.ts';

/** A block of a page of the documentation, by its language and its place among those of that language. */
export function findBlock(page: string, language: 'sh' | 'yaml', index: number): Block {
  const found = readPage(page).blocks.filter((block) => block.language === language)[index];
  if (found === undefined) throw new Error(`${page} has no block ${String(index)} of ${language}`);
  return found;
}

/** Runs another program than devenv and git in the project; returns what it printed. */
type Program = (args: readonly string[]) => Promise<string>;

/**
 * Runs the lines of a shell block in a project, as a person would who answers
 * every question with yes. Throws if one fails, or calls anything but devenv,
 * git and `programs`. Returns what each command but those of git printed to stdout.
 */
export async function runBlock(
  project: Project,
  block: Block,
  programs: Readonly<Record<string, Program>> = {},
): Promise<readonly string[]> {
  const printed: string[] = [];
  for (const line of block.text.split('\n')) {
    for (const { words } of splitShellLine(line)) {
      const [name = '', ...args] = words;
      if (name === 'git') await run('git', ['-C', project.folder, ...args], { env: project.env });
      else if (programs[name] !== undefined) printed.push(await programs[name](args));
      else if (name !== 'devenv') throw new Error(`${block.at} calls ${name}`);
      else {
        const asks = args[0] !== 'exec';
        const { status, stdout, stderr } = await project.attempt([...args, ...(asks ? ['--yes'] : [])]);
        if (status !== 0) throw new Error(`${block.at}: ${line}: status ${String(status)}\n${stderr}${stdout}`);
        printed.push(stdout);
      }
    }
  }
  return printed;
}
