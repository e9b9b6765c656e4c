/** How the people of the model sign in, and are let go. */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { SockchatClient } from "../support/sockchat-client.ts";
import type { Side } from "./house-state.ts";

export type Client = OriginchatsClient | SockchatClient;

const limitMs = 60_000;
/** What a gateway says that lets go of whoever is to come back: it, or this process, stood still. */
const stoodStill: ReadonlySet<string> = new Set([
  "come back",
  "come back and see",
  "outcome unknown",
  "no sign of life",
  "reading too slowly",
  "reads too slowly",
]);

/** Whether a connection that was closed for that reason says nothing of what was done. */
export const hasStoodStill = (reason: string): boolean => stoodStill.has(reason.toLowerCase());

/**
 * Signs somebody in.
 * @param hears is given the connection before anything is said
 * @returns undefined: nobody was let in
 */
export function signIn(
  side: Side,
  port: number,
  name: string,
  hears: (client: Client) => void,
): Promise<Client | undefined> {
  return side === "oc" ? onOriginchats(port, name, hears) : onSockchat(port, name, hears);
}

async function onOriginchats(
  port: number,
  name: string,
  hears: (client: Client) => void,
): Promise<Client | undefined> {
  const client = await OriginchatsClient.connect(port);
  hears(client);
  client.send({ cmd: "login", username: name, password: "dragoman" });
  const { cmd } = await client.log.next(
    "answer",
    (p) => p.cmd === "ready" || p.cmd === "auth_error",
    limitMs,
  );
  if (cmd === "ready") return client;
  await client.close();
  return undefined;
}

async function onSockchat(
  port: number,
  name: string,
  hears: (client: Client) => void,
): Promise<Client | undefined> {
  const client = await SockchatClient.connect(port);
  hears(client);
  try {
    await client.login(name);
  } catch (error) {
    if (!String(error).includes("joinfail")) throw error;
    await client.close();
    return undefined;
  }
  return client;
}
