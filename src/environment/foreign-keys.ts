/** Keys of Compose, devcontainer.json, GitHub Actions and package managers, in lower case without `-` and `_` → our path. */
const foreignKeys: Readonly<Record<string, string>> = {
  ...{
    environment: 'env',
    healthcheck: 'ready',
    envfile: 'env_file',
    securityopt: 'security_opt',
    stopgraceperiod: 'stop_grace_period',
    stoptimeout: 'stop_grace_period',
    containername: 'hostname',
    links: 'depends_on',
    networkmode: 'network',
    dockerindocker: 'docker',
  },
  ...{ workspacefolder: 'folder', workspacemount: 'folder', workingdir: 'folder', workdir: 'folder' },
  ...{
    memlimit: 'limits.memory',
    memory: 'limits.memory',
    cpus: 'limits.cpus',
    shmsize: 'limits.shm',
    deploy: 'limits',
  },
  ...{ ulimits: 'limits.ulimits', capadd: 'limits.cap_add', devices: 'limits.devices', gpus: 'limits.gpus' },
  ...{
    privileged: 'limits.privileged',
    extrahosts: 'limits.extra_hosts',
    runargs: 'limits',
    hostrequirements: 'limits',
  },
  ...{ containerenv: 'env', remoteenv: 'env', containeruser: 'user', remoteuser: 'user', mounts: 'volumes' },
  ...{
    forwardports: 'ports',
    appport: 'ports',
    overridefeatureinstallorder: 'feature_order',
    dockerfile: 'base',
    dockercomposefile: 'compose',
  },
  ...{ oncreatecommand: 'hooks.create', postcreatecommand: 'hooks.create', updatecontentcommand: 'hooks.update' },
  ...{
    initializecommand: 'prepare',
    poststartcommand: 'hooks.start',
    postattachcommand: 'hooks.attach',
    scripts: 'tasks',
    commands: 'tasks',
  },
  ...{ runson: 'base', container: 'base', from: 'base', steps: 'run', jobs: 'run', uses: 'tools', setup: 'run' },
  ...{ apt: 'packages.apt', npm: 'packages.npm', pip: 'packages.pip', dependencies: 'packages' },
  ...{ node: 'tools.node', runtimes: 'tools', languages: 'tools' },
};

/** The key here for a key of another tool; absent unless it starts with one of `keys`. */
export function translateKey(key: string, keys: readonly string[]): string | undefined {
  const name = key.toLowerCase().replaceAll(/[-_]/g, '');
  const path = Object.hasOwn(foreignKeys, name) ? foreignKeys[name] : undefined;
  return path !== undefined && keys.includes(path.split('.')[0] ?? '') ? path : undefined;
}
