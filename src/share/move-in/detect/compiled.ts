import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { installHooks, versionOf } from './version-of.ts';

/** Go: the version of go.mod, its modules, its tests. */
export function detectGo(files: ProjectFiles): readonly Entry[] {
  if (!files.has('go.mod')) return [];
  return [
    versionOf(files, 'go', '.go-version', 'go.mod') ?? set('go.mod', 'tools.go', 'latest'),
    add('go.mod', 'packages.apt', 'git'),
    ...(files.has('go.sum') ? installHooks('go.sum', 'go', 'go mod download', ['go.sum']) : []),
    set('go.mod', 'tasks.test', 'go test ./...'),
  ];
}

/** Rust: its toolchain, a linker, its crates, its tests. */
export function detectRust(files: ProjectFiles): readonly Entry[] {
  if (!files.has('Cargo.toml')) return [];
  const lock = files.has('Cargo.lock') ? 'Cargo.lock' : 'Cargo.toml';
  return [
    versionOf(files, 'rust', 'rust-toolchain.toml', 'rust-toolchain') ?? set('Cargo.toml', 'tools.rust', 'stable'),
    ...['build-essential', 'pkg-config'].map((name) => add('Cargo.toml, for the linker', 'packages.apt', name)),
    ...installHooks(lock, 'rust', lock === 'Cargo.lock' ? 'cargo fetch --locked' : 'cargo fetch', [lock]),
    set('Cargo.toml', 'tasks.test', 'cargo test'),
  ];
}

/** Java: a JDK, and Maven or Gradle unless the project has its wrapper. */
export function detectJava(files: ProjectFiles): readonly Entry[] {
  const gradle = ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'].find(files.has);
  const build = files.has('pom.xml') ? 'pom.xml' : gradle;
  if (build === undefined) return [];
  const isMaven = build === 'pom.xml';
  const wrapper = isMaven ? 'mvnw' : 'gradlew';
  const program = files.has(wrapper) ? `sh ./${wrapper}` : isMaven ? 'mvn' : 'gradle';
  const provided = isMaven ? add(build, 'packages.apt', 'maven') : set(build, 'tools.gradle', 'latest');
  return [
    versionOf(files, 'java', '.java-version') ?? readRelease(files, build),
    ...(files.has(wrapper) ? [] : [provided]),
    ...(isMaven ? installHooks(build, 'java', `${program} -q -B dependency:go-offline`, [build]) : []),
    set(build, 'tasks.test', `${program} test`),
  ];
}

/** The newest JDK of Debian bookworm. */
const debianJdk = 17;

/** The JDK of Debian, unless the build asks for a newer one. */
function readRelease(files: ProjectFiles, build: string): Entry {
  const text = files.text(build) ?? '';
  const written =
    /<(?:maven\.compiler\.(?:release|source|target)|java\.version|release)>\s*(\d{1,2})\s*</.exec(text)?.[1] ??
    /\bJavaLanguageVersion\.of\((\d{1,2})\)|\bJavaVersion\.VERSION_(\d{1,2})\b/.exec(text)?.slice(1).find(Boolean);
  return Number(written ?? 0) > debianJdk
    ? set(`${build} (Java ${written ?? ''})`, 'tools.java', written ?? '')
    : add(build, 'packages.apt', 'openjdk-17-jdk-headless');
}
