/** What is said between the projection and whoever has a person forgotten (`erase.ts`). */
import type { Message, UserId, WebhookId } from "@dragoman/bus-schema";
import type { Old } from "./old.ts";

/** Whose words are looked for. */
export interface Sought {
  readonly userIds: readonly UserId[];
  readonly webhookIds: readonly WebhookId[];
}

/** `next`: go on below that number; null: that was all. `littered`: places that are gone hold something still. */
export interface Traces {
  readonly messages: Old["messages"];
  readonly reacted: readonly Message[];
  /** Messages of others that quote what is there no longer. */
  readonly quotedIn: readonly Message["number"][];
  readonly next: number | null;
  readonly littered: boolean;
}

/** What is kept of people besides messages. */
export interface EraseChange {
  readonly do: "erase";
  readonly userIds: readonly UserId[];
  /** In whatever case. */
  readonly called: readonly string[];
}
export interface ForgetChange {
  readonly do: "forget";
  readonly quotedIn: readonly number[];
  readonly done: boolean;
}
