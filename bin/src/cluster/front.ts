/** What stands in front of the gateways of `dragoman cluster`: Caddy or HAProxy, with the settings of compose. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** One address for people, and where it leads. */
export interface Way {
  readonly name: string;
  readonly port: number;
  readonly to: readonly number[];
}

/** A program that can be run as it is. */
export interface Front {
  readonly name: "Caddy" | "HAProxy";
  readonly program: string;
  readonly args: (configPath: string) => readonly string[];
  readonly configOf: (ways: readonly Way[]) => string;
}

const systemFolders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
const address = (port: number): string => `127.0.0.1:${port}`;

/** A Caddyfile; deploy/proxy/Caddyfile finds its gateways by name instead. */
export function caddyfile(ways: readonly Way[]): string {
  const blocks = ways.map(
    ({ port, to }) => `http://${address(port)} {
	bind 127.0.0.1
	reverse_proxy ${to.map(address).join(" ")} {
		lb_policy least_conn
		lb_try_duration 5s
		lb_try_interval 250ms
		fail_duration 5s
	}
}
`,
  );
  return `{
	admin off
	auto_https off
	log {
		level ERROR
	}
}

${blocks.join("\n")}`;
}

/** The same for HAProxy. */
export function haproxyConfiguration(ways: readonly Way[]): string {
  const parts = ways.map(
    ({ name, port, to }) => `frontend ${name}
  bind ${address(port)}
  default_backend to_${name}
backend to_${name}
  balance leastconn
  option redispatch
${to.map((each, n) => `  server ${name}-${n + 1} ${address(each)} check inter 500`).join("\n")}
`,
  );
  return `defaults
  mode http
  option forwardfor
  retries 3
  timeout connect 2s
  timeout client 1m
  timeout server 1m
  timeout tunnel 1d

${parts.join("\n")}`;
}

const known: readonly (Omit<Front, "program"> & { readonly file: string })[] = [
  {
    name: "Caddy",
    file: "caddy",
    args: (path) => ["run", "--adapter", "caddyfile", "--config", path],
    configOf: caddyfile,
  },
  {
    name: "HAProxy",
    file: "haproxy",
    args: (path) => ["-f", path],
    configOf: haproxyConfiguration,
  },
];

/** The first of them that this machine has; undefined: none. */
export async function findFront(path: string): Promise<Front | undefined> {
  const folders = [...path.split(delimiter).filter((each) => each !== ""), ...systemFolders];
  for (const { file, ...front } of known) {
    for (const folder of folders) {
      const program = join(folder, file);
      const isThere = await access(program, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return { ...front, program };
    }
  }
  return undefined;
}
