import type { Operation } from '../model/plan.ts';
import { formatDuration } from './format-duration.ts';

interface UpView {
  readonly name: string;
  readonly version: number;
  readonly operations: readonly Operation[];
}

/** The last line of `up`: what is there now, and how long it took. */
export function renderUp({ name, version, operations }: UpView, milliseconds: number): string {
  const state = operations.length === 0 ? 'is up already' : 'is up';
  return `${name} ${state}: version ${String(version)}, ready in ${formatDuration(milliseconds)}. Enter it with \`devenv shell\`.`;
}
