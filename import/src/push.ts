/** Where people of a source are notified, and are by the house from now on. */
import type { UserId } from "@dragoman/bus-schema";
import type { Furnishing } from "./furnishing.ts";
import { sayRefusal } from "./house.ts";
import { derivedId } from "./id.ts";
import type { People } from "./people.ts";

const kind = "push subscription";

/** One after the other: the first brings the keys. */
export async function bringPushes({ source, house, report }: Furnishing, people: People) {
  const { pushes } = source;
  if (pushes === undefined) return;
  const { privateKey, publicKey, subscriptions } = pushes;
  report.count(kind, "read", subscriptions.length);
  const { pushKey } = await house.words();
  if (pushKey !== undefined && pushKey !== publicKey) {
    report.count(kind, "left", subscriptions.length);
    report.say(kind, source.name, "the house has subscriptions of its own, made by other keys");
    return;
  }
  for (const { personId, ...subscription } of subscriptions) {
    const userId = people.of({ kind: "person", id: personId }) ?? ("" as UserId);
    const key = `push ${derivedId(source.name, "push", subscription.endpoint)}`;
    const result = await house.command({
      type: "import.push",
      privateKey,
      userId,
      subscription,
      progress: { source: source.name, key, cursor: "1" },
    });
    if (result.ok) report.count(kind, result.value === null ? "there" : "brought");
    else report.leave(kind, personId, sayRefusal(result));
  }
}
