/** What builder containers, their caches and the images of steps carry. */
export const builderLabels = {
  /** `builder` on containers, `cache` on volumes, `image` on what was built. */
  role: 'dev.teamvm.role',
  /** Key of the build step that made an image. */
  step: 'dev.teamvm.step',
} as const;
