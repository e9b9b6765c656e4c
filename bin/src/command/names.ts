/** What people are called, by their ids: looked up when one is met, and then known. */
import type { Operator } from "../operator.ts";

export function namesIn(operator: Operator): (userId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (userId) => {
    const name = known.get(userId);
    if (name !== undefined) return name;
    const { user } = await operator.ask({ type: "user.record", target: userId });
    known.set(userId, user.name);
    return user.name;
  };
}
