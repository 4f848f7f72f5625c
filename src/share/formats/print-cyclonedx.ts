import type { Component } from '../../providers/billing.ts';
import type { Bill } from './bill.ts';
import { packageUrl } from './package-url.ts';

/** A bill of materials in CycloneDX 1.6. The same version makes the same document. */
export function printCyclonedx(bill: Bill): object {
  const ref = `${bill.name}@${String(bill.version)}`;
  const parts = bill.components.map((component) => describe(component, bill));
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(bill.content)}`,
    version: 1,
    metadata: {
      timestamp: bill.date,
      tools: { components: [{ type: 'application', ...bill.tool }] },
      component: {
        ...{ type: 'container', 'bom-ref': ref, name: bill.name, version: String(bill.version) },
        properties: [
          { name: 'dev.teamvm:content', value: bill.content },
          ...(bill.image === undefined ? [] : [{ name: 'dev.teamvm:image', value: bill.image }]),
        ],
      },
    },
    components: [...(bill.system.id === '' ? [] : [describeSystem(bill.system)]), ...parts],
    dependencies: [{ ref, dependsOn: parts.map((part) => part['bom-ref']) }],
  };
}

const describeSystem = ({ id, version }: Bill['system']): object => ({
  ...{ type: 'operating-system', name: id },
  ...(version !== '' && { version }),
});

function describe(component: Component, { system }: Bill) {
  const { name, version, sha256, source } = component;
  const purl = packageUrl(component, system);
  const slash = name.lastIndexOf('/');
  return {
    'bom-ref': purl,
    type: 'library',
    ...(slash !== -1 && { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    ...(version !== undefined && { version }),
    ...(sha256 !== undefined && { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    purl,
    ...(source !== undefined && { externalReferences: [{ type: 'distribution', url: source }] }),
  };
}

/** A UUID of version 8 from a hash: `sha256:…`. */
export function uuidOf(content: string): string {
  const hex = content.slice('sha256:'.length);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
