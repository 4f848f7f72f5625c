/** Where package managers put what they install: the programs' own text is full of words like `password`. */
const installed =
  /^\/(?:usr\/(?:lib|lib32|lib64|libexec|share|include|src|bin|sbin)|lib|lib32|lib64|bin|sbin|boot|var\/lib\/dpkg|var\/lib\/apt)\/|\/(?:node_modules|site-packages|dist-packages|gems|bundler|go\/pkg\/mod|registry\/src|vendor\/bundle|\.m2\/repository|\.rustup\/toolchains|\.nvm\/versions|\.pyenv\/versions|\.sdkman\/candidates|linuxbrew)\//;

/** In these a package's authors show how it is used: what stands there is known to the whole world. */
const shown =
  /\/(?:tests?|__tests__|testdata|test[-_]?fixtures?|fixtures?|specs?|examples?|samples?|docs?|demos?|benchmarks?)\//i;

/** True for a file below a place of package managers. */
export function isInstalled(path: string): boolean {
  return installed.test(path);
}

/** True for tests, examples and documentation that came with an installed package. */
export function isPublished(path: string): boolean {
  const place = installed.exec(path);
  return place !== null && shown.test(path.slice(place.index + place[0].length - 1));
}
