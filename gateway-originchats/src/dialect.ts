/**
 * The distinct renderings of this protocol. There is one: JSON knows no versions, and what differs by person
 * (a whisper channel's name, one's own channel list) is rendered personally.
 */
export type Dialect = "json";

/** The dialect of every connection. */
export const dialect = (): Dialect => "json";
