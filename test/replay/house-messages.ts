/** Writes the messages of a seed into a house of OriginChats, as their authors. */
import { OriginchatsClient } from "../support/originchats-client.ts";
import { portOf, type Stack } from "../support/stack.ts";
import type { Seed } from "./seed.ts";

/**
 * Writes the seed's messages with their replies, then their reactions, edits and pins.
 * @returns their ids here, by those of the recording
 * @throws Error when one is not taken, or when the seed has messages for a house of Sock Chat
 */
export async function storeMessages(
  stack: Stack,
  { people, messages }: Seed,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  if (messages.length === 0) return ids;
  const port = portOf(stack.originchats);
  const clients = new Map<string, OriginchatsClient>();
  async function as(name: string): Promise<OriginchatsClient> {
    const there = clients.get(name);
    if (there !== undefined) return there;
    const password = people.find((person) => person.name === name)?.password;
    const client = await OriginchatsClient.signIn(port, name, password);
    clients.set(name, client);
    return client;
  }
  for (const { id, channel, author, content, replyTo } of messages) {
    const reply = replyTo === undefined ? {} : { reply_to: ids.get(replyTo) };
    const client = await as(author);
    const answer = await client.ask({ cmd: "message_new", channel, content, ...reply });
    const made = answer["message"] as { readonly id: string } | undefined;
    if (made === undefined) throw new Error(`${id} of the seed is refused`);
    ids.set(id, made.id);
  }
  for (const { id, channel, author, content, reactions = {}, edited, pinned } of messages) {
    const about = { channel, id: ids.get(id) };
    const client = await as(author);
    if (edited === true) await client.ask({ cmd: "message_edit", ...about, content });
    for (const [emoji, names] of Object.entries(reactions)) {
      for (const name of names) {
        await (await as(name)).ask({ cmd: "message_react_add", ...about, emoji });
      }
    }
    if (pinned === true) await client.ask({ cmd: "message_pin", ...about });
  }
  for (const client of clients.values()) await client.close();
  return ids;
}
