/** What builder containers, their caches and the images of steps carry. */
export const builderLabels = {
  /** `builder` on containers, `cache` on volumes, `image` on what was built. */
  role: 'dev.teamvm.role',
  /** Key of the build step that made an image. */
  step: 'dev.teamvm.step',
  /** Names the rules by which that step was searched for secrets, and nothing was found. */
  searched: 'dev.teamvm.searched',
} as const;
