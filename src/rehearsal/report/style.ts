/** The report's looks; it must not refer to anything outside of the file. */
export const style = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --ink: #1b1f27; --soft: #5c6573; --line: #dfe3e9; --code: #eef1f5;
  --good: #18794e; --good-bg: #e2f5ea; --bad: #c22f2f; --bad-bg: #fde8e8; --link: #2557c7;
  --p0: #5b7fd9; --p1: #d99a2b; --p2: #3b9c78; --p3: #a56cc9; --p4: #d3628a; --p5: #4aa3b8;
  --database: #4f79c9; --redis: #cf5148; --bucket: #3c9a6b; --calls: #4a5361; }
@media (prefers-color-scheme: dark) { :root { --bg: #14171c; --card: #1c2027; --ink: #e6e9ee; --soft: #98a2b1; --line: #2e343e; --code: #262b34;
  --good: #5bd197; --good-bg: #173327; --bad: #ff8585; --bad-bg: #402020; --link: #8fb3ff; --calls: #aab4c3;
  --database: #7ea2ea; --redis: #ef837b; --bucket: #66c695; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1320px; margin: 0 auto; padding: 28px 20px 60px; }
header { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: baseline; margin-bottom: 6px; }
h1 { font-size: 26px; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 17px; margin: 0 0 12px; }
h3, h4, h5, h6 { font-size: 15px; margin: 14px 0 6px; }
.state { font-weight: 600; padding: 3px 12px; border-radius: 999px; }
.state.good { color: var(--good); background: var(--good-bg); } .state.bad { color: var(--bad); background: var(--bad-bg); }
.where { color: var(--soft); margin: 0 0 20px; }
section, .fact { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section { padding: 18px 20px; margin-top: 18px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; }
.fact { padding: 12px 16px; } .fact b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; } .fact span { color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; color: var(--soft); font-weight: 600; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; } td a { font-size: 12.5px; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--code); border-radius: 5px; }
code { padding: 1px 5px; } pre { padding: 12px; overflow-x: auto; } pre code { padding: 0; background: none; }
a { color: var(--link); } blockquote { margin: 8px 0; padding-left: 12px; border-left: 3px solid var(--line); color: var(--soft); }
details { margin: 8px 0; } summary { cursor: pointer; } details > :not(summary) { margin-left: 4px; }
.soft { color: var(--soft); } .failure { color: var(--bad); }
svg { display: block; max-width: none; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
.gantt .grid { stroke: var(--line); } .gantt .axis, .gantt .seconds { fill: var(--soft); font-size: 11px; } .gantt .workloads { fill: var(--ink); } .gantt .step { stroke: var(--card); stroke-width: 1.5; }
.gantt .bad { fill: var(--bad); } .gantt .phase0 { fill: var(--p0); } .gantt .phase1 { fill: var(--p1); } .gantt .phase2 { fill: var(--p2); }
.gantt .phase3 { fill: var(--p3); } .gantt .phase4 { fill: var(--p4); } .gantt .phase5 { fill: var(--p5); }
.graph .node rect { fill: var(--card); stroke: var(--line); stroke-width: 1.5; } .graph .title { font-weight: 600; } .graph .line { fill: var(--soft); font-size: 11px; }
.graph .badge { fill: var(--good); font-size: 10.5px; font-weight: 600; } .graph .public rect { stroke: var(--good); }
.graph .database rect { stroke: var(--database); } .graph .redis rect { stroke: var(--redis); } .graph .bucket rect { stroke: var(--bucket); }
.graph .edge { fill: none; stroke-width: 1.4; } .graph .calls { stroke: var(--calls); opacity: .75; } .graph .head { fill: var(--calls); }
.graph .uses-database { stroke: var(--database); opacity: .3; } .graph .uses-redis { stroke: var(--redis); opacity: .3; } .graph .uses-bucket { stroke: var(--bucket); opacity: .45; }
.graph.focus .edge { opacity: .06; } .graph.focus .edge.near { opacity: 1; stroke-width: 2; } .graph.focus .node:not(.near) { opacity: .3; }
.legend { color: var(--soft); font-size: 13px; margin: 8px 0 0; } .key { display: inline-block; width: 22px; height: 0; border-top: 3px solid; vertical-align: middle; margin: 0 3px 0 10px; }
.key.calls { border-color: var(--calls); } .key.uses-database { border-color: var(--database); } .key.uses-redis { border-color: var(--redis); } .key.uses-bucket { border-color: var(--bucket); }
.job { border-top: 1px solid var(--line); padding-top: 10px; margin-top: 14px; } .job:first-of-type { border-top: 0; margin-top: 0; }
`;
