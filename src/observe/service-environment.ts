import type { Environment } from '../model/environment.ts';
import type { ServiceBuild } from '../model/workspace.ts';

/** The environment whose image a service runs: it asks for what the service says, and for nothing of the workspace's. */
export function serviceEnvironment(environment: Environment, { base, packages, run }: ServiceBuild): Environment {
  // Its programs run as whom the base has them run; nobody is added.
  return { ...environment, base, packages, run, tools: {}, files: [], env: {}, user: 'root', services: [] };
}
