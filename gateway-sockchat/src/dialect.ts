/**
 * The distinct renderings. Sock Chat as deployed is version 1 alone (reference, part 0), so there is one. The
 * typing packet, which only sessions with that capability get, is sent person by person.
 */
export type Dialect = "v1";
export const dialect: Dialect = "v1";
