import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';

/** The engine. If none answers and none was named, offers to install and start one. Throws ENGINE_UNREACHABLE. */
export async function provideEngine(context: Omit<Context, 'provideEngine'>): Promise<Engine> {
  try {
    return await context.engine();
  } catch (error) {
    const chosen = error instanceof DevenvError && error.data?.['chosen'] === true;
    if (!hasCode(error, 'ENGINE_UNREACHABLE') || chosen) throw error;
    const { installEngine } = await import('./install-engine.ts');
    await installEngine(context, {
      answers: () =>
        context.engine().then(
          () => true,
          () => false,
        ),
    });
    return context.engine();
  }
}
