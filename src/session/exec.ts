import type { Context } from '../ports/context.ts';
import { openSession } from './open-session.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';

export interface ExecOptions extends ExecRequest {
  /** Lend the person's ssh agent, git identity and git credentials. */
  readonly agent: boolean;
}

/** As `runInSession`, in the workspace of that name. */
export async function exec(context: Context, workspace: string, { agent, ...request }: ExecOptions): Promise<number> {
  const session = await openSession(context, workspace);
  if (!agent) return runInSession(context, session, request);
  const { runWithAgents } = await import('./run-with-agents.ts');
  return runWithAgents(context, session, request);
}
