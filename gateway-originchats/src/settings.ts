/** The section `originchats` of the configuration: every key with its default. Durations end in `Ms`. */
import { edgeSection, setting } from "@dragoman/service-kit";

export const section = edgeSection("originchats", {
  port: setting.port.default(5613),
  /** The public base, `https://host`; derived from host, port and TLS when empty. */
  url: setting.text.default(""),
  /** How often the server says `ping` to each connection. */
  pingMs: setting.ms.default(30_000),
  /** Above so many packets in 10 s one is answered `rate_limit`; above `floodClose` the socket is closed. */
  floodWarn: setting.count.default(300),
  floodClose: setting.count.default(1_000),
  /** A readable `error` beside `rate_limit` at most once in this time. */
  rateErrorMs: setting.ms.default(5_000),
  /** One inbound frame. The longest that is needed carries a picture of 2 MiB as base64. */
  frameBytes: setting.frameBytes.default(3 * 1024 * 1024),
});

/** The settings of this edge in a configuration. */
export const settings = section.of;
