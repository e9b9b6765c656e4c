/** What a Sock Chat connection remembers for itself. */
import type { UserId } from "@dragoman/bus-schema";
import type { Client, Packet } from "@dragoman/gateway-kit";

export interface SockchatClient {
  /** When the last ping came (or the sign-in), epoch ms. */
  pingedAtMs: number;
  /** Arrivals of counted packets within the flood window, epoch ms, oldest first. */
  readonly counted: number[];
  /** This burst has had its warning; the warning still waits to be sent; the connection is on its way out. */
  warned: boolean;
  warning: boolean;
  flooded: boolean;
  /** What whoever is turned away is told last: closing drops whatever is still queued. */
  refusal: Packet | undefined;
  /** The capabilities that were granted. */
  capabilities: readonly string[];
  /** Client info, packet 3 before sign-in, came: it counts once. */
  introduced: boolean;
  /** What it said then that it is. */
  ident: string | undefined;
  /** When this connection last said that it types, by `View.steadyMs`. */
  typedAtMs: number;
  /** It was not let in, and shows the channel that says why. */
  atSignpost: boolean;
  /** When it was last told that the community leaves, by `View.steadyMs`. */
  toldAtMs: number;
  /** When it was last told of each person's typing, by `View.steadyMs`. */
  readonly typists: Map<UserId, number>;
}

export type Connection = Client<SockchatClient>;

/** State of a fresh connection. */
export function newClient(): SockchatClient {
  return {
    pingedAtMs: 0,
    counted: [],
    warned: false,
    warning: false,
    flooded: false,
    refusal: undefined,
    capabilities: [],
    introduced: false,
    ident: undefined,
    typedAtMs: Number.NEGATIVE_INFINITY,
    atSignpost: false,
    toldAtMs: 0,
    typists: new Map(),
  };
}
