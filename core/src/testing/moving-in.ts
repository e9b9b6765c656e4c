/** What moves into a community in its tests, and people to whom it belongs. */
import assert from "node:assert/strict";
import type {
  CommandOf,
  ImportedMessage,
  ImportedPerson,
  Message,
  MessageId,
  UserId,
} from "@dragoman/bus-schema";
import { Community, eventOf } from "@dragoman/testing/community";
import type { Decision } from "../decider/contract.ts";
import { encodeState, StateDecoder } from "../state/codec.ts";
import { violations } from "../state/violations.ts";

export const ada = "old_ada" as UserId;
export const ben = "old_ben" as UserId;
export const id = (n: number): MessageId =>
  `00000000-0000-4000-a000-${String(n).padStart(12, "0")}` as MessageId;

export function moveIn(community: Community, person: Partial<ImportedPerson> & { userId: UserId }) {
  return community.operator({
    type: "import.person",
    person: { name: person.userId.replace("old_", ""), roleIds: [], ...person },
  });
}

export function peopled(): Community {
  const community = new Community();
  for (const userId of [ada, ben]) moveIn(community, { userId });
  return community;
}

export const message = (
  community: Community,
  n: number,
  change: Partial<ImportedMessage> = {},
): ImportedMessage => ({
  messageId: id(n),
  place: community.place("general"),
  author: { kind: "user", userId: ada },
  kind: "text",
  content: { text: `words ${n}`, markup: "markdown" },
  createdAtUs: 1_600_000_000_000_000 + n,
  ...change,
});

export const bringing = (
  from: string | null,
  cursor: string,
  messages: readonly ImportedMessage[],
): CommandOf<"import.messages"> => ({
  type: "import.messages",
  progress: { source: "old", key: "general", cursor },
  from,
  messages: [...messages],
});

export const postedIn = (decision: Decision): readonly Message[] =>
  (eventOf(decision, "import.stored")?.events ?? []).flatMap((event) =>
    event.type === "message.posted" ? [event.message] : [],
  );

/** The state as a snapshot brings it back is the same. */
export function assertWhole({ state }: Community): void {
  assert.deepEqual([...violations(state)], []);
  const decoder = new StateDecoder();
  for (const line of encodeState(state)) decoder.take(line);
  assert.deepEqual([...encodeState(decoder.finish())], [...encodeState(state)]);
}

export const roleOf = ({ state }: Community, name: string) =>
  [...state.roles.values()].find((role) => role.name === name);

export const broughtRole = (n: number, name: string, permissions: readonly string[] = []) => ({
  roleId: id(n) as never,
  name,
  description: null,
  color: "#00ff00",
  hoisted: true,
  permissions: [...permissions],
  rank: 9,
  selfAssignable: true,
  category: null,
});
