/**
 * `npm run picture`: the picture of the dashboard in docs/operation/monitoring.md. A house of processes runs under load, a
 * Prometheus scrapes it, and in the middle the gateway of Sock Chat stands still for a while and the leader is killed. The panels are
 * those of `deploy/monitoring/dashboard.json`; they are drawn by a page in Chromium from Prometheus' API, since Debian has no Grafana.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { elapse, eventually } from "@dragoman/testing/deadline";
import { freePort } from "@dragoman/testing/port";
import { chromium } from "playwright-core";
import { type Panel, sections } from "../docs/dashboard.ts";
import { Crowd } from "../support/crowd.ts";
import { asProcess, startStack } from "../support/stack.ts";

const picturePath = new URL("../../../docs/operation/dashboard.png", import.meta.url).pathname;
const calmMs = 45_000;
const standsMs = 20_000;
const scrapeSeconds = 2;

const stack = await startStack({
  cores: 2,
  originchats: 1,
  sockchat: 1,
  processes: ["core", "originchats", "sockchat"],
  config: { canary: { everyMs: 2_000 } },
});
const folder = await mkdtemp(join(tmpdir(), "dragoman-picture-"));
const parts = [...stack.cores, ...stack.originchats, ...stack.sockchat].map(asProcess);
const port = await freePort();
await writeFile(
  join(folder, "prometheus.yml"),
  JSON.stringify({
    global: { scrape_interval: `${scrapeSeconds}s` },
    scrape_configs: [
      {
        job_name: "dragoman",
        static_configs: parts.map(({ name, healthPort }) => ({
          targets: [`127.0.0.1:${healthPort}`],
          labels: { instance: name },
        })),
      },
    ],
  }),
);
const prometheus = spawn(
  "prometheus",
  [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  { stdio: "ignore" },
);
const api = `http://127.0.0.1:${port}/api/v1`;
const crowd = new Crowd((protocol) =>
  stack[protocol].map((part) => ({ protocol, port: part.port })),
);

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

/** The lines of a panel between two moments, in epoch seconds. */
async function linesOf({ lines }: Panel, from: number, to: number): Promise<readonly Line[]> {
  const all: Line[] = [];
  for (const [expr, legend] of lines) {
    const asked = new URLSearchParams({
      query: expr.replaceAll("$__rate_interval", "20s").replaceAll("[1m]", "[20s]"),
      start: String(from),
      end: String(to),
      step: "2",
    });
    const { data } = (await (await fetch(`${api}/query_range?${asked}`)).json()) as {
      readonly data: {
        readonly result: readonly {
          readonly metric: Readonly<Record<string, string>>;
          readonly values: readonly (readonly [number, string])[];
        }[];
      };
    };
    for (const { metric, values } of data.result) {
      const name = legend.replaceAll(
        /\{\{([a-z_]+)\}\}/g,
        (_, label: string) => metric[label] ?? "",
      );
      all.push({ name, points: values.map(([at, value]) => [at, Number(value)] as const) });
    }
  }
  return all;
}

const colours = [
  "#3b82f6",
  "#f59e0b",
  "#10b981",
  "#ef4444",
  "#8b5cf6",
  "#ec4899",
  "#64748b",
  "#14b8a6",
];
const size = { width: 340, height: 130 };

function say(value: number, unit: Panel["unit"]): string {
  if (unit === "bytes") return `${(value / 2 ** 20).toFixed(1)} MiB`;
  if (unit === "percentunit") return `${(value * 100).toFixed(0)} %`;
  if (unit === "s") return value < 1 ? `${(value * 1_000).toFixed(0)} ms` : `${value.toFixed(1)} s`;
  return value >= 100 ? value.toFixed(0) : String(Number(value.toFixed(2)));
}

function chart({ title, unit }: Panel, lines: readonly Line[], from: number, to: number): string {
  const shown = lines.map(({ name, points }) => ({
    name,
    points: points.filter(([, value]) => Number.isFinite(value)),
  }));
  const most = Math.max(1e-9, ...shown.flatMap(({ points }) => points.map(([, value]) => value)));
  const paths = shown.map(({ points }, n) => {
    const text = points.map(([at, value]) => {
      const x = ((at - from) / (to - from)) * size.width;
      const y = size.height - (value / most) * (size.height - 6) - 2;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    return `<polyline fill="none" stroke-width="1.6" stroke="${colours[n % colours.length]}" points="${text.join(" ")}"/>`;
  });
  const names = shown.map(
    ({ name }, n) => `<span style="color:${colours[n % colours.length]}">${name}</span>`,
  );
  return `<figure><figcaption>${title}<small>${say(most, unit)}</small></figcaption><svg width="${size.width}" height="${size.height}">${paths.join("")}</svg><p>${names.join(" ")}</p></figure>`;
}

try {
  const from = Date.now() / 1_000;
  await eventually(20_000, "Prometheus", async () => (await fetch(`${api}/status/config`)).ok);
  await crowd.begin(30_000);
  await elapse(calmMs);
  const [gateway] = stack.sockchat.map(asProcess);
  gateway?.suspend();
  await elapse(standsMs);
  gateway?.resume();
  await elapse(standsMs);
  await asProcess(stack.cores[0]).kill();
  await elapse(calmMs);
  crowd.end();
  await crowd.settle();
  const to = Date.now() / 1_000;
  const rows: string[] = [];
  for (const [title, panels] of sections) {
    const charts: string[] = [];
    for (const panel of panels) charts.push(chart(panel, await linesOf(panel, from, to), from, to));
    rows.push(`<h2>${title}</h2><section>${charts.join("")}</section>`);
  }
  const browser = await chromium.launch({
    executablePath: process.env["DRAGOMAN_TEST_BROWSER"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  await page.setContent(
    `<style>body{font:13px sans-serif;margin:12px;background:#fff;color:#111}h2{font-size:15px;margin:10px 0 2px}section{display:flex;gap:8px}figure{margin:0;border:1px solid #ddd;padding:4px;width:${size.width}px}figcaption{display:flex;justify-content:space-between}small{color:#666}svg{background:#fafafa}p{margin:2px 0;font-size:11px;line-height:1.2;max-height:42px;overflow:hidden}</style><h1 style="font-size:17px;margin:0">Dragoman: four people talk; the Sock Chat gateway stands still for 20 s, 20 s later the leader is killed</h1>${rows.join("")}`,
  );
  await page.screenshot({ path: picturePath, fullPage: true });
  await browser.close();
} finally {
  prometheus.kill();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}
