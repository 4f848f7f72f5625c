import type { Operation } from '../../plan/operation.ts';
import { describeOperation } from '../../plan/describe-operation.ts';
import { joinLines } from '../sanitize.ts';

/** A numbered line for each operation: what it does, its cause, and the operations that it waits for. */
export function renderOperations(operations: readonly Operation[]): string {
  const width = String(operations.length).length;
  const lines = operations.map((operation) => {
    const { id, cause, after } = operation;
    const waits = after.length === 0 ? '' : `; after ${after.map(String).join(', ')}`;
    return `  ${String(id).padStart(width)}. ${describeOperation(operation)} (${cause}${waits})`;
  });
  return joinLines(lines);
}
