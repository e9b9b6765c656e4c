/** The name that lines of no account stand under (part 1, 4.1). */
export const systemName = "originChats";
