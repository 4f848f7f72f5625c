import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Component } from '../../../src/providers/billing.ts';
import type { Bill } from '../../../src/share/formats/bill.ts';
import { packageUrl } from '../../../src/share/formats/package-url.ts';
import { printCyclonedx } from '../../../src/share/formats/print-cyclonedx.ts';
import { printSpdx } from '../../../src/share/formats/print-spdx.ts';

const components: readonly Component[] = [
  { type: 'deb', name: 'libstdc++6', version: '2:12.2.0-14+deb12u1', architecture: 'i386' },
  { type: 'generic', name: 'jq', source: 'https://downloads.example.com/jq-amd64?v=1', sha256: 'a'.repeat(64) },
  { type: 'golang', name: 'golang.org/x/tools/gopls', version: 'v0.15.0' },
  { type: 'npm', name: '@scope/tool', version: '1.0.0' },
];
const bill: Bill = {
  ...{ name: 'shop', version: 3, content: `sha256:${'0123456789abcdef'.repeat(4)}`, date: '2026-01-02T03:04:05Z' },
  tool: { name: 'devenv', version: '0.1.0' },
  image: `registry.example.com/shop@sha256:${'b'.repeat(64)}`,
  system: { id: 'debian', version: '12' },
  components,
};

const schemaFolder = join(
  createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'),
  '../res/schema',
);
const readSchema = (name: string): object =>
  JSON.parse(readFileSync(join(schemaFolder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;

describe('a package URL', () => {
  it.each([
    [{ type: 'generic', name: 'half', version: '\ud83d' }, 'pkg:generic/half@%EF%BF%BD'],
    [components[0], 'pkg:deb/debian/libstdc%2B%2B6@2:12.2.0-14%2Bdeb12u1?arch=i386&distro=debian-12'],
    [
      components[1],
      `pkg:generic/jq?checksum=sha256:${'a'.repeat(64)}&download_url=https:%2F%2Fdownloads.example.com%2Fjq-amd64%3Fv%3D1`,
    ],
    [components[2], 'pkg:golang/golang.org/x/tools/gopls@v0.15.0'],
    [components[3], 'pkg:npm/%40scope/tool@1.0.0'],
  ] as const)('names %o', (component, url) => {
    expect(packageUrl(component as Component, bill.system)).toBe(url);
  });

  it('names a Debian package of an image without a distribution', () => {
    expect(packageUrl({ type: 'deb', name: 'jq', version: '1' }, { id: '', version: '' })).toBe('pkg:deb/jq@1');
  });
});

describe('CycloneDX', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(readSchema('bom-1.6'));

  it.each([
    ['of a pushed version', bill],
    ['of an empty image', { ...bill, components: [], system: { id: '', version: '' } }],
  ])('fits its schema: %s', (_, each) => {
    expect([validate(printCyclonedx(each)), validate.errors]).toEqual([true, null]);
  });

  it('would not fit it with a wrong hash', () => {
    const wrong = { ...bill, components: [{ type: 'generic', name: 'jq', sha256: 'none' }] };
    expect(validate(printCyclonedx(wrong))).toBe(false);
  });

  it('names the image, its system and each package once, with group and hash', () => {
    const document = JSON.stringify(printCyclonedx(bill));
    expect(document).toContain('"serialNumber":"urn:uuid:01234567-89ab-8def-a123-456789abcdef"');
    expect(document).toContain('{"type":"operating-system","name":"debian","version":"12"}');
    expect(document).toContain('"group":"@scope","name":"tool","version":"1.0.0"');
    expect(document).toContain(`"hashes":[{"alg":"SHA-256","content":"${'a'.repeat(64)}"}]`);
    expect(document).toContain(`registry.example.com/shop@sha256:${'b'.repeat(64)}`);
  });
});

/** What SPDX 2.3 asks of a JSON document, as far as devenv writes it. Source: the clauses of the specification. */
const spdxRules = {
  type: 'object',
  required: ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages'],
  additionalProperties: false,
  properties: {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: { type: 'string', minLength: 1 },
    // A URI without a fragment.
    documentNamespace: { type: 'string', pattern: '^[a-z]+:[^#\\s]+$' },
    creationInfo: {
      type: 'object',
      required: ['created', 'creators'],
      properties: {
        created: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(?:Person|Organization|Tool): .+' },
        },
      },
    },
    packages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['SPDXID', 'name', 'downloadLocation'],
        properties: {
          SPDXID: { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' },
          downloadLocation: { type: 'string', pattern: '^(?:NONE|NOASSERTION|[a-z+]+:.+)$' },
          filesAnalyzed: { const: false },
          primaryPackagePurpose: { enum: ['CONTAINER'] },
          checksums: {
            type: 'array',
            items: {
              type: 'object',
              required: ['algorithm', 'checksumValue'],
              properties: {
                algorithm: { const: 'SHA256' },
                checksumValue: { type: 'string', pattern: '^[0-9a-f]{64}$' },
              },
            },
          },
          externalRefs: {
            type: 'array',
            items: {
              type: 'object',
              required: ['referenceCategory', 'referenceType', 'referenceLocator'],
              properties: {
                referenceCategory: { const: 'PACKAGE-MANAGER' },
                referenceType: { const: 'purl' },
                referenceLocator: { type: 'string', pattern: '^pkg:[a-z]+/\\S+$' },
              },
            },
          },
        },
      },
    },
    relationships: {
      type: 'array',
      items: {
        type: 'object',
        required: ['spdxElementId', 'relatedSpdxElement', 'relationshipType'],
        properties: { relationshipType: { enum: ['DESCRIBES', 'CONTAINS'] } },
      },
    },
  },
};

describe('SPDX', () => {
  const validate = new Ajv().compile(spdxRules);

  it('fits the specification, and relates only what it describes', () => {
    const document = printSpdx(bill) as {
      readonly packages: readonly { readonly SPDXID: string }[];
      readonly relationships: readonly { readonly relatedSpdxElement: string }[];
    };
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(document.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual(
      document.packages.map(({ SPDXID }) => SPDXID),
    );
    expect(document.packages).toHaveLength(1 + components.length);
  });

  it('is the same for the same version', () => {
    expect(printSpdx(bill)).toEqual(printSpdx(structuredClone(bill)));
  });
});
