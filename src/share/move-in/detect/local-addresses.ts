import { parseDotenv } from '../../../environment/parse-dotenv.ts';
import { asList } from '../../../environment/shapes.ts';
import { asMap, type Keys } from '../../../model/json.ts';

/** A variable that names a service of a compose file by the machine outside, where its port is open. */
export interface LocalAddress {
  readonly file: string;
  readonly variable: string;
  /** As the file has it: `localhost:5432`. Nothing else of the value, which may hold a password. */
  readonly outside: string;
  /** The same from the workspace: `db:5432`. */
  readonly inside: string;
}

/** Files with the variables of a project. */
export const dotenvFiles = ['.env', '.env.example', '.env.sample', '.env.template'];

/** Ports that official images listen on. */
const usual: Readonly<Record<string, number>> = {
  ...{ postgres: 5432, postgis: 5432, pgvector: 5432, mysql: 3306, mariadb: 3306, redis: 6379, valkey: 6379 },
  ...{ mongo: 27017, memcached: 11211, rabbitmq: 5672, elasticsearch: 9200, opensearch: 9200, minio: 9000, nats: 4222 },
};

/** Ports of addresses that name none. */
const schemes: Readonly<Record<string, number>> = {
  ...{ postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306, redis: 6379, mongodb: 27017, amqp: 5672 },
};

const most = 20;

/**
 * Finds variables that name the host `localhost` with the port of a service: in
 * the workspace that is the workspace itself. `services`: of the compose file,
 * those beside the workspace. `text`: of a file with variables.
 */
export function findLocalAddresses(services: Keys, file: string, text: string | undefined): readonly LocalAddress[] {
  const values = text === undefined ? new Map<string, string>() : readValues(text, file);
  const ports = Object.entries(services).flatMap(([name, service]) =>
    listPorts(service).map(({ outside, inside }) => ({ outside, inside: `${name}:${String(inside)}` })),
  );
  const found = [...values].flatMap(([variable, value]): readonly LocalAddress[] => {
    const [, scheme = '', host = '', number] =
      /^(?:([a-z]+)[a-z+]*:\/\/)?(?:[^\s/]*@)?(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?:[/?].*)?$/.exec(
        value,
      ) ?? [];
    const port = Number(number ?? values.get(portOf(variable)) ?? schemes[scheme]);
    const service = host === '' ? undefined : ports.find(({ outside }) => outside === port);
    if (service === undefined) return [];
    return [{ file, variable, outside: number === undefined ? host : `${host}:${number}`, inside: service.inside }];
  });
  return found.slice(0, most);
}

/** `DB_PORT` beside `DB_HOST`. */
const portOf = (variable: string): string =>
  /HOST(?:NAME)?$/.test(variable) ? variable.replace(/HOST(?:NAME)?$/, 'PORT') : '';

/** None of a file that Compose could not read either. */
function readValues(text: string, file: string): ReadonlyMap<string, string> {
  try {
    return parseDotenv(text, file);
  } catch {
    return new Map();
  }
}

interface ServicePort {
  readonly outside: number;
  readonly inside: number;
}

/** Those that it opens on the machine, and the one that its image is known for. */
function listPorts(service: unknown): readonly ServicePort[] {
  const { ports, image } = asMap(service);
  const opened = asList(ports).flatMap((port): readonly ServicePort[] => {
    const { published, target } = asMap(port);
    const text = typeof port === 'string' ? port : '';
    const [, outside, inside] = /(?:^|:)(\d{1,5}):(\d{1,5})(?:\/tcp)?$/.exec(text) ?? [];
    return [{ outside: Number(published ?? outside), inside: Number(target ?? inside) }];
  });
  const known = usual[/([^/:@]+)(?:[:@].*)?$/.exec(typeof image === 'string' ? image : '')?.[1] ?? ''];
  const all = [...opened, ...(known === undefined ? [] : [{ outside: known, inside: known }])];
  return all.filter(({ outside, inside }) => Number.isInteger(outside) && Number.isInteger(inside));
}
