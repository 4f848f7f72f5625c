import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanText } from '../../src/adapters/docker/connection/clean-text.ts';
import { readMessage } from '../../src/adapters/docker/connection/ask.ts';
import { parseReference } from '../../src/adapters/docker/images/reference.ts';
import { transferFailure } from '../../src/adapters/docker/images/transfer-failure.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { PersonGit } from '../../src/adapters/host/person-git.ts';
import { resolveNpmRegistry } from '../../src/adapters/npm/npm-registry-url.ts';
import { parseDockerConfig, parseHelperOutput } from '../../src/adapters/oci/parse-docker-config.ts';
import { parseChallenge } from '../../src/adapters/oci/token-realm.ts';
import { parseOverlay } from '../../src/adapters/overlay/helper/parse-overlay.ts';
import { parseBrokenPackages, parseUnmet } from '../../src/providers/debian/broken-packages.ts';
import { requestLog } from '../../src/providers/debian/install-requests.ts';
import { npm } from '../../src/providers/npm.ts';
import { compareVariables } from '../../src/capture/drift/explain/compare-variables.ts';
import { parseEvidence } from '../../src/capture/drift/read-evidence.ts';
import { parseCredentialQuestion } from '../../src/containers/agents/answer-credential.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { parseDotenv } from '../../src/environment/parse-dotenv.ts';
import { parsePersonal } from '../../src/environment/parse-personal.ts';
import { parseSources } from '../../src/image/base/find-mirror.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { splitConflict } from '../../src/versions/resolve.ts';
import { parseOsRelease } from '../../src/machine/observe-host-system.ts';
import { pathFromText } from '../../src/model/byte-path.ts';
import { parseTree } from '../../src/observe/images/list-tree.ts';
import { cargo } from '../../src/providers/programs/cargo.ts';
import {
  parseMadison,
  parseMismatched,
  parseMissing,
  compareDebianVersions,
} from '../../src/providers/debian/apt-available.ts';
import {
  findNativeArchitecture,
  parseAutoInstalled,
  parseDpkgStatus,
} from '../../src/providers/debian/parse-dpkg-status.ts';
import { parseSource } from '../../src/providers/repositories/parse-source.ts';
import { preference } from '../../src/providers/repositories/preference.ts';
import { parseOwners } from '../../src/providers/debian/parse-owners.ts';
import { pipPins } from '../../src/providers/python/pip-pins.ts';
import { findPythonPackage, parseRecord } from '../../src/providers/python/python-packages.ts';
import { sanitize } from '../../src/screen/sanitize.ts';
import { ContentScanner } from '../../src/secrets/content-scanner.ts';
import { readChecksums } from '../../src/secrets/find-packaged.ts';
import { FakeProcesses } from '../fakes/fake-processes.ts';

/** Characters of a text. Linear work on it takes milliseconds, quadratic work seconds. */
const length = 25_000;
const limit = 500;

/** Repeated to the whole length: what readers skip, and what they look for and do not find. */
const units = [
  ...[' ', '\t', '\n', ' \n', '\r', '#', ' #', '- ', ':', ': ', 'a: ', '=', ',', '.', '/a', '"', "'", '\\', '{', '['],
  ...['{"a":', '@', '<', '&a ', '|\n', '? ', '\x1b', '\x1b]', 'a', 'a-', '0', 'a\n', 'a="b\n', "a='b\n", 'a: 1\n'],
  ...['Package: dpkg\n', '"a" = [', '--'],
];

type Read = (text: string) => unknown;

