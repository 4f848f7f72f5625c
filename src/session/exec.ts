import type { Context } from '../ports/context.ts';
import { openSession } from './open-session.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';

export interface ExecOptions extends ExecRequest {
  /** Forward the person's agents, git identity and git logins. */
  readonly agent: boolean;
}

/** Runs a command in the workspace of that name and returns its exit code. */
export async function exec(context: Context, workspace: string, { agent, ...request }: ExecOptions): Promise<number> {
  const session = await openSession(context, workspace);
  if (!agent) return runInSession(context, session, request);
  const { runWithAgents } = await import('./run-with-agents.ts');
  return runWithAgents(context, session, request);
}
