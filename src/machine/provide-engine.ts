import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { installEngine } from './install-engine.ts';

/**
 * Makes sure that an engine answers: where nobody named one and none was
 * found, offers to install and start one.
 */
export async function provideEngine(context: Context): Promise<void> {
  try {
    await context.engine();
  } catch (error) {
    const chosen = error instanceof DevenvError && error.data?.['chosen'] === true;
    if (!(error instanceof DevenvError) || error.code !== 'ENGINE_UNREACHABLE' || chosen) throw error;
    await installEngine(context, {
      answers: () =>
        context.engine().then(
          () => true,
          () => false,
        ),
    });
  }
}