/** Readers of text that a workspace, a registry or an engine wrote, each with beginnings that lead into its parts. */
const readers: Readonly<Record<string, readonly [Read, ...(readonly string[])]>> = {
  'devenv.yaml': [(text) => parseConfig(text, 'devenv.yaml'), 'version: 1\nname: a\nenv: {A: "', 'x-a:\n  - a'],
  'devenv-lock.yaml': [
    (text) => parseLock(`${text}\n`, 'devenv-lock.yaml'),
    'lock: 1\nx:\n  - a',
    'lock: 1\nx: "',
    'lock: 1\na',
  ],
  'merge marks': [splitConflict, '<<<<<<< a\n', '=======\n'],
  'the personal file': [(text) => parsePersonal(text, 'personal.yaml', '/home/ada'), 'packages:\n  - a'],
  '.env.local': [(text) => parseDotenv(text, '.env.local'), 'A=', 'A="', "A='", 'export A'],
  'the docker configuration': [parseDockerConfig, '{"auths":{"a":{"auth":"'],
  'the answer of a credential helper': [parseHelperOutput, '{"Username":"'],
  'the challenge of a registry': [parseChallenge, 'Bearer realm="'],
  'a question of git': [parseCredentialQuestion, 'protocol=https\nhost='],
  'an image reference': [parseReference, 'a/', 'a.b:1/'],
  'the failure of a transfer': [
    (text) => transferFailure('pull a', 'a', 500, text),
    'unexpected EOF',
    'failed to resolve reference ',
    'http://a?',
  ],
  'an error of the engine': [readMessage, '{"message":"'],
  'text of the engine': [cleanText],
  'text for the terminal': [sanitize, '\x1b['],
  mountinfo: [
    (text) => parseOverlay(text, false),
    '1 0 0:1 / / rw - overlay overlay rw,lowerdir=',
    '1 0 0:1 / / rw - overlay overlay rw,upperdir=/a',
  ],
  'os-release': [(text) => parseOsRelease(text), 'ID="', 'ID'],
  'the status of dpkg': [parseDpkgStatus, 'Package: a\n', 'Package: a\nConffiles:\n /'],
  'the architecture of dpkg': [findNativeArchitecture, 'Package: dpkg\n'],
  'the marks of apt': [(text) => parseAutoInstalled(text, 'amd64'), 'Package: a\nAuto-Installed: 1\n'],
  'owners of files': [parseOwners, '@/var/lib/dpkg/info/a.list\n'],
  'versions of apt': [parseMadison, 'a | '],
  'errors of apt': [
    (text) => [parseMissing(text.split('\n')), parseMismatched(text.split('\n'))],
    "E: Version '",
    'E: Failed to fetch http://a ',
  ],
  'a version of Debian': [(text) => compareDebianVersions(text, `${text}1`), '1:'],
  'sources of apt': [parseSources, 'http://a/'],
  'preferences of apt': [
    // A workspace may have many such files.
    (text) =>
      ['a', 'b', 'c', 'd'].map((name) => preference.proposal.requests.parse(`/etc/apt/preferences.d/${name}\0${text}`)),
    'Package: *\nPin: a',
    '#',
  ],
  'lists of repositories': [
    (text) => ['a.list', 'a.sources'].map((path) => parseSource(path, text)),
    'deb [',
    'Types: deb\nURIs: ',
    'deb http://a b',
  ],
  'requests of apt': [
    requestLog.parse,
    'Commandline: apt install a',
    '\0Package: a\nStatus: install ok installed\nDepends: ',
  ],
  'requests of npm': [npm.proposal.requests.parse, '8 verbose argv "install" "'],
  'broken packages': [parseBrokenPackages, 'Package: a\nStatus: install ok '],
  'unmet dependencies': [parseUnmet, ' a : Depends: '],
  'notes of pip': [pipPins.parseNotes, '{"', 'a=='],
  'a RECORD of pip': [(text) => parseRecord(text, '/usr/lib/python3/dist-packages'), '"'],
  'a path of Python': [findPythonPackage, '/usr/lib/python3/dist-packages/'],
  'a list of cargo': [readCrates, '[v1]\n"a 1.0', '"a 1 (b)" = ["'],
  checksums: [(text) => ['a.md5sums', 'a/RECORD', 'status'].map((path) => [...readChecksums(path, text)]), '"', ' /'],
  'a profile of a shell': [(text) => compareVariables(text, `${text}x`), 'export ', 'set -gx A'],
  'the evidence of drift': [(text) => parseEvidence(Buffer.from(text)), '==> a <==\n'],
  'a tree of an image': [(text) => parseTree(Buffer.from(text)), 'f 1 '],
  'the npm configuration': [(text) => resolveNpmRegistry({}, text), 'registry', 'registry = "'],
  'a file with secrets': [
    scan,
    ...['password = "', 'password', '-----BEGIN PRIVATE KEY-----', 'Authorization: Bearer B', 'kim:$6$', '://', 'EAA'],
    ...['# HTTP Cookie File\n', 'a_password {', 'a,password\n', 'chpasswd:', 'LoginModule required', 'new PDO('],
    '7z a -',
  ],
  'the configuration of a repository': [readRepository, '[extensions]\n', '[user]\nname = '],
};

/** Milliseconds of the processor: the machine may be busy with other things. */
async function measure(read: Read, text: string): Promise<number> {
  const begun = process.cpuUsage();
  try {
    await read(text);
  } catch {
    // Refused: the time counts.
  }
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

function readCrates(text: string): unknown {
  const evidence = { files: new Map([[pathFromText('/usr/local/cargo/.crates.toml'), text]]) } as never;
  const { recognition } = cargo;
  return recognition.index([], evidence, evidence);
}

function scan(text: string): unknown {
  const scanner = new ContentScanner();
  scanner.begin({ strictOnly: false, isCode: false });
  scanner.feed(Buffer.from(text, 'latin1'));
  return scanner.end();
}

function readRepository(text: string): Promise<unknown> {
  writeFileSync(join(repository, '.git/config'), text);
  return new PersonGit(new FakeProcesses(), new NodeHostFiles()).judgeFile(repository, 'a');
}

const repository = mkdtempSync(join(tmpdir(), 'devenv-growing-'));
mkdirSync(join(repository, '.git'));
writeFileSync(join(repository, '.git/HEAD'), 'ref: refs/heads/main');
afterAll(() => rmSync(repository, { recursive: true }));

describe('a long text', () => {
  it.each(Object.entries(readers))('as %s is read or refused in linear time', async (_what, [read, ...heads]) => {
    const slow: string[] = [];
    for (const head of ['', ...heads]) {
      for (const unit of units) {
        const text = `${head}${unit.repeat(length / unit.length)}b`;
        // Other threads of this process count, too: not for all of three readings.
        const times: number[] = [];
        while (times.length < 3 && times.every((time) => time > limit)) times.push(await measure(read, text));
        if (times.every((time) => time > limit)) slow.push(JSON.stringify([head, unit]));
      }
    }
    expect(slow).toEqual([]);
  });
});
