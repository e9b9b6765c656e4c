/** A source read whole, as lines of JSON: what a golden file holds. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import {
  type Remark,
  type SockChatOptions,
  SockChatSource,
  type SourceChannel,
  type SourceMessage,
  type SourcePerson,
} from "@dragoman/import";
import { nowMs } from "./sockchat-community.ts";

export interface Whole {
  readonly people: readonly SourcePerson[];
  readonly channels: readonly SourceChannel[];
  readonly messages: readonly (SourceMessage & { readonly key: string })[];
  readonly remarks: readonly Remark[];
}

/** @param more options beside the path; `after`: by channel, what is there already */
export async function readWhole(
  path: string,
  { after = {}, ...more }: Partial<SockChatOptions> & { after?: Record<string, string> } = {},
): Promise<Whole> {
  const remarks: Remark[] = [];
  const source = await SockChatSource.read({
    path,
    source: "old",
    nowMs,
    onRemark: (remark) => remarks.push(remark),
    ...more,
  });
  try {
    const channels = source.channels();
    return {
      people: [...source.people()],
      channels,
      messages: channels.flatMap(({ key }) =>
        [...source.messages(key, after[key] ?? null)].map((one) => ({ key, ...one })),
      ),
      remarks,
    };
  } finally {
    await source.close();
  }
}

/** Compares with a golden file beside the tests; `DRAGOMAN_TEST_GOLDEN=write` writes it anew. */
export function assertGolden(name: string, { people, channels, messages, remarks }: Whole): void {
  const file = new URL(`../../import/golden/${name}.jsonl`, import.meta.url);
  const lines = [
    ...channels.map((channel) => ({ channel })),
    ...people.map((person) => ({ person })),
    ...messages.map((said) => ({ said })),
    ...remarks.map((remark) => ({ remark })),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  if (process.env["DRAGOMAN_TEST_GOLDEN"] === "write") writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"), `${name} is as its golden file says`);
}
