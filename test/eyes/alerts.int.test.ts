/** deploy/monitoring: Prometheus loads the rules, each alert fires on a series made for it, and none in a healthy house. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promtool } from "@dragoman/testing/promtool";
import { parse } from "yaml";

const rulesPath = join(import.meta.dirname, "..", "..", "..", "deploy/monitoring/alerts.yml");
const rules = parse(readFileSync(rulesPath, "utf8")) as {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[];
};
const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));

/** Samples every minute, for longer than any alert waits. */
const samples = 70;
const evaluatedAt = "65m";
const stays = (value: number): string => `${value}x${samples}`;
const rises = (by: number): string => `0+${by}x${samples}`;

type Series = Readonly<Record<string, string>>;
const crossing = (metric: string, fast: number): Series => {
  const labels = 'protocol="sockchat",from="originchats",instance="gateway:8081"';
  return {
    [`${metric}{${labels},le="0.1"}`]: rises(fast),
    [`${metric}{${labels},le="1"}`]: rises(fast),
    [`${metric}{${labels},le="5"}`]: rises(10),
    [`${metric}{${labels},le="+Inf"}`]: rises(10),
  };
};
const core = 'instance="core:8081"';
const gateway = 'instance="gateway:8081",protocol="sockchat"';

const healthy: Series = {
  [`up{job="dragoman",${core},service="core"}`]: stays(1),
  [`dragoman_core_leading{${core}}`]: stays(1),
  'dragoman_core_leading{instance="core-2:8081"}': stays(0),
  [`dragoman_core_leader_changes_total{${core}}`]: stays(3),
  [`dragoman_canary_lost_total{${gateway},from="originchats"}`]: stays(9),
  ...crossing("dragoman_canary_seconds_bucket", 10),
  ...crossing("dragoman_delivery_seconds_bucket", 10),
  [`dragoman_fresh{${gateway}}`]: stays(1),
  [`dragoman_feed_lag{${gateway}}`]: stays(3),
  [`dragoman_core_waiting_commands{${core}}`]: stays(2),
  [`dragoman_core_appends_total{${core},outcome="stored"}`]: rises(500),
  [`dragoman_core_appends_total{${core},outcome="fenced"}`]: stays(1),
  [`dragoman_core_journal_used_ratio{${core}}`]: stays(0.4),
  [`dragoman_core_disk_free_bytes{${core},disk="data"}`]: stays(50),
  [`dragoman_core_disk_bytes{${core},disk="data"}`]: stays(100),
  [`dragoman_core_snapshots_total{${core},outcome="made"}`]: rises(1),
  [`dragoman_core_snapshots_total{${core},outcome="failed"}`]: stays(0),
  [`dragoman_core_projection_faulted{${core}}`]: stays(0),
  [`dragoman_bus_losses_total{${core},service="core"}`]: stays(1),
  [`dragoman_bus_stalls_total{${core},service="core"}`]: stays(1),
  [`dragoman_clock_skew_seconds{${gateway}}`]: stays(0.01),
  [`dragoman_core_clock_skew_seconds{${core}}`]: stays(-0.01),
  [`dragoman_closings_total{${gateway},why="slow"}`]: rises(1),
  [`dragoman_core_logins_total{${core},scheme="password",outcome="accepted"}`]: rises(100),
  [`dragoman_core_logins_total{${core},scheme="password",outcome="wrong_password"}`]: rises(5),
  [`dragoman_render_failures_total{${gateway}}`]: stays(0),
  [`dragoman_build_info{${core},version="1.0.0"}`]: stays(1),
  [`dragoman_build_info{${gateway},version="1.0.0"}`]: stays(1),
  [`dragoman_shared_settings_refused{${core}}`]: stays(0),
  [`nodejs_eventloop_lag_p99_seconds{${core}}`]: stays(0.02),
};

