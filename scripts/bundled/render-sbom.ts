import type { BundledPackage } from './list-bundled.ts';

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** A software bill of materials in CycloneDX JSON 1.5. The same packages make the same text: it holds no date. */
export function renderSbom(product: Product, packages: readonly BundledPackage[]): string {
  const ref = toPurl(product);
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        ...{ type: 'application', 'bom-ref': ref, ...splitName(product.name), version: product.version },
        ...{ description: product.description, licenses: toLicenses(product.license), purl: ref },
      },
    },
    components: packages.map((each) => ({
      ...{ type: 'library', 'bom-ref': toPurl(each), ...splitName(each.name), version: each.version },
      scope: 'required',
      ...(each.integrity !== undefined && { hashes: [toHash(each.integrity)] }),
      ...{ licenses: toLicenses(each.license), purl: toPurl(each) },
      ...(each.resolved !== undefined && { externalReferences: [{ type: 'distribution', url: each.resolved }] }),
    })),
    dependencies: [{ ref, dependsOn: packages.map(toPurl) }, ...packages.map((each) => ({ ref: toPurl(each) }))],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The address of a package as audit tools know it: `pkg:npm/%40scope/name@1.0.0`. */
const toPurl = ({ name, version }: { readonly name: string; readonly version: string }): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

function splitName(name: string): { readonly group?: string; readonly name: string } {
  const [group, rest] = name.split('/');
  return group === undefined || rest === undefined ? { name } : { group, name: rest };
}

const toLicenses = (license: string): readonly object[] =>
  / (?:OR|AND|WITH) /.test(license) ? [{ expression: license }] : [{ license: { id: license } }];

function toHash(integrity: string): { readonly alg: string; readonly content: string } {
  const [algorithm = '', base64 = ''] = integrity.split('-');
  return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(base64, 'base64').toString('hex') };
}
