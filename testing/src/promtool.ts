/** What reads Prometheus' rules as Prometheus does. */

/** How it is called: `DRAGOMAN_TEST_PROMTOOL`, which `npm test` sets, else the one of the path. */
export const promtool = process.env["DRAGOMAN_TEST_PROMTOOL"] ?? "promtool";
