import { parseEnvValue } from '../../environment/env-references.ts';
import { pinReference } from '../../image/base/pin-reference.ts';
import type { DockerfileBase } from '../../model/image-inputs.ts';
import type { Service } from '../../model/service.ts';
import type { ExportSource } from './exported.ts';

/** A text, or a variable of the person's machine with a default. */
type ValuePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'host'; readonly name: string; readonly fallback: string };

/** The value of a variable. */
export type Value = readonly ValuePart[];

/** A value for a tool that does not know the person's machine: each of its variables has its default. */
export const toDefault = (value: Value): string =>
  value.map((part) => (part.kind === 'text' ? part.text : part.fallback)).join('');

/** A container of an environment: the workspace or a service. */
export interface ExportedContainer extends Omit<Service, 'env' | 'source'> {
  readonly image: string | DockerfileBase;
  readonly env: Readonly<Record<string, Value>>;
}

interface Containers {
  readonly workspace: ExportedContainer;
  /** Those whose images other tools can get. */
  readonly services: readonly ExportedContainer[];
  /** As in `Exported`. */
  readonly notes: readonly string[];
}

/** A first program that waits until it is stopped. */
const stayAlive = ['/bin/sh', '-c', 'trap "exit 0" TERM INT; while :; do sleep 86400 & wait $!; done'];

/** The containers of an environment, in terms of services, with their images by digest as far as the lock knows it. */
export function listContainers(source: ExportSource): Containers {
  const { environment, pins } = source;
  const notes: string[] = [];
  if (environment.prepare !== undefined) notes.push('prepare: no file has it; each person runs it by hand.');
  const services = environment.services.flatMap((service): ExportedContainer[] => {
    const { source: from, env, ...rest } = service;
    const image = from.kind === 'image' ? pinImage(from.image, pins[service.name]) : keepBuild(from.build);
    const values = Object.fromEntries(
      Object.entries(env).map(([name, text]) => [name, [{ kind: 'text', text }] as Value]),
    );
    if (image !== undefined) return [{ ...rest, image, env: values }];
    notes.push(
      `services.${service.name}: its build installs packages, which only devenv does. The service is left out.`,
    );
    return [];
  });
  const kept = new Set(services.map(({ name }) => name));
  return {
    workspace: toContainer(source, kept, notes),
    services: services.map((service) => ({
      ...service,
      dependsOn: service.dependsOn.filter((need) => kept.has(need.service)),
    })),
    notes: [...notes, ...listUnkept(source)],
  };
}

const pinImage = (image: string, pin: ExportSource['pins'][string] | undefined): string =>
  pin !== undefined && 'image' in pin && pin.image === image ? pinReference(image, pin.digest) : image;

type Build = Extract<Service['source'], { kind: 'build' }>['build'];

const keepBuild = ({ base, packages, run }: Build): DockerfileBase | undefined =>
  base.kind === 'dockerfile' && run.length === 0 && Object.values(packages).every((list) => list.length === 0)
    ? base
    : undefined;

/** The workspace as a service that waits. Its name is one that no service has. */
function toContainer(source: ExportSource, services: ReadonlySet<string>, notes: string[]): ExportedContainer {
  const { environment, image } = source;
  const { folder, volumes, docker, limits } = environment;
  return {
    name: ['workspace', 'devenv', 'devenv-workspace'].find((name) => !services.has(name)) ?? 'devenv-workspace-1',
    image,
    command: stayAlive,
    env: resolveEnv(source, notes),
    envFiles: environment.envFiles,
    workingDir: folder,
    volumes: [{ kind: 'folder', source: '.', target: folder, readOnly: false }, ...volumes],
    ports: environment.ports,
    dependsOn: [],
    profiles: [],
    limits: { ...limits, engineSocket: limits.engineSocket || docker === 'host' },
    tmpfs: [],
    init: environment.init,
    securityOptions: environment.securityOptions,
    ...(environment.hostname !== undefined && { hostname: environment.hostname }),
    ...(environment.network === 'host' && { network: { kind: 'host' } as const }),
    ...(environment.attachments !== undefined && { attachments: environment.attachments }),
  };
}

/** `env` with the variables of the image replaced. What is not known is left out, with a note. */
function resolveEnv({ environment, inherited }: ExportSource, notes: string[]): Record<string, Value> {
  const known = new Map(inherited.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
  return Object.fromEntries(
    Object.entries(environment.env).flatMap(([key, written]) => {
      const parts = parseEnvValue(written);
      const found = (typeof parts === 'string' ? [] : parts).map((part): ValuePart | string => {
        if (part.kind !== 'image') return part;
        const text = known.get(part.name) ?? part.fallback;
        return text === undefined ? part.name : { kind: 'text', text };
      });
      const unknown = found.find((part) => typeof part === 'string');
      if (unknown === undefined) return [[key, found.filter((part) => typeof part !== 'string')] as const];
      notes.push(
        `env.${key}: it takes ${unknown} from the image, which this engine does not have. The variable is left out. Get the image with \`devenv pull\`, and export again.`,
      );
      return [];
    }),
  );
}

/** What formats say that know one network alone. */
export const noteNetworks = ({ environment: { networks } }: ExportSource): readonly string[] =>
  Object.keys(networks).length > 0
    ? ['networks: all containers are on one network with a way out, and have no further names of their networks.']
    : [];

/** What no format says. */
function listUnkept({ environment }: ExportSource): string[] {
  const { docker, proxy, entrypoints, services, secrets, compose } = environment;
  return [
    ...(docker === 'inside' ? ['docker: the engine in the workspace is not started.'] : []),
    ...(proxy === true || services.some((one) => one.proxy === true)
      ? ['proxy: commands get no proxies of the machine.']
      : []),
    ...(entrypoints !== undefined ? ['features: entrypoints of Features do not run.'] : []),
    ...(secrets.length > 0 && services.length > 0 ? ['secrets: services get no files in /run/secrets.'] : []),
    ...(compose !== undefined
      ? [
          `compose: the file holds the values of variables from the .env beside ${compose.file}. Check it before you commit it.`,
        ]
      : []),
  ];
}
