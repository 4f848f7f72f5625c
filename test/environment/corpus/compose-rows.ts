import type { Given } from '../compose/read-compose.ts';

/** A compose file that uses what one of a public project uses, with other names and values. */
export interface ComposeRow {
  readonly name: string;
  readonly uses: string;
  readonly given: Given;
  /** What devenv says where it cannot keep it. */
  readonly refused?: RegExp;
}

const rows: readonly (readonly [uses: string, given: Given, refused?: RegExp])[] = [
  [
    'a workspace built beside it, networks, depends_on as a list, restart',
    {
      use: '{file: compose.yaml, workspace: app}',
      yaml: 'folder: /workspaces/app\n',
      compose: `version: "3"
services:
  app:
    build: {context: ., dockerfile: Dockerfile.dev}
    volumes: [".:/workspaces/app:cached"]
    command: sleep infinity
    networks: [default]
    depends_on: [db, cache]
    environment: {DB_HOST: db}
  db: {image: "postgres:16", restart: unless-stopped, networks: [default], volumes: ["pg:/var/lib/postgresql/data"], environment: {POSTGRES_PASSWORD: x}}
  cache: {image: "redis:7", restart: unless-stopped, networks: [default], volumes: ["redis:/data"]}
networks: {default: }
volumes: {pg: , redis: }
`,
    },
  ],
  [
    'internal networks, a variable without value, container_name, ulimits, deploy.limits',
    {
      use: '{file: compose.yaml, workspace: app}',
      compose: `version: "3"
services:
  app:
    build: {context: ., dockerfile: Dockerfile, args: {VARIANT: "3"}}
    volumes: [".:/workspace:cached"]
    environment: {HOST: search}
    command: sleep infinity
    ports: ["127.0.0.1:3000:3000", "3306"]
    networks: [outside, inside]
  search:
    image: search:7
    container_name: shop-search
    environment: ["MEMORY=512m", TOKEN]
    networks: [outside, inside]
    ulimits: {memlock: {soft: -1, hard: -1}, nofile: {soft: 65536, hard: 65536}}
    deploy: {resources: {limits: {memory: 1G}}}
    command: [serve, --all]
    restart: unless-stopped
    volumes: ["index:/usr/share/search"]
networks: {outside: , inside: {internal: true}}
volumes: {index: }
`,
    },
  ],
  [
    'extends of another file, profiles, both conditions, a line with $$, lists of commands',
    {
      compose: {
        'compose.yaml': `services:
  db: {extends: {file: base.yaml, service: db}, ports: ["127.0.0.1:5432:5432"]}
  queue:
    extends: {file: base.yaml, service: queue}
    environment:
      BANNER: |
        first
        second
  ui: {image: "ui:\${TAG:-1}", profiles: [tools], depends_on: {db: {condition: service_healthy}, queue: {condition: service_started}}, extra_hosts: ["host.docker.internal:host-gateway"]}
volumes: {data: }
`,
        'base.yaml': `services:
  db: {image: "postgres:16", restart: on-failure, healthcheck: {test: "pg_isready -U $$POSTGRES_USER", interval: 5s}, volumes: ["data:/var/lib/postgresql/data"]}
  queue: {image: "queue:3", command: [serve, --memory, 1G], ports: ["9092:9092"]}
`,
      },
    },
  ],
  [
    'names, a build with target, an anonymous volume, a host path, ulimits, health checks off and with start_interval',
    {
      compose: {
        'docker/compose.yaml': `name: shop-dev
services:
  server:
    container_name: shop_server
    command: [/usr/src/bin/dev]
    image: server-dev:latest
    build: {context: ../, dockerfile: server/Dockerfile, target: dev, args: {A: "1"}}
    restart: unless-stopped
    volumes: ["../server:/usr/src/app", "\${UPLOADS}:/data", /usr/src/app/node_modules, "/etc/localtime:/etc/localtime:ro"]
    env_file: [.env]
    ulimits: {nofile: {soft: 1048576, hard: 1048576}}
    ports: ["9230:9230"]
    depends_on: [cache]
    healthcheck: {disable: true}
  cache: {image: "redis:7", healthcheck: {test: "redis-cli ping || exit 1", start_interval: 30s, start_period: 5m}, environment: {ARGS: "a$$b"}, volumes: ["models:/cache"]}
volumes: {models: }
`,
        'docker/.env': 'UPLOADS=./library\n',
      },
      use: 'docker/compose.yaml',
    },
  ],
  [
    'anchors of x- keys, a build as a path, network_mode host, a user, both forms of variables',
    {
      compose: {
        'compose.yaml': `x-user: &user root
x-volumes: &volumes ["./docker:/app/docker", "home:/app/home"]
x-build: &build .
version: "3.7"
services:
  cache: {image: "redis:7", container_name: shop_cache, restart: unless-stopped, ports: ["127.0.0.1:6379:6379"], volumes: ["redis:/data"]}
  app: {build: *build, user: *user, volumes: *volumes, env_file: docker/.env, command: [run, app], depends_on: [cache], environment: {A: "\${A:-}"}, healthcheck: {disable: true}}
  socket: {image: "socket:1", network_mode: host, environment: [PORT=8080], volumes: [/home/app/node_modules]}
  node: {build: *build, command: ["sh", "-c", "echo $$PATH"]}
volumes: {redis: , home: }
`,
        'docker/.env': 'X=1\n',
      },
    },
  ],
  [
    'an anchor with <<, tty and stdin_open, entrypoint as a line',
    {
      compose: {
        'compose.yaml': `version: "3"
services:
  base: &base {build: {context: ., dockerfile: docker/Dockerfile, args: {E: dev}}, tty: true, stdin_open: true, image: "shop:dev", env_file: .env, volumes: [".:/app:delegated"]}
  rails: {<<: *base, image: "shop-rails:dev", depends_on: [db], ports: ["3000:3000"], entrypoint: docker/rails.sh, command: ["rails", "s", "-b", "0.0.0.0"], environment: [VITE=vite]}
  db: {image: "postgres:16", restart: always, ports: ["5432:5432"], volumes: ["pg:/data"], environment: [POSTGRES_DB=shop], command: postgres -c fsync=off}
volumes: {pg: }
`,
        '.env': 'A=1\n',
      },
    },
  ],
  [
    'an image, ports, restart, named volumes',
    {
      compose:
        'version: "3"\nservices:\n  db: {image: "postgres:16", restart: always, ports: ["5450:5432"], volumes: ["db:/var/lib/postgresql/data"], environment: {POSTGRES_PASSWORD: ""}}\nvolumes: {db: }\n',
    },
  ],
  [
    'init, extra_hosts, a port of the container alone, both conditions, a network of its own',
    {
      compose: {
        'compose.yaml': `services:
  web: {image: "nginx:alpine", networks: [shopnet], ports: ["\${PORT:-8889}:80"], environment: {P: "\${PORT-8889}"}, volumes: ["./web.conf:/etc/nginx/web.conf", "./:/var/www"], depends_on: {php: {condition: service_started}, db: {condition: service_healthy}}}
  php: {image: "php:\${PHP-latest}", networks: [shopnet], init: true, extra_hosts: ["localhost:host-gateway"], volumes: ["./:/var/www"]}
  db: {image: "mysql:8", networks: [shopnet], ports: ["3306"], command: --innodb=1, volumes: ["my:/var/lib/mysql"], healthcheck: {test: [CMD-SHELL, "mysql -e 'x' -p$$PASSWORD"], timeout: 5s, interval: 5s, retries: 10}}
networks: {shopnet: {driver: bridge}}
volumes: {my: {}}
`,
      },
    },
  ],
  [
    'a workspace with env_file, ports of the container alone, several services',
    {
      use: '{file: compose.yaml, workspace: app}',
      yaml: 'folder: /app\n',
      compose: {
        'compose.yaml': `version: "2"
services:
  app: {image: shop-dev, build: {context: ., dockerfile: Dockerfile}, command: sleep infinity, env_file: common.env, depends_on: [db, mail], volumes: [".:/app:cached"]}
  db: {image: "postgres:15", ports: ["5432"], restart: unless-stopped, environment: [POSTGRES_USER=shop], volumes: ["db:/data"]}
  mail: {image: "mail:1", ports: ["1025:1025", "8025"], command: serve}
volumes: {db: {driver: local}}
`,
        'common.env': 'A=1\n',
      },
    },
  ],
  [
    'profiles, env_file, entrypoint as a list, an internal network, health checks with $$',
    {
      compose: {
        'compose.yaml': `services:
  db: {image: "postgres:16", profiles: [postgres], restart: always, env_file: [middleware.env], environment: {P: "\${P:-secret}"}, command: "postgres -c 'max_connections=\${MAX:-100}'", volumes: ["\${DATA:-./volumes/db}:/data"], ports: ["\${EXPOSE:-5432}:5432"], healthcheck: {test: [CMD, pg_isready, -h, db], interval: 1s, timeout: 3s, retries: 60}}
  proxy: {image: "squid:1", restart: always, volumes: ["./squid.conf:/etc/squid.conf"], entrypoint: [sh, -c, "sed -i 's/x/$$y/' /etc/squid.conf"], environment: {PORT: "\${PORT:-3128}"}, networks: [proxy_net, default], extra_hosts: ["host.docker.internal:host-gateway"]}
  sandbox: {image: "sandbox:1", networks: [proxy_net]}
networks: {proxy_net: {driver: bridge, internal: true}}
`,
        'middleware.env': 'A=1\n',
      },
    },
  ],
  [
    'builds with args, a network with a driver, env_file, variables of .env',
    {
      compose: {
        'compose.yaml': `services:
  cache: {image: "valkey:7", restart: unless-stopped, networks: [dev_env], volumes: ["redis:/data"]}
  store: {image: store, networks: [dev_env], command: server /export --console-address ":9090", env_file: [.env], environment: {U: "\${KEY}"}}
  web: {build: {context: ./web, dockerfile: Dockerfile.dev, args: {DEBUG: "1"}}, networks: [dev_env], volumes: ["./web:/app/web"], env_file: [./web/.env], ports: ["3001:3000"], depends_on: [cache]}
networks: {dev_env: {driver: bridge}}
volumes: {redis: }
`,
        ...{ '.env': 'KEY=k\n', 'web/.env': 'W=1\n' },
      },
    },
  ],
  [
    'an optional env_file, pull_policy, a profile, a user',
    {
      compose: `services:
  app: {image: "shop:\${V:-1}", pull_policy: always, profiles: [full], env_file: [{path: ./docker.env, required: false}], environment: {A: b}, ports: ["127.0.0.1:3000:3000"], depends_on: {db: {condition: service_healthy}}, user: "1001", volumes: ["data:/data"]}
  db: {image: "postgres:16", ports: ["5432:5432"], volumes: ["pg:/data"], healthcheck: {test: [CMD, pg_isready], interval: 30s}}
volumes: {data: , pg: }
`,
    },
  ],
  [
    'cap_add, shm_size, both forms of variables',
    {
      compose:
        'version: "3"\nservices:\n  a: {image: "sql:1", environment: {X: "1"}, ports: [5101:1433], cap_add: [SYS_PTRACE], shm_size: 256m}\n  b: {image: "mail:1", environment: [Y=1], ports: ["1025:1025"], command: serve --all}\n',
    },
  ],
  [
    'a service that runs once and is waited for, a user, restart, a name',
    {
      compose: `name: shop
services:
  init: {image: "shop:1", command: "chown -R 1000 /data", user: root, volumes: ["data:/data"]}
  server: {image: "shop:\${TAG:-latest}", ports: ["3000:3000"], environment: {URL: "postgres://\${U:-pg}:\${P:-pg}@\${H:-db}/x"}, depends_on: {init: {condition: service_completed_successfully}, db: {condition: service_healthy}}, healthcheck: {test: curl --fail http://localhost:3000, interval: 5s, timeout: 5s, retries: 10}, restart: always}
  worker: {image: "shop:1", command: [yarn, worker], depends_on: {db: {condition: service_healthy}, server: {condition: service_healthy}}}
  db: {image: "postgres:16", volumes: ["pg:/data"], healthcheck: {test: "pg_isready -U pg", interval: 5s}}
volumes: {data: , pg: }
`,
    },
  ],
  [
    'several builds with target, anonymous volumes, a user, both forms of depends_on',
    {
      compose: {
        'compose.yaml': `version: "3.7"
services:
  api: {container_name: shop-api, build: {dockerfile: prod.Dockerfile, context: ., target: api}, env_file: [./.env], restart: always, environment: [PORT=8080], volumes: [/usr/src/node_modules/], depends_on: {db: {condition: service_healthy}}, ports: ["3170:80"]}
  ui: {container_name: shop-ui, build: {dockerfile: prod.Dockerfile, context: ., target: ui}, depends_on: [api], ports: ["3000:80"]}
  db: {image: "postgres:15", ports: ["5432:5432"], user: postgres, environment: {POSTGRES_DB: shop}, healthcheck: {test: [CMD-SHELL, "sh -c 'pg_isready -U $$POSTGRES_USER'"], interval: 5s, retries: 10}}
`,
        '.env': 'A=1\n',
      },
    },
  ],
  [
    'images, a list of variables, a command as a line',
    {
      compose:
        'services:\n  db: {image: "pg:16", volumes: ["pg:/data"], environment: [POSTGRES_DB=shop], ports: ["5432:5432"], command: postgres -c wal_level=logical}\n  mail: {image: "mail:1", ports: ["8025:8025"]}\nvolumes: {pg: {driver: local}}\n',
    },
  ],
  [
    'a merged anchor, tmpfs, network_mode host, the socket of the engine',
    {
      compose: `x-app: &app
  build: {context: ., target: dev, args: {V: "3"}}
  image: shop-dev
  environment: {URL: "\${URL:-postgres://db}"}
  tmpfs: [/opt/app/tmp]
  stdin_open: true
  tty: true
services:
  web: {<<: *app, command: [web], ports: ["3000:3000"], volumes: [".:/opt/app:ro", "deps:/opt/deps"], depends_on: {db: {condition: service_healthy}, cache: {condition: service_started}}}
  watch: {image: "watch:1", network_mode: host, command: -i 1, volumes: ["/var/run/docker.sock:/var/run/docker.sock"]}
  cache: {image: "redis:7", ports: ["6379"]}
  db: {image: "pg:13", ports: ["5432"], volumes: ["db:/data"], healthcheck: {test: [CMD, pg_isready, -U, shop]}}
volumes: {deps: , db: }
`,
    },
  ],
  [
    'a workspace that shares the network of its database, the socket of the engine',
    {
      use: '{file: compose.yaml, workspace: app}',
      compose: `version: "3.5"
services:
  db: {image: "postgres:9.5", environment: {POSTGRES_USER: shop}}
  app:
    build: {context: ., dockerfile: Dockerfile}
    cap_add: [SYS_PTRACE]
    security_opt: ["seccomp:unconfined"]
    volumes: [".:/workspace:cached", "/var/run/docker.sock:/var/run/docker.sock"]
    network_mode: service:db
    environment: {PG: localhost}
    command: sleep infinity
`,
    },
  ],
  [
    'a workspace with a user, security_opt, the socket of the engine',
    {
      use: '{file: compose.yaml, workspace: tool}',
      yaml: 'folder: /workspaces/tool\n',
      compose:
        'version: "3"\nservices:\n  tool: {image: "tool:1", volumes: [".:/workspaces/tool:cached", "/var/run/docker.sock:/var/run/docker.sock"], command: sleep infinity, user: builder, cap_add: [SYS_PTRACE], security_opt: [seccomp=unconfined]}\n',
    },
  ],
  [
    'a workspace with a host name and extra hosts, beside services with env_file and health checks',
    {
      use: '{file: dev/compose.yaml, workspace: app}',
      yaml: 'folder: /work\n',
      compose: {
        'dev/compose.yaml': `services:
  app: {build: {dockerfile: Dockerfile}, hostname: shop-dev, extra_hosts: ["host.docker.internal:host-gateway"], environment: [A=1], volumes: ["..:/work", "upload:/data", "\${EXTRA:-upload2}:/extra"]}
  cache: {image: "valkey:8", env_file: [cache.env]}
  db: {image: "pg:14", command: ["postgres", "-c", "x='y'"], environment: {P: "\${P:-pg}"}, volumes: ["pg:/data"], ports: ["5432:5432"], healthcheck: {test: "pg_isready -d '$$DB' || exit 1", interval: 5m, start_interval: 30s, start_period: 5m}}
volumes: {upload: , upload2: , pg: }
`,
        'dev/cache.env': 'A=1\n',
      },
    },
  ],
  [
    'anchors with <<, builds with args, env_file, entrypoint, read-only volumes',
    {
      compose: {
        'compose.yaml': `version: "3.4"
services:
  shop: &shop
    image: "shop:\${V-latest}"
    build: {context: ., args: {FROM: "x"}}
    depends_on: [db, cache]
    env_file: env/shop.env
    user: "unit:root"
    volumes: ["./conf:/etc/shop:z,ro", "media:/media:rw"]
    ports: ["8080"]
  worker: {<<: *shop, depends_on: [shop], command: [worker], entrypoint: [/run.sh], ports: []}
  db: {image: "pg:16", env_file: env/shop.env, volumes: ["pg:/data"]}
  cache: {image: "redis:7", command: "sh -c 'serve --pass $$PASS'"}
volumes: {media: {driver: local}, pg: {driver: local}}
`,
        'env/shop.env': 'PASS=x\n',
      },
    },
  ],
  [
    'builds as paths, networks between them',
    {
      compose:
        'services:\n  front: {build: front, ports: ["3000:3000"], volumes: ["./front:/usr/src/app", /usr/src/app/node_modules], networks: [a], depends_on: [back]}\n  back: {build: back, restart: always, networks: [a, b], depends_on: [db]}\n  db: {image: "mongo:4", restart: always, networks: [b], volumes: ["./data:/data/db"], expose: [27017]}\nnetworks: {a: {}, b: {}}\n',
    },
  ],
  [
    'a workspace with variables in build args, cap_add, working_dir, tty',
    {
      use: '{file: compose.yaml, workspace: app}',
      compose:
        'version: "3"\nservices:\n  app: {build: {context: ., dockerfile: Dockerfile, args: {TZ: "${TZ:-UTC}"}}, cap_add: [NET_ADMIN, NET_RAW], volumes: [".:/workspace", "history:/history"], environment: [A=1], working_dir: /workspace, tty: true}\nvolumes: {history: }\n',
    },
  ],
  [
    'a workspace with a device and the socket of the engine, stdin_open',
    {
      use: '{file: compose.yaml, workspace: app}',
      yaml: 'folder: /opt/app\n',
      compose: {
        'compose.yaml':
          'version: "3"\nservices:\n  app: {stdin_open: true, tty: true, image: "app:1", env_file: app.env, ports: ["22:22", "8080:8080"], volumes: [".:/opt/app", "/var/run/docker.sock:/var/run/docker.sock", "/dev/urandom:/dev/random"], cap_add: [SYS_PTRACE]}\n',
        'app.env': 'A=1\n',
      },
    },
  ],
];

/** In the order of the rows. */
const names = [
  'rails/rails',
  'mastodon/mastodon',
  'PostHog/posthog',
  'immich-app/immich',
  'apache/superset',
  'chatwoot/chatwoot',
  'calcom/cal.com',
  'WordPress/wordpress-develop',
  'saleor/saleor',
  'langgenius/dify',
  'makeplane/plane',
  'outline/outline',
  'directus/directus',
  'twentyhq/twenty',
  'hoppscotch/hoppscotch',
  'formbricks/formbricks',
  'forem/forem',
  'Kong/kong',
  'electron/electron',
  'immich-app/immich (server)',
  'netbox-community/netbox-docker',
  'docker/awesome-compose',
  'anthropics/claude-code',
  'apache/airflow',
];

export const composeRows: readonly ComposeRow[] = rows.map(([uses, given, refused], index) => ({
  name: names[index] ?? '',
  ...{ uses, given },
  ...(refused !== undefined && { refused }),
}));
