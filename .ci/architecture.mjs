// Holds the table "Who may import whom" of src/ARCHITECTURE.md, and that no file imports in a circle.
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

// dependency-cruiser reads every file as TypeScript without JSX, and has no option for it.
const swc = createRequire(import.meta.url)("@swc/core");
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) => parseFileSync(path, { ...options, tsx: path.endsWith(".tsx") });
const { cruise } = await import("dependency-cruiser");

/** Parts of src/ and what each may import beside itself; `$1` is what the part's parentheses matched. */
const TABLE = {
  "app/api/": ["api/(?!door/)"],
  "app/": ["api/", "trpc/", "features/[^/]+/ui/", "components/", "auth/actor", "lib/"],
  instrumentation: ["api/"],
  "(?:cli|worker|bench|chaos)/": ["(?!app/)"],
  "client/(?!pack/)": ["lib/foreign-answer"],
  "client/pack/": ["client/", "api/router", "features/[^/]+/schema", "events/catalog", "lib/"],
  "api/": ["features/(?![^/]+/ui/)", "trpc/", "auth/", "storage/", "db/", "events/", "engine/states", "lib/"],
  "features/([^/]+)/router": ["features/$1/(?!ui/)", "trpc/(?!react)", "events/", "auth/", "db/", "lib/"],
  "features/([^/]+)/(?!router|ui/)": [
    "features/$1/(?!ui/)",
    "features/[^/]+/(?:schema|queries|commands/(?:sync-definitions|write-system-comment|create-run|keep-triggers))",
    "auth/",
    "events/",
    "queue/enqueue",
    "journal/",
    "storage/",
    "db/",
    "engine/(?:definition/|agents/parse-agents|code/load-code|delivery-expressions|states|logs/(?:paths|log-files|line))",
    "lib/",
  ],
  "features/([^/]+)/ui/": [
    "features/[^/]+/(?:ui/|schema|limits|rights)",
    "trpc/react",
    "components/",
    "auth/roles",
    "events/catalog",
    "engine/states",
    "lib/",
  ],
  "trpc/": ["api/router", "auth/", "db/", "lib/"],
  "events/": ["auth/", "db/", "lib/"],
  "auth/": ["events/", "db/", "lib/"],
  "journal/(?:entry|apply|run-state)": ["engine/states"],
  "journal/": ["engine/states", "auth/", "events/", "storage/", "db/", "lib/"],
  "queue/": ["db/", "lib/"],
  "engine/(?!code/host/)": ["journal/(?:entry|apply|run-state)", "lib/"],
  "engine/code/host/": ["engine/code/", "sdk/", "lib/"],
  "sdk/": [],
  "db/": ["engine/states", "journal/entry", "auth/roles", "lib/"],
  "storage/": ["db/", "lib/"],
  "components/": ["lib/"],
  "lib/": [],
};
const TESTS = "(\\.test\\.tsx?$|^src/test/)";

const forbidden = [
  { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  { name: "not-resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  {
    name: "only-queue-knows-graphile-worker",
    severity: "error",
    from: { path: "^src/", pathNot: ["^src/(?:queue|bench)/", TESTS] },
    to: { path: "(^|/)graphile-worker" },
  },
  {
    name: "tests-stay-apart",
    severity: "error",
    from: { path: "^src/", pathNot: TESTS },
    to: { path: TESTS },
  },
  ...Object.entries(TABLE).map(([part, allowed]) => ({
    name: part.replace(/\/?\(.*|\/$/g, "") || part,
    severity: "error",
    from: { path: `^src/${part}`, pathNot: TESTS },
    to: { path: "^src/", pathNot: [part.replaceAll("([^/]+)", "$1"), ...allowed].map((to) => `^src/${to}`) },
  })),
];

const { output } = await cruise(["src"], {
  parser: "swc",
  tsPreCompilationDeps: true,
  doNotFollow: { path: "node_modules" },
  exclude: {
    path: "^src/features/projects/sample/|^src/features/definitions/templates/shipped/|^src/client/test-app/",
  },
  enhancedResolveOptions: {
    extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css"],
    exportsFields: ["exports"],
    conditionNames: ["import", "require", "node", "default", "types"],
  },
  validate: true,
  ruleSet: { forbidden },
});
if (typeof output === "string") throw new Error(output);

const source = /\.(tsx?|mjs)$/;
const entries = await readdir("src", { recursive: true });
const files = entries.filter(
  (path) =>
    source.test(path) && !/^features\/(projects\/sample|definitions\/templates\/shipped)\//.test(path),
);
const cruised = new Set(output.modules.map((module) => module.source));
const missed = files.filter((path) => !cruised.has(`src/${path}`));

const parts = [TESTS, ...Object.keys(TABLE).map((part) => `^src/${part}`)].map((part) => new RegExp(part));
const homeless = files.filter((path) => !parts.some((part) => part.test(`src/${path}`)));

for (const { rule, from, to } of output.summary.violations) {
  process.stdout.write(`${rule.name}: ${from} → ${to}\n`);
}
for (const path of missed) process.stdout.write(`not looked at: src/${path}\n`);
for (const path of homeless) process.stdout.write(`in no part of the table: src/${path}\n`);
const faults = output.summary.violations.length + missed.length + homeless.length;
process.stdout.write(`${files.length - missed.length} files, ${faults} faults of architecture\n`);
process.exitCode = faults > 0 || files.length === 0 ? 1 : 0;
