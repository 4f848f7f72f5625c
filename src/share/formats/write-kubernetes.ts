import { exportYaml, type Exported, type ExportSource } from './exported.ts';
import { printContainer, toDns, type Pod } from './kubernetes-container.ts';
import { listContainers, noteNetworks } from './list-containers.ts';

/**
 * An environment as one Kubernetes pod and its volume claims. All containers of
 * a pod have one network, so that services keep their names without a word for
 * each of their ports.
 */
export function writeKubernetes(source: ExportSource): Exported {
  const { environment } = source;
  const name = toDns(environment.name);
  const { workspace, services, notes: unkept } = listContainers(source);
  const notes = [...unkept, ...noteNetworks(source), `The volume ${name}-project is empty: clone the project into it.`];
  const built = services.filter((one) => typeof one.image !== 'string' || one.profiles.length > 0);
  notes.push(
    ...built.map((one) =>
      typeof one.image === 'string'
        ? `services.${one.name}: it starts by a profile only. The service is left out.`
        : `services.${one.name}: it has no image in a registry. The service is left out.`,
    ),
  );
  const kept = services.filter((one) => !built.includes(one));
  const volumes = new Map<string, object>();
  const claims = new Set<string>();
  const around: Pod = {
    project: environment.name,
    secrets: environment.secrets.map((one) => one.name),
    volumes,
    claims,
    notes,
  };
  const containers = [workspace, ...kept].map((one) => printContainer(one, one === workspace, around));
  const names = kept.flatMap((one) => [one.name, ...(one.aliases ?? [])]);
  const hosts = [
    ...(names.length > 0 ? [{ ip: '127.0.0.1', hostnames: names }] : []),
    ...[workspace, ...kept]
      .flatMap(({ limits }) => Object.entries(limits.extraHosts))
      .flatMap(([host, ip]) => {
        if (ip !== 'host-gateway') return [{ ip, hostnames: [host] }];
        notes.push(`extra_hosts: ${host} is the engine's machine, which a pod does not know.`);
        return [];
      }),
  ];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(environment.hostname !== undefined && { hostname: toDns(environment.hostname) }),
      ...(environment.network === 'host' && { hostNetwork: true }),
      ...(hosts.length > 0 && { hostAliases: hosts }),
      containers,
      volumes: [...volumes].map(([volume, from]) => ({ name: volume, ...from })),
    },
  };
  const documents = [...[...claims].map(printClaim), pod];
  return exportYaml(source, 'devenv export kubernetes', 'kubernetes.yaml', documents, notes);
}

const printClaim = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
});
