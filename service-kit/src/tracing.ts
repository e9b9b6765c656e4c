/**
 * Traces of commands through the processes, by OpenTelemetry's own SDK. It is loaded where `OTEL_EXPORTER_OTLP_ENDPOINT` is set,
 * and only there: elsewhere nothing is begun, nothing is loaded and no header is sent. The context travels as W3C's
 * `traceparent`, in headers of NATS.
 */
import type { Context, SpanContext, Tracer } from "@opentelemetry/api";
import type { Logger } from "./logger.ts";
import { softwareVersion } from "./version.ts";

/** Header of a request: the context of whoever asks. */
export const traceHeader = "traceparent";
/** Header of a journal record: the contexts of some of its commands, with commas between them. */
export const tracesHeader = "Dragoman-Traces";
/** Of so many commands in one record the way is followed on. */
export const tracesMax = 8;

type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A piece of work that is under way. */
export interface Span {
  /** What whoever goes on with it is told. */
  readonly traceparent: string;
  end(attributes?: Attributes): void;
}

interface Loaded {
  readonly tracer: Tracer;
  readonly contextOf: (parent: string | undefined) => Context;
}
let loaded: Loaded | undefined;

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Whether a header's value is a trace context: whoever can send commands can write anything there. */
export const isTraceparent = (value: string): boolean => form.test(value);

/** Whether this process tells of its work. */
export const isTracing = (): boolean => loaded !== undefined;

/**
 * Begins a piece of work.
 * @param parent a `traceparent`; absent: it begins a trace
 * @returns undefined where it is not told of
 */
export function startSpan(name: string, attributes: Attributes, parent?: string): Span | undefined {
  if (loaded === undefined) return undefined;
  const { tracer, contextOf } = loaded;
  const span = tracer.startSpan(name, { attributes: { ...attributes } }, contextOf(parent));
  if (!span.isRecording()) return undefined;
  const { traceId, spanId } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-01`,
    end(more) {
      if (more !== undefined) span.setAttributes({ ...more });
      span.end();
    },
  };
}

/**
 * Has the process tell of its work, where the environment says to whom: `OTEL_EXPORTER_OTLP_ENDPOINT` and the other variables
 * of OpenTelemetry; `OTEL_TRACES_SAMPLER_ARG` is the share of traces, 0 to 1.
 * @returns what sends the rest and ends it
 */
export async function startTracing(
  service: string,
  logger: Logger,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<() => Promise<void>> {
  const endpoint = environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  if (endpoint === "") return async () => undefined;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const given = Number(environment["OTEL_TRACES_SAMPLER_ARG"] ?? 1);
  const share = given >= 0 && given <= 1 ? given : 1;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      "service.name": environment["OTEL_SERVICE_NAME"] ?? `dragoman-${service}`,
      "service.version": softwareVersion,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  const contextOf = (parent: string | undefined): Context => {
    const [, traceId = "", spanId = "", flags = "00"] = form.exec(parent ?? "") ?? [];
    if (traceId === "") return api.ROOT_CONTEXT;
    const remote: SpanContext = {
      traceId,
      spanId,
      traceFlags: Number.parseInt(flags, 16),
      isRemote: true,
    };
    return api.trace.setSpanContext(api.ROOT_CONTEXT, remote);
  };
  loaded = { tracer: provider.getTracer("dragoman", softwareVersion), contextOf };
  logger.info({ endpoint, share }, "traces are sent");
  return async () => {
    loaded = undefined;
    await provider.shutdown();
  };
}
