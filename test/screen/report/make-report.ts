import type { ReportedVersion, TeamReport } from '../../../src/share/report/team-report.ts';

const messages = [
  'Add jq for the import scripts',
  'Move to Node.js 24',
  'Install the protobuf compiler',
  'Drop the old linter',
];
const authors = ['Ada', 'Grace', 'Linus'];
const mb = 1_000_000;

function makeVersion(number: number): ReportedVersion {
  const item = `apt:tool-${String(number)}`;
  const kind = number % 3 === 0 ? 'commit' : 'build';
  return {
    ...{ number, kind, from: number - 1 },
    author: authors[number % authors.length] ?? '',
    date: `2026-${String(1 + (Math.floor(number / 28) % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}T09:00:00Z`,
    message: messages[number % messages.length] ?? '',
    ...{
      size: 400 * mb + number * mb,
      growth: number % 5 === 0 ? -3 * mb : 12 * mb,
      layers: 9,
      pushed: number % 7 !== 0,
    },
    changes: [
      `+ apt tool-${String(number)}`,
      ...(number % 4 === 1 ? ['~ node 22 \u2192 24'] : []),
      ...(number % 4 === 3 ? ['- npm tslint'] : []),
    ],
    set: [
      [item, '*', ''],
      ['node', number % 4 === 1 ? '24' : '22', number % 4 === 1 ? '24' : '22'],
    ],
    unset: number > 10 ? [`apt:tool-${String(number - 10)}`] : [],
  };
}

const sizeOf = (name: string, size: number) => ({ name, size: size * mb, parts: [] });

/** The report of a project with so many versions. */
export function makeReport(versions: number, more: Partial<TeamReport> = {}): TeamReport {
  return {
    ...{ name: 'shop-api', current: versions, source: 'https://git.example.com/acme/shop-api.git' },
    versions: Array.from({ length: versions }, (_, index) => makeVersion(index + 1)),
    content: {
      packages: [
        ...Array.from({ length: 420 }, (_, index) => ({
          type: 'deb',
          name: `lib-part${String(index)}`,
          version: `1.${String(index)}-2+deb12u1`,
        })),
        { type: 'npm', name: '@acme/lint', version: '4.2.0' },
        { type: 'generic', name: 'node', version: '24.11.1' },
      ],
      sizes: {
        name: 'Image',
        size: 905 * mb,
        parts: [
          {
            name: 'Debian packages',
            size: 420 * mb,
            parts: [
              ['libllvm15', 110],
              ['gcc-12', 71],
              ['libicu72', 37],
              ['git', 36],
              ['perl-base', 31],
              ['libc6-dev', 28],
              ['python3.11', 26],
              ['openssl', 20],
              ['coreutils', 18],
              ['postgresql-client-15', 17],
              ['vim-common', 14],
              ['apt', 12],
            ].map(([name, size]) => sizeOf(String(name), Number(size))),
          },
          {
            name: '/usr/local',
            size: 260 * mb,
            parts: [
              sizeOf('/usr/local/bin', 118),
              {
                name: '/usr/local/lib',
                size: 130 * mb,
                parts: [sizeOf('/usr/local/lib/node_modules', 96), sizeOf('/usr/local/lib/python3.11', 30)],
              },
            ],
          },
          { name: '/opt', size: 120 * mb, parts: [sizeOf('/opt/protoc', 80), sizeOf('/opt/pipx', 40)] },
          { name: '/home', size: 25 * mb, parts: [sizeOf('/home/dev', 25)] },
          sizeOf('Other files', 80),
        ],
      },
    },
    services: [
      { name: 'db', from: 'postgres:16', ports: [], profiles: [] },
      { name: 'mail', from: 'axllent/mailpit:v1.20', ports: ['8025'], profiles: ['mail'] },
    ],
    ports: ['3000', '9229'],
    secrets: ['NPM_TOKEN'],
    ...more,
  };
}
