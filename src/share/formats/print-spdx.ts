import type { Component } from '../../providers/billing.ts';
import type { Bill } from './bill.ts';
import { packageUrl } from './package-url.ts';
import { uuidOf } from './print-cyclonedx.ts';

const unknown = 'NOASSERTION';

const unexamined = {
  filesAnalyzed: false,
  licenseConcluded: unknown,
  licenseDeclared: unknown,
  copyrightText: unknown,
};

/** A bill of materials in SPDX 2.3, as JSON. Licences are not examined. The same version makes the same document. */
export function printSpdx(bill: Bill): object {
  const image = 'SPDXRef-image';
  const packages = bill.components.map((component, index) =>
    describe(component, `SPDXRef-package-${String(index + 1)}`, bill),
  );
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${bill.name}-${String(bill.version)}`,
    documentNamespace: `urn:uuid:${uuidOf(bill.content)}`,
    creationInfo: { created: bill.date, creators: [`Tool: ${bill.tool.name}-${bill.tool.version}`] },
    packages: [
      {
        ...{ SPDXID: image, name: bill.name, versionInfo: String(bill.version), primaryPackagePurpose: 'CONTAINER' },
        ...{ downloadLocation: unknown, ...unexamined },
        comment: `Content ${bill.content}${bill.image === undefined ? '' : `, image ${bill.image}`}`,
      },
      ...packages,
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relatedSpdxElement: image, relationshipType: 'DESCRIBES' },
      ...packages.map(({ SPDXID }) => ({
        spdxElementId: image,
        relatedSpdxElement: SPDXID,
        relationshipType: 'CONTAINS',
      })),
    ],
  };
}

function describe(component: Component, SPDXID: string, { system }: Bill) {
  const { name, version, sha256, source } = component;
  return {
    SPDXID,
    ...{ name, ...(version !== undefined && { versionInfo: version }) },
    ...{ downloadLocation: source ?? unknown, ...unexamined },
    ...(sha256 !== undefined && { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: packageUrl(component, system),
      },
    ],
  };
}
