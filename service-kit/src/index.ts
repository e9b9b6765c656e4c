/** The public face of service-kit: what every process needs. */
export { addressBlock, addressRanges, normalAddress } from "./address.ts";
export { baseUrl } from "./base-url.ts";
export { Bus, BusError, type KV, type Msg, type Subscription } from "./bus.ts";
export { type Certificate, certificateEnd, readCertificate, renewOnHangup } from "./certificate.ts";
export { checkConfig, checkFolder, refuseUnsound } from "./check-config.ts";
export { RemoteClock, type Skew, SkewWatch, wallMs } from "./clock.ts";
export type { Config } from "./config.ts";
export { markFolder } from "./data-mark.ts";
export {
  /** @public the compiler names it in the type of a section */
  type EdgeSection,
  /** @public the compiler names it in the type of a section */
  type EdgeSettings,
  edgeSection,
} from "./edge-section.ts";
export { environmentName } from "./environment.ts";
export { endOnUncaught } from "./fatal.ts";
export { Feed } from "./feed.ts";
export type { Halt, Position } from "./feed-options.ts";
export { FileError, type Files, FullError } from "./files/files.ts";
export { servedFiles, serveFiles } from "./files/serve.ts";
export { ensureFiles, FileStore } from "./files/store.ts";
export { startHealth } from "./health.ts";
export { ensureJournal } from "./journal.ts";
export { derivedKey, keyTagOf } from "./key-tag.ts";
export {
  type EdgeFacts,
  type EdgeService,
  type Service,
  type ServiceContext,
  untilSignal,
} from "./lifecycle.ts";
export { type ListenAddress, listenError } from "./listen-error.ts";
export { type ConfigSchema, configSchema, loadConfig } from "./load-config.ts";
export { createLogger, type Logger } from "./logger.ts";
export {
  createRegistry,
  type Gauge,
  type MetricRow,
  type Metrics,
  type MetricTable,
  openMetrics,
  Registry,
} from "./metrics.ts";
export { OperatorError } from "./operator-error.ts";
export { PackedMap } from "./packed/packed-map.ts";
export { runService } from "./process.ts";
export { isLoopback, publicHost } from "./public-host.ts";
export type { FeedRecord } from "./record-reader.ts";
export { type Follower, onHangup, reloadOnHangup } from "./reload.ts";
export { keepReplicas } from "./replicas.ts";
export { rosterDigest } from "./roster-digest.ts";
export { showSetting } from "./say-setting.ts";
export { setting } from "./setting.ts";
export { noSkips, type Skips, sayHalt, skipsOf } from "./skip.ts";
export { boundStorage, isFull } from "./storage.ts";
export { pause, timerMsMax } from "./time.ts";
export { whileUnled } from "./unled.ts";
export { processFacts, sayMisfit, softwareVersion } from "./version.ts";
