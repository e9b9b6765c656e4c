/** How much one answer holds at most. Nothing is loaded with it: the history's worker has little else of this package. */

/** Replies to one message, and pinned messages of one channel. */
export const repliesMax = 200;
export const pinnedMax = 500;

/** Places that one search of many is asked for. */
export const searchedPlacesMax = 1_000;

/** Messages, votes or uploads of an export. */
export const exportPageMax = 500;
/** People of an export. */
export const exportPeopleMax = 100;
/** Bytes of messages of an export: the one that goes beyond is its last. */
export const exportBytesMax = 512 * 1024;
