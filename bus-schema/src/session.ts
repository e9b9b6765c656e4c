/** A signed-in connection, and what must be known of the protocol that it came in by. */
import { z } from "zod";
import { GatewayId, KeyTag, SessionId, UserId, UserNumber } from "./id.ts";
import { Place } from "./place.ts";

/**
 * The name of a protocol. It is kept and shown, and compared for being the same; what a session of a protocol is
 * like is never derived from it, but said by the session's traits.
 */
export const Protocol = z.string().regex(/^[a-z][a-z0-9]{0,31}$/);
export type Protocol = z.infer<typeof Protocol>;

/** What a client says that it is, for counting alone: letters, digits and few signs. */
export const ClientKind = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._/+-]{0,31}$/);
export type ClientKind = z.infer<typeof ClientKind>;

/** What a client has said that it is; undefined: nothing that can be counted. */
export function clientKindOf(said: string): ClientKind | undefined {
  const kind = ClientKind.safeParse(
    said
      .replaceAll(/[^A-Za-z0-9 ._/+-]/g, "")
      .trim()
      .slice(0, 32),
  );
  return kind.success ? kind.data : undefined;
}

/** What a session is like, for as long as it lasts. Each session carries it: short words, for closing many is one record. */
export const SessionTraits = z.object({
  /**
   * `one place`: it stands in one channel or thread at a time and is moved out of one that goes. `everywhere`: it
   * has all channels at once that its person may view.
   */
  stands: z.enum(["one place", "everywhere"]),
  /** What a flood brings: the `close` of the connection, or a `kick` of the person, from everywhere and for a time. */
  flood: z.enum(["close", "kick"]),
});
export type SessionTraits = z.infer<typeof SessionTraits>;

/**
 * What its gateway's edge declares of a session, together with the proof of identity. Core signs it into the ticket
 * that opens the session, so that it cannot be chosen afterwards. What is added here matters at the opening alone.
 */
export const OpeningTraits = SessionTraits.extend({
  /** Live sessions that one person may have by this protocol; absent: as many as by all of them together. */
  sessionsMax: z.int().min(0).exactOptional(),
  /** How long a person who comes back is told which messages of the place were missed; 0: not at all. */
  returnMs: z.int().min(0),
  /** Whether it is told of whispers that came while the person had no connection. */
  toldMissedWhispers: z.boolean(),
});
export type OpeningTraits = z.infer<typeof OpeningTraits>;

/**
 * One signed-in connection. `place` is where it stands, if its traits say that it stands in one. `alias` is the
 * number that its client knows the person by, where that is not the person's own.
 */
export const Session = z.object({
  sessionId: SessionId,
  userId: UserId,
  gatewayId: GatewayId,
  protocol: Protocol,
  traits: SessionTraits,
  place: Place.exactOptional(),
  alias: UserNumber.exactOptional(),
  /** Of the key that its connection alone was given, for requests outside the connection. */
  keyTag: KeyTag.exactOptional(),
});
export type Session = z.infer<typeof Session>;
