/**
 * The demo: channels and accounts that a first start makes, so that there is somebody to be. Everybody knows its
 * password, so a folder with these accounts is refused on any address but loopback.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, Result } from "@dragoman/bus-schema";
import { type Config, isLoopback, OperatorError } from "@dragoman/service-kit";
import { z } from "zod";
import { writePrivate } from "./data-folder.ts";
import type { Operator, Snapshot } from "./operator.ts";
import { sayRejection } from "./rejection-words.ts";

/** The accounts, each with the role that it has beside `user`. */
export const demoAccounts = [
  { name: "ada", roles: [] },
  { name: "ben", roles: [] },
  { name: "mona", roles: ["moderator"] },
  { name: "olga", roles: ["owner"] },
] as const;

/** The password on a loopback address. */
export const demoPassword = "dragoman";

const everybody = ["user"];
const staff = ["moderator", "admin", "owner"];
/** `general` is core's own. */
const demoChannels = [
  { name: "random", roles: everybody },
  { name: "staff", roles: staff },
] as const;

/** How far the demo of a folder is, and who knows its passwords. Passwords stand here only until all is made. */
const Progress = z.object({
  known: z.boolean(),
  made: z.boolean(),
  passwords: z.record(z.string(), z.string()),
});
type Progress = z.infer<typeof Progress>;

const progressPath = (dataDir: string): string => join(dataDir, "demo.json");

function readProgress(dataDir: string): Progress | null {
  const path = progressPath(dataDir);
  return existsSync(path) ? Progress.parse(JSON.parse(readFileSync(path, "utf8"))) : null;
}

function writeProgress(dataDir: string, progress: Progress): void {
  writePrivate(progressPath(dataDir), `${JSON.stringify(progress)}\n`);
}

/** Whether a start makes a demo where there is nothing yet: by hand, or by itself on a loopback address. */
export function isDemoOn(config: Config): boolean {
  return config.demo === "auto" ? isLoopback(config.host) : config.demo;
}

/** The demo accounts that are still there. */
function demoUsers(snapshot: Snapshot): Snapshot["users"] {
  return snapshot.users.filter((user) => user.demo && !user.departed);
}

/**
 * Accounts with the well-known password must not be reachable from elsewhere.
 * @throws OperatorError saying how they are removed
 */
export function refuseKnownPasswords(config: Config, dataDir: string, snapshot: Snapshot): void {
  const isKnown = readProgress(dataDir)?.known ?? true;
  if (isLoopback(config.host) || !isKnown || demoUsers(snapshot).length === 0) return;
  throw new OperatorError(sayRefused(config, dataDir), 2);
}

/** The same as far as the folder tells, in one sentence: it notes when its demo accounts are removed. */
export function sayKnownPasswords(config: Config, dataDir: string): string | undefined {
  const progress = readProgress(dataDir);
  const isRefused = progress?.known === true && !isLoopback(config.host);
  return isRefused ? sayRefused(config, dataDir) : undefined;
}

const sayRefused = ({ host }: Config, dataDir: string): string =>
  `${dataDir} has demo accounts whose password everybody knows, so ${host} is refused; ` +
  "remove them first: `npx dragoman user remove --demo`";

/** Notes that nobody knows a password of the folder's any more. */
export function forgetKnownPasswords(dataDir: string): void {
  const progress = readProgress(dataDir);
  if (progress !== null) writeProgress(dataDir, { ...progress, known: false });
}

function accepted(what: string, result: Result<unknown>): void {
  if (!result.ok && result.rejection.code !== "already_exists") {
    throw new OperatorError(`${what}: ${sayRejection(result.rejection)}`, 1);
  }
}

function channelCommand(channel: (typeof demoChannels)[number]): Command {
  const list = [...channel.roles];
  return {
    type: "channel.create",
    kind: "text",
    name: channel.name,
    permissions: { view: list, send: list },
  };
}

/**
 * Makes the demo on a first start, or ends making it where an earlier start was cut short.
 * @returns the accounts' passwords where this start made them, else null
 */
export async function makeDemo(
  config: Config,
  dataDir: string,
  operator: Operator,
  snapshot: Snapshot,
): Promise<Readonly<Record<string, string>> | null> {
  let progress = readProgress(dataDir);
  if (progress === null) {
    if (snapshot.users.length > 0) return null;
    const known = isLoopback(config.host);
    const password = (): string => (known ? demoPassword : randomBytes(12).toString("base64url"));
    const passwords = Object.fromEntries(demoAccounts.map(({ name }) => [name, password()]));
    progress = { known, made: false, passwords };
    writeProgress(dataDir, progress);
  }
  if (progress.made) return null;
  const present = new Set([...snapshot.channels, ...snapshot.users].map((thing) => thing.name));
  for (const channel of demoChannels) {
    if (present.has(channel.name)) continue;
    accepted(`channel ${channel.name}`, await operator.command(channelCommand(channel)));
  }
  for (const { name, roles } of demoAccounts) {
    if (present.has(name)) continue;
    const password = progress.passwords[name] ?? demoPassword;
    accepted(name, await operator.addUser({ name, password, roles, demo: true }));
  }
  writeProgress(dataDir, { known: progress.known, made: true, passwords: {} });
  return progress.passwords;
}

/** Removes every demo account; a later start makes none again. */
export async function removeDemo(
  operator: Operator,
  snapshot: Snapshot,
): Promise<readonly string[]> {
  const names = demoUsers(snapshot).map((user) => user.name);
  for (const target of names) {
    accepted(target, await operator.command({ type: "user.depart", target }));
  }
  return names;
}
