/** A data folder of an OriginChats server with all that such folders hold wrong, made for tests. */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `password` as the original hashes it, at its lowest cost. */
const oldHash = "$2b$04$U9PCgcHpHxsp.ncQtV0xFegtvAh6T8cdyY16zS6mzMFMthynqN9aS";
/** What `oldHash` was made of. */
export const oldPassword = "pw-ada";

/** A message as the original writes it, with its padding. */
export interface OldMessage {
  readonly id: string;
  readonly user: string;
  readonly content: string;
  readonly timestamp: number;
}

export const padded = (message: unknown): string => `${JSON.stringify(message)}${" ".repeat(512)}`;

/** So many messages of a channel, a second apart. */
export function oldMessages(count: number, user: string, firstAt = 1_700_000_000): OldMessage[] {
  return Array.from({ length: count }, (_, n) => ({
    id: randomUUID(),
    user,
    content: `line ${n} ${"with some words that are searched ".repeat(6)}`,
    timestamp: firstAt + n + 0.25,
  }));
}

export interface OldFolder {
  readonly users: Readonly<Record<string, unknown>>;
  readonly channels: readonly unknown[];
  /** Files below `db`, by their paths. */
  readonly files: Readonly<Record<string, string>>;
}

export const openTo = (...roles: string[]) => ({ view: roles, send: roles });

export const localUser = (name: string, roles: readonly string[] = ["user"]) => ({
  username: `USR:local_${name}`,
  nickname: name,
  password_hash: oldHash,
  roles,
  status: { status: "online", text: "" },
});

/** Writes a folder. */
export async function writeFolder(folder: string, { users, channels, files }: OldFolder) {
  await mkdir(join(folder, "db", "channels"), { recursive: true });
  const all = {
    "users.json": JSON.stringify(users),
    "channels.json": JSON.stringify(channels),
    "roles.json": JSON.stringify({
      owner: { description: "", color: "#9400D3", hoisted: true, permissions: ["administrator"] },
      vip: { description: "", color: "#00ff00", hoisted: true, permissions: [], position: 1 },
      user: { description: "", color: null, hoisted: false, permissions: [], position: 2 },
    }),
    ...files,
  };
  await writeFile(join(folder, "config.json"), JSON.stringify({ server: { name: "Old house" } }));
  for (const [path, text] of Object.entries(all)) {
    await mkdir(join(folder, "db", path, ".."), { recursive: true });
    await writeFile(join(folder, "db", path), text);
  }
}
