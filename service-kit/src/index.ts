/** The public face of service-kit: what every process needs. */
export { addressBlock, addressRanges, normalAddress, shownAddress } from "./address.ts";
export { baseUrl } from "./base-url.ts";
export { Bus, BusError, type KV, type Msg, type Subscription } from "./bus.ts";
export { mayHear } from "./bus-rights.ts";
export { type Certificate, certificateEnd, readCertificate, renewOnHangup } from "./certificate.ts";
export { checkConfig, checkFolder, refuseUnsound } from "./check-config.ts";
export { RemoteClock, type Skew, SkewWatch, wallMs } from "./clock.ts";
export type { Config } from "./config.ts";
export { markFolder, nameOwner, ownerOfFolder } from "./data-mark.ts";
export { type DiskRoom, diskRoom } from "./disk.ts";
export {
  /** @public the compiler names it in the type of a section */
  type EdgeSection,
  /** @public the compiler names it in the type of a section */
  type EdgeSettings,
  edgeSection,
} from "./edge-section.ts";
export { environmentName } from "./environment.ts";
export { type EventFields, EventLog } from "./event-log.ts";
export { endOnUncaught } from "./fatal.ts";
export { Feed } from "./feed.ts";
export type { Halt, Position } from "./feed-options.ts";
export { FileError, type Files, FullError } from "./files/files.ts";
export { servedFiles, serveFiles } from "./files/serve.ts";
export { ensureFiles, FileStore } from "./files/store.ts";
export { folderContents, sayRoot } from "./folder-owner.ts";
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
  type Readings,
  Registry,
} from "./metrics.ts";
export { OperatorError } from "./operator-error.ts";
export { PackedMap } from "./packed/packed-map.ts";
export { type PackedPage, packedForm } from "./packed/packed-page.ts";
export { TextIndex } from "./packed/text-index.ts";
export { describedPhases, otherClients, readDate } from "./phases.ts";
export { runService } from "./process.ts";
export { measureBuild, measureBus, processMetricTable } from "./process-metrics.ts";
export { isLoopback, publicHost } from "./public-host.ts";
export { sayUnreadable } from "./readable-file.ts";
export type { FeedRecord } from "./record-reader.ts";
export { type Follower, hangUp, isFollowed, onHangup, reloadOnHangup } from "./reload.ts";
export { keepReplicas, leaseStorage } from "./replicas.ts";
export { rosterDigest } from "./roster-digest.ts";
export { showSetting } from "./say-setting.ts";
export { setting, type Tree } from "./setting.ts";
export { followShared } from "./shared/follow.ts";
export {
  parseShared,
  type SharedChange,
  sayUnshared,
  sharedBytesMax,
  sharedChanges,
  sharedYaml,
} from "./shared/settings.ts";
export { readShared, type SharedRevision, SharedStore, sharedHistory } from "./shared/store.ts";
export { SharedSettings } from "./shared/taken.ts";
export { sharedFaults } from "./shared/unfit.ts";
export { passOverSignals } from "./signals.ts";
export { noSkips, type Skips, sayHalt, skipsOf } from "./skip.ts";
export { StageTimes } from "./stage-times.ts";
export { boundStorage, isBeyondBound, isFull } from "./storage.ts";
export { pause, timerMsMax } from "./time.ts";
export {
  isTraceparent,
  isTracing,
  type Span,
  startSpan,
  startTracing,
  traceHeader,
  tracesHeader,
  tracesMax,
} from "./tracing.ts";
export { isNoStream, isUnled, whileUnled } from "./unled.ts";
export { processFacts, sayMisfit, softwareVersion } from "./version.ts";
