/**
 * Throws where no engine is named: `devenv up --yes` would install one on this
 * machine, which is nothing that a measurement may do.
 */
export function needEngine(): void {
  if ((process.env['DOCKER_HOST'] ?? '') === '') throw new Error('name the engine with DOCKER_HOST');
}
