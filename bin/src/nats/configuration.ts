/** The text of a nats-server's configuration, from plain data. docs/journal.md 6.2 asks for its settings. */
import {
  type NatsUser,
  natsUsers,
  type Permission,
  permissions,
  type Territory,
} from "./permission.ts";

/** What the text depends on but for its users. Paths are absolute. */
export interface ServerSettings {
  /** Proves to whoever connects that this is the server that was started. */
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** Where the log goes; absent: standard error. */
  readonly logFile?: string;
}

/** Everything that the text depends on. */
export interface NatsConfiguration extends ServerSettings, Territory {
  /** What stands for each user's password: a value for `quote`, or a variable of the environment. */
  readonly passwords: Readonly<Record<NatsUser, Secret>>;
}

/** A password itself, or the environment variable that the server takes it from. */
type Secret = { readonly value: string } | { readonly variable: string };

/** A string of the server's configuration language, whose escapes are JSON's. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function list(subjects: readonly string[], indent: string): string {
  return `[\n${subjects.map((subject) => `${indent}  ${quote(subject)}`).join("\n")}\n${indent}]`;
}

function userBlock(user: NatsUser, secret: Secret, permission: Permission): string {
  const password = "value" in secret ? quote(secret.value) : `$${secret.variable}`;
  return `    {
      user: ${quote(user)}
      password: ${password}
      permissions: {
        publish: {
          allow: ${list(permission.publish, "          ")}
        }
        subscribe: {
          allow: ${list(permission.subscribe, "          ")}
        }
      }
    }`;
}

/**
 * A server without users: whoever reaches it may do everything there. The tests' alone, and the beginning of
 * `natsConfiguration`. Dead links are noticed within 2 s, and a client that does not read is cut after 2 s.
 */
export function openConfiguration(settings: ServerSettings): string {
  const { logFile } = settings;
  return `server_name: ${quote(settings.serverName)}
listen: ${quote(`${settings.host}:${settings.port}`)}
ping_interval: "1s"
ping_max: 2
write_deadline: "2s"
${logFile === undefined ? "" : `log_file: ${quote(logFile)}\nlogfile_size_limit: 16777216\n`}
jetstream: {
  store_dir: ${quote(settings.storeDir)}
}
`;
}

/** The file that nats-server 2.9.10 and later reads. */
export function natsConfiguration(options: NatsConfiguration): string {
  const granted = permissions(options);
  const users = natsUsers.map((user) => userBlock(user, options.passwords[user], granted[user]));
  return `${openConfiguration(options)}
authorization: {
  users: [
${users.join("\n")}
  ]
}
`;
}
