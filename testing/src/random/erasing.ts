/** Steps of forgetting a person, as an operator begins them and core goes on. Seldom, for the runs have few people. */
import type { Body } from "@dragoman/core/decider";
import type { Community } from "../community.ts";
import { type Makers, pick } from "./make.ts";

export const erased = {
  "user.erase": (community, a, b) =>
    b % 3 === 0
      ? { type: "user.erase", target: pick([...community.state.people.keys()], a) ?? "" }
      : { type: "server.signal", signal: "reload" },
} satisfies Makers;

/** What core would do next about somebody who is being forgotten; undefined: nobody is. */
export function erasing(community: Community, a: number, b: number): Body | undefined {
  const [first] = community.state.erasures;
  if (first === undefined) return undefined;
  const [userId, { userIds }] = first;
  const all = [...community.messages.values()].filter((each) => each !== null);
  const messages = all.filter(
    ({ author }) => author.kind === "user" && userIds.includes(author.userId),
  );
  const quotedIn = all.flatMap(({ replyTo, number }) => (replyTo === undefined ? [] : [number]));
  const steps: readonly Body[] = [
    { type: "user.clear", userId },
    { type: "message.erase", messages },
    { type: "reaction.erase", userIds, messages: all },
    { type: "journal.fill", bytes: "x" },
    { type: "user.forget", userId, quotedIn: quotedIn.slice(0, 9), done: b % 3 === 0 },
  ];
  return pick(steps, a);
}
