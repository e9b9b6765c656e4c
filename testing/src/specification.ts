/**
 * What a command does, as one sentence: `given(...).when(...).thenEvents(...)`. For tests of a single decision; whoever
 * looks at what becomes of the state uses the `Community` itself.
 */
import assert from "node:assert/strict";
import type { Event, RejectionCode, SessionId } from "@dragoman/bus-schema";
import type { Body, Decision } from "@dragoman/core/decider";
import { Community, type Settings } from "./community.ts";

/** What has happened before: events as they stand in the journal, or what people did in the community. */
export type Before = readonly Event[] | ((community: Community) => void);

/** A decision that is to be held against what is expected. */
interface Decided {
  readonly decision: Decision;
  /** @throws AssertionError unless it was accepted with events of exactly these types, in this order */
  thenEvents(...types: readonly Event["type"][]): void;
  /** @throws AssertionError unless it was refused with this code */
  thenRefused(code: RejectionCode): void;
}

export interface Given {
  /**
   * Decides a command, made against the community as it is; null: the operator's.
   * @param by the name of a person, who is signed in for it
   */
  when(by: string | null, command: Body | ((community: Community) => Body)): Decided;
}

function decided(decision: Decision): Decided {
  return {
    decision,
    thenEvents(...types) {
      const seen = decision.ok ? decision.events.map(({ type }) => type) : decision.rejection;
      assert.deepEqual(seen, types);
    },
    thenRefused(code) {
      assert.equal(decision.ok ? "accepted" : decision.rejection.code, code);
    },
  };
}

/** A fresh community after what was before. */
export function given(before: Before = [], settings: Settings = {}): Given {
  const community = new Community(settings);
  if (typeof before === "function") before(community);
  else if (before.length > 0) {
    const { commit } = community.journal[0] ?? assert.fail("a community begins with its seed");
    community.take({ cause: commit.cause, events: [...before] });
  }
  const sessions = new Map<string, SessionId>();
  return {
    when(by, command) {
      const body = typeof command === "function" ? command(community) : command;
      if (by === null) return decided(community.operator(body));
      const session = sessions.get(by) ?? community.enter(by, "originchats");
      sessions.set(by, session);
      return decided(community.as(session, body));
    },
  };
}