/** What of a healthy house is otherwise when the alert is to fire. */
const sick: Readonly<Record<string, Series>> = {
  DragomanProcessDown: { [`up{job="dragoman",${core},service="core"}`]: stays(0) },
  DragomanNobodyLeads: { [`dragoman_core_leading{${core}}`]: stays(0) },
  DragomanTwoLead: { 'dragoman_core_leading{instance="core-2:8081"}': stays(1) },
  DragomanLeaderChangesOften: { [`dragoman_core_leader_changes_total{${core}}`]: rises(1) },
  DragomanCanaryLost: { [`dragoman_canary_lost_total{${gateway},from="originchats"}`]: rises(1) },
  DragomanCanarySlow: crossing("dragoman_canary_seconds_bucket", 5),
  DragomanDeliverySlow: crossing("dragoman_delivery_seconds_bucket", 5),
  DragomanGatewayNotFresh: { [`dragoman_fresh{${gateway}}`]: stays(0) },
  DragomanGatewayBehind: { [`dragoman_feed_lag{${gateway}}`]: stays(2_500) },
  DragomanCommandsWait: { [`dragoman_core_waiting_commands{${core}}`]: stays(1_500) },
  DragomanAppendsFail: { [`dragoman_core_appends_total{${core},outcome="fenced"}`]: rises(1) },
  DragomanJournalNearlyFull: { [`dragoman_core_journal_used_ratio{${core}}`]: stays(0.85) },
  DragomanDiskNearlyFull: { [`dragoman_core_disk_free_bytes{${core},disk="data"}`]: stays(6) },
  DragomanSnapshotsFail: { [`dragoman_core_snapshots_total{${core},outcome="failed"}`]: rises(1) },
  DragomanProjectionFaulted: { [`dragoman_core_projection_faulted{${core}}`]: stays(1) },
  DragomanBusLost: { [`dragoman_bus_losses_total{${core},service="core"}`]: rises(1) },
  DragomanBusStalls: { [`dragoman_bus_stalls_total{${core},service="core"}`]: rises(1) },
  DragomanClockWrong: { [`dragoman_clock_skew_seconds{${gateway}}`]: stays(-3) },
  DragomanSlowReaders: { [`dragoman_closings_total{${gateway},why="slow"}`]: rises(20) },
  DragomanLogInsFail: {
    [`dragoman_core_logins_total{${core},scheme="password",outcome="wrong_password"}`]: rises(120),
  },
  DragomanRenderingFails: { [`dragoman_render_failures_total{${gateway}}`]: rises(1) },
  DragomanVersionsDiffer: { [`dragoman_build_info{${core},version="1.1.0"}`]: stays(1) },
  DragomanSettingsRefused: { [`dragoman_shared_settings_refused{${core}}`]: stays(1) },
  DragomanEventLoopLate: { [`nodejs_eventloop_lag_p99_seconds{${core}}`]: stays(0.9) },
};

/** A trial of `promtool test rules`: with these series these alerts fire, and no others. */
const trial = (name: string, series: Series, firing: readonly string[]) => ({
  name,
  interval: "1m",
  input_series: Object.entries(series).map(([of, values]) => ({ series: of, values })),
  promql_expr_test: [
    {
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: evaluatedAt,
      exp_samples: firing.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    },
  ],
});

test("Prometheus loads the rules", () => {
  const { status, stderr, error } = spawnSync(promtool, ["check", "rules", rulesPath], {
    encoding: "utf8",
  });
  assert.equal(status, 0, error?.message ?? stderr);
});

test("there is a sick house for each alert", () => {
  assert.deepEqual(Object.keys(sick).sort(), [...alerts].sort());
});

/** What `promtool test rules` says of trials; "": all is as expected. */
function judge(trials: readonly ReturnType<typeof trial>[]): string {
  const folder = mkdtempSync(join(tmpdir(), "dragoman-alerts-"));
  try {
    const path = join(folder, "trials.yml");
    writeFileSync(
      path,
      // JSON is YAML.
      JSON.stringify({ rule_files: [rulesPath], evaluation_interval: "1m", tests: trials }),
    );
    const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", path], {
      encoding: "utf8",
    });
    return status === 0 ? "" : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("in a healthy house none fires, and in a sick one its own alone", () => {
  const trials = Object.entries(sick).map(([alert, series]) =>
    trial(alert, { ...healthy, ...series }, [alert]),
  );
  assert.equal(judge([trial("healthy", healthy, []), ...trials]), "");
});

test("a trial can fail", () => {
  assert.match(judge([trial("wrong", healthy, ["DragomanProcessDown"])]), /FAILED/);
});
