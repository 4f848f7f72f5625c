import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { readyBase, type Project } from './project.ts';

/**
 * A real server from Debian's packages as the service `db`, with its data in
 * the volume `pgdata`: lines for below `services:`. Where it finds a whole copy
 * of the data, it begins with that.
 */
export const postgres = `  db:
    build: {base: ${readyBase}, packages: {apt: [postgresql]}}
    command: |
      data=/var/lib/postgresql/15/main base=/var/lib/postgresql/backup/base
      if [ -e $base/backup_label ]; then rm -rf $data && mv $base $data; fi
      exec su postgres -c "exec /usr/lib/postgresql/15/bin/postgres -D $data -c config_file=/etc/postgresql/15/main/postgresql.conf -c listen_addresses=*"
    volumes: ["pgdata:/var/lib/postgresql"]
    ready: {tcp: 5432, interval: 100ms, retries: 600}
`;

const counted = 'select max(id) from written group by writer order by writer';

/**
 * The copy is PostgreSQL's own, and blocks no writer. Beside it lies how many
 * rows of each writer there were when it began, and when it was made. More
 * lines of `db`.
 */
export const basebackup = `    quiesce:
      before: |
        cd /var/lib/postgresql && rm -rf backup && install -d -o postgres backup && exec su postgres -c '
          psql -qtAc "${counted}" >backup/began &&
          pg_basebackup -D backup/base -X stream -c fast &&
          psql -qtAc "${counted}" >backup/made'
      after: rm -rf /var/lib/postgresql/backup
`;

/** Who writes rows, each row in a transaction of its own and as fast as the server answers. */
export interface Writer {
  /** When the server said that a row was written, in milliseconds: the first row's, the second one's … */
  readonly answers: readonly number[];
  /** No more is sent; settles when all was answered. */
  readonly stop: () => Promise<void>;
}

/** PostgreSQL of a project that is up. */
export class Postgres {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  async container(): Promise<string> {
    const { machine, folder } = this.#project;
    const filters = ['--filter', 'label=dev.teamvm.service=db', '--filter', `label=dev.teamvm.folder=${folder}`];
    return (await machine.cli(['ps', '-aq', ...filters])).trim();
  }

  /** What the query gives, without blanks around it; asked again until the server takes questions. */
  async ask(query: string): Promise<string> {
    const script = `for try in $(seq 100); do pg_isready -q && break; sleep 0.1; done; psql -v ON_ERROR_STOP=1 -qtAc "$1"`;
    const argv = ['exec', '-u', 'postgres', await this.container(), 'sh', '-c', script, 'sh', query];
    return (await this.#project.machine.cli(argv)).trim();
  }

  /** One of the writers 1, 2, 3 begins to write the rows 1, 2, 3 … into the table `written`. */
  async write(writer: number): Promise<Writer> {
    const { docker, env } = this.#project.machine;
    const argv = ['exec', '-i', '-u', 'postgres', await this.container(), 'psql', '-v', 'ON_ERROR_STOP=1', '-qtA'];
    const child = spawn(docker, argv, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    const answers: number[] = [];
    const ended = new Promise<void>((settle) => child.once('close', () => settle()));
    let going = true;
    const send = (): void => {
      const id = String(answers.length + 1);
      const values = `${String(writer)}, ${id}, repeat(md5('${id}'), 30)`;
      child.stdin.write(`insert into written values (${values}) returning id;\n`);
    };
    createInterface({ input: child.stdout }).on('line', () => {
      answers.push(performance.now());
      if (going) send();
    });
    send();
    return {
      answers,
      stop: async () => {
        going = false;
        child.stdin.end();
        await ended;
      },
    };
  }

  /** How many rows of each writer there are. Throws where one is missing in between, or is not as it was written. */
  async count(): Promise<readonly number[]> {
    const sum = "md5(string_agg(repeat(md5(id::text), 30), '' order by id))";
    const right = `(select ${sum} from generate_series(1, max(written.id)) as id)`;
    const same = `count(*) = max(id) and md5(string_agg(filler, '' order by id)) = ${right}`;
    const lines = await this.ask(`select max(id), ${same} from written group by writer order by writer`);
    return lines.split('\n').map((line) => {
      if (!/^\d+\|t$/.test(line)) throw new Error(`rows of a writer are missing or changed: ${line}`);
      return Number.parseInt(line, 10);
    });
  }

  /** What the server complained of since it last started, and PostgreSQL's own check of all tables and indexes. */
  async complaints(): Promise<readonly string[]> {
    const { machine } = this.#project;
    const id = await this.container();
    const started = await machine.cli(['inspect', '-f', '{{.State.StartedAt}}', id]);
    const { stdout, stderr } = await machine.tryCli(['logs', '--since', started, id]);
    const said = `${stdout}${stderr}`.split('\n').filter((line) => /WARNING|ERROR|FATAL|PANIC/.test(line));
    const check = ['/usr/lib/postgresql/15/bin/pg_amcheck', '--all', '--install-missing', '--heapallindexed'];
    const checked = await machine.tryCli(['exec', '-u', 'postgres', id, ...check]);
    if (checked.exitCode !== 0) said.push(`pg_amcheck: ${checked.stdout}${checked.stderr}`);
    return said.filter((line) => !/database system is (starting up|not yet accepting)/.test(line));
  }
}
