import type { Container } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import { planWorkspace } from '../plan/plan-workspace.ts';
import type { Engine } from '../ports/engine.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import { observeStanding } from '../observe/standing.ts';
import { workspaceAlias, type ServiceNetwork } from './network/workspace-network.ts';
import { hashSettings, type Machine } from './workspace-settings.ts';

/** What the containers of a workspace need to be the one that is declared and recorded, on its network where it has one. */
export async function observeWorkspace(
  engine: Engine,
  project: Project,
  version: Version,
  machine: Machine,
  containers: readonly Container[],
  network: ServiceNetwork | undefined,
): Promise<readonly Operation[]> {
  const observed = await Promise.all(
    containers.map(async (container) => ({
      container,
      content: (await observeStanding(engine, project, container)).content,
      settings: container.labels[labels.settings] ?? '',
    })),
  );
  const goal = {
    version: version.number,
    content: version.content,
    settings: hashSettings(project.environment, machine),
    network: network && { ...network, alias: workspaceAlias },
  };
  return planWorkspace(goal, observed);
}
