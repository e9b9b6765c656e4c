/** The kinds of place that permissions are held against, with the lists that each has. */
import type { Channel, ChannelPermissions } from "@dragoman/bus-schema";

export const defaultRoles = ["owner", "admin", "moderator", "user"] as const;
export type DefaultRole = (typeof defaultRoles)[number];

export interface PlaceKind {
  readonly name: string;
  readonly about: string;
  readonly kind: Channel["kind"];
  readonly permissions: ChannelPermissions;
  /** Whether what is meant is a thread of the channel. */
  readonly thread?: true;
  /** Of a whisper: whether whoever asks is one of its two people. */
  readonly own?: boolean;
}

const staff: string[] = ["owner", "admin", "moderator"];
const everybody: string[] = ["user"];
const open: ChannelPermissions = {
  view: everybody,
  send: everybody,
  delete: ["admin", "moderator"],
  create_thread: everybody,
};

/** Every kind of place, in the order of the table. Absent lists have the defaults of OriginChats part 1, 5.3. */
export const placeKinds: readonly PlaceKind[] = [
  { name: "open", about: "what `general` is at first", kind: "text", permissions: open },
  {
    name: "read-only",
    about: "all read, the staff writes",
    kind: "text",
    permissions: { view: everybody, send: staff, delete: staff, pin: staff },
  },
  {
    name: "staff",
    about: "for the staff alone",
    kind: "text",
    permissions: { view: staff, send: staff, delete: staff, pin: ["owner", "admin"] },
  },
  {
    name: "hidden",
    about: "made without any list: the owner's",
    kind: "text",
    permissions: {},
  },
  { name: "voice", about: "an open voice channel", kind: "voice", permissions: open },
  { name: "forum", about: "an open forum itself", kind: "forum", permissions: open },
  { name: "thread", about: "in an open forum", kind: "forum", permissions: open, thread: true },
  {
    name: "staff thread",
    about: "in a forum for the staff",
    kind: "forum",
    permissions: { view: staff, send: staff, create_thread: staff },
    thread: true,
  },
  {
    name: "own whisper",
    about: "whoever asks is one of the two",
    kind: "whisper",
    permissions: {},
    own: true,
  },
  {
    name: "others' whisper",
    about: "between two others",
    kind: "whisper",
    permissions: {},
    own: false,
  },
];
