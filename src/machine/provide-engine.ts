import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';

/**
 * The engine; if none answers and nobody named one, offers to install and
 * start it first. Throws ENGINE_UNREACHABLE.
 */
export async function provideEngine(context: Omit<Context, 'provideEngine'>): Promise<Engine> {
  try {
    return await context.engine();
  } catch (error) {
    const chosen = error instanceof DevenvError && error.data?.['chosen'] === true;
    if (!(error instanceof DevenvError) || error.code !== 'ENGINE_UNREACHABLE' || chosen) throw error;
    const { installEngine } = await import('./install-engine.ts');
    const answers = (): Promise<boolean> =>
      context
        .engine()
        .then(() => true)
        .catch(() => false);
    await installEngine(context, { answers });
    return context.engine();
  }
}
