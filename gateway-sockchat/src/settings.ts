/** The section `sockchat` of the configuration: every key with its default. Durations end in `Ms`. */
import { edgeSection, setting } from "@dragoman/service-kit";

export const section = edgeSection(
  "sockchat",
  {
    port: setting.port.default(6770),
    /** A connection that has not pinged for so long is closed with reason timeout. */
    pingTimeoutMs: setting.ms.default(300_000),
    /** People of OriginChats whom lists name; above, who spoke in the last day and nobody else. */
    originchatsListed: setting.count.default(300),
    /** One inbound frame. The longest that is needed: `postContent` of 10,000 code points of 4 bytes, and a command. */
    frameBytes: setting.frameBytes.default(64 * 1024),
    /** Lines of history at login and on entering a channel. */
    backlog: setting.count.default(20),
    /** Packets in `floodWindowMs` from which `flwarn` is sent, and at which the person is put out. */
    floodWarn: setting.count.default(25),
    floodKick: setting.count.default(30),
    floodWindowMs: setting.ms.default(10_000),
    /** Pictures in messages as `[img]` tags instead of bare addresses. */
    imageTags: setting.flag.default(false),
    /** Everybody's client knows `[s]` and `[spoiler]`, as those of Flashii do and that of 2015 does not. */
    laterTags: setting.flag.default(false),
    /** Reactions: a notice so long after the last change of a message, at most one in `digestAgainMs`. 0: none. */
    digestMs: setting.ms.default(5_000),
    digestAgainMs: setting.ms.default(60_000),
    /** Who comes back within this time is given what was missed since, at most so many lines. */
    returnMs: setting.ms.max(3_600_000).default(600_000),
    returnLines: setting.count.max(200).default(200),
  },
  {
    /** Live sessions of one person on Sock Chat. */
    sockchatSessionsPerPerson: setting.count.default(5),
  },
);

/** The settings of this edge in a configuration. */
export const settings = section.of;
