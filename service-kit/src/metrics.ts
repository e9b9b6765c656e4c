/** Prometheus metrics of one process; every service in it registers with the same registry. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export { Counter, Gauge, Histogram, Registry };

/** A registry with the process's own figures, under the prefix `dragoman_`. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "dragoman_" });
  return registry;
}

/** The counter of that name, made at the first call: services that share a process share it. */
export function counter(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[] = [],
): Counter {
  const found = registry.getSingleMetric(name);
  if (found instanceof Counter) return found;
  return new Counter({ name, help, labelNames, registers: [registry] });
}

/** The gauge of that name, made at the first call. With `read` its value is asked for at each scrape. */
export function gauge(
  registry: Registry,
  name: string,
  help: string,
  labelNames: string[] = [],
  read?: () => number,
): Gauge {
  const found = registry.getSingleMetric(name);
  if (found instanceof Gauge) return found;
  const made: Gauge = new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    ...(read === undefined ? {} : { collect: () => made.set(read()) }),
  });
  return made;
}
