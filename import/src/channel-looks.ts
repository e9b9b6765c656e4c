/** How a channel is shown. */
import type { SourceChannel } from "./source.ts";

type Looks = Pick<SourceChannel, "description" | "displayName" | "icon" | "size">;

/** What a channel says of how it is shown, and no more. */
export const looksOf = ({ description, displayName, icon, size }: Looks): Looks => ({
  ...(description === undefined ? {} : { description }),
  ...(displayName === undefined ? {} : { displayName }),
  ...(icon === undefined ? {} : { icon }),
  ...(size === undefined ? {} : { size }),
});
