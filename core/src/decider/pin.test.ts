import { describe, it } from "node:test";
import type { Community } from "@dragoman/testing/community";
import { given } from "@dragoman/testing/specification";
import type { Body } from "./contract.ts";

/** Ada has written a line in general, where moderators pin; mona is one. */
function written(community: Community): void {
  community.person("ada");
  community.person("mona", "moderator");
  community.operator({
    type: "channel.update",
    channel: "general",
    permissions: { view: ["user"], send: ["user"], pin: ["moderator"] },
  });
  community.posted(community.enter("ada", "originchats"), "a line");
}

function pinned(community: Community): void {
  written(community);
  community.as(community.enter("mona", "originchats"), onTheLine("pin.add")(community));
}

/** A command about the one message that there is. */
const onTheLine =
  (type: "pin.add" | "pin.remove", ref?: string) =>
  (community: Community): Body => ({
    type,
    place: community.place("general"),
    message: ref ?? [...community.messages.keys()].at(-1) ?? "none",
  });

describe("a pin", () => {
  it("is set and taken away by whom the channel's list names", () => {
    given(written).when("mona", onTheLine("pin.add")).thenEvents("pin.added");
    given(pinned).when("mona", onTheLine("pin.remove")).thenEvents("pin.removed");
  });

  it("is refused to everybody else", () => {
    given(written).when("ada", onTheLine("pin.add")).thenRefused("not_permitted");
    given(pinned).when("ada", onTheLine("pin.remove")).thenRefused("not_permitted");
  });

  it("is of a message that is there", () => {
    given(written).when("mona", onTheLine("pin.add", "4711")).thenRefused("not_found");
  });
});
