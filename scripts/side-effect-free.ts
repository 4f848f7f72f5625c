import type { Plugin } from 'esbuild';

/**
 * The inquirer packages say `sideEffects: false` where esbuild does not look
 * (a package.json nearer to the file hides it). Told here, a prompt that is
 * not used is not bundled; the editor prompt alone is half a megabyte.
 */
export const sideEffectFree: Plugin = {
  name: 'side-effect-free',
  setup(build) {
    build.onResolve({ filter: /^@inquirer\// }, async ({ path, pluginData, ...options }) => {
      if (pluginData === sideEffectFree) return undefined;
      const found = await build.resolve(path, { ...options, pluginData: sideEffectFree });
      return found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
  },
};
