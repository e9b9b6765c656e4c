/** A house that can store nothing, as people of both protocols meet it. */
import assert from "node:assert/strict";
import type { OriginchatsClient } from "./originchats-client.ts";
import type { SockchatClient } from "./sockchat-client.ts";

/**
 * Sees for so long that words are refused on both sides with the reason, that `general` is read, and that nobody is let go.
 * @param page what a page of `general` holds
 */
export async function seeFull(
  ben: OriginchatsClient,
  mona: SockchatClient,
  { forMs, page }: { readonly forMs: number; readonly page: RegExp },
): Promise<void> {
  const monaIsTold = async (): Promise<void> => {
    mona.say("meanwhile");
    await mona.next("2", ([, , who, text]) => who === "-1" && /storage is full/.test(text ?? ""));
  };
  await monaIsTold();
  const untilMs = performance.now() + forMs;
  while (performance.now() < untilMs) {
    const refusal = await ben.ask({ cmd: "message_new", channel: "general", content: "meanwhile" });
    assert.match(JSON.stringify(refusal), /storage is full/);
    const read = await ben.ask({ cmd: "messages_get", channel: "general", limit: 5 });
    assert.match(JSON.stringify(read), page);
  }
  await monaIsTold();
  assert.ok(ben.isOpen && mona.isOpen);
}
