/** What an edge keeps beside the roster. */
import type { Event } from "@dragoman/bus-schema";

/**
 * A view of an edge's own beside the roster (`Edge.extensions`). It is made when a roster is, from the roster as it
 * stands then, and goes with it. Rendering finds it by `Roster.extension`.
 */
export interface RosterExtension {
  /** Takes an event in, before the roster does. */
  before(event: Event): void;
}
