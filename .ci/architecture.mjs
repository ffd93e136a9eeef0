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

/** Each feature imports those before it, and none behind it. */
const FEATURES = [
  "in-run",
  "presence",
  "looks",
  "live",
  "projects",
  "users",
  "groups",
  "sessions",
  "members",
  "installation",
  "room",
  "tokens",
  "secrets",
  "audit",
  "labels",
  "views",
  "definitions",
  "artifacts",
  "changes",
  "log",
  "comments",
  "ways-out",
  "agents",
  "approvals",
  "steps",
  "runs",
  "compare",
  "retention",
  "triggers",
  "search",
  "definition-page",
  "inbox",
  "board",
  "replay",
  "events",
  "new-project",
  "moving",
  "shell",
];

/** Parts of src/ and what each may import beside itself; `$1` is what the part's parentheses matched. */
const TABLE = {
  "app/api/": ["api/(?!door/)"],
  "app/": ["api/", "trpc/", "features/[^/]+/ui/", "components/", "auth/actor", "lib/"],
  instrumentation: ["api/"],
  "(?:cli|worker|bench|chaos)/": ["(?!app/)"],
  "client/(?!pack/)": ["lib/foreign-answer"],
  "client/pack/": ["client/", "api/router", "features/[^/]+/schema", "events/catalog", "lib/"],
  "api/": ["features/(?![^/]+/ui/)", "trpc/", "auth/", "storage/", "db/", "events/", "model/", "lib/"],
  "features/([^/]+)/router": [
    "box/",
    "features/(?![^/]+/(?:router|ui/))",
    "trpc/(?!react)",
    "events/",
    "auth/",
    "db/",
    "lib/",
  ],
  "features/([^/]+)/(?!router|ui/)": [
    "features/(?![^/]+/(?:router|ui/))",
    "auth/",
    "events/",
    "queue/enqueue",
    "journal/",
    "storage/",
    "git/",
    "archive/",
    "db/",
    "box/",
    "engine/(?:definition/|agent-settings/parse-agents|code/(?:load-code|code-schemas)|expressions/delivery|logs/(?:paths|log-files|line))",
    "model/",
    "lib/",
  ],
  "features/([^/]+)/ui/": [
    "features/[^/]+/(?:ui/|schema|limits|rights|groups|orders)",
    "trpc/react",
    "components/",
    "events/catalog",
    "model/",
    "lib/",
  ],
  "trpc/": ["api/router", "events/(?:audit|record-alone)", "auth/", "db/", "lib/"],
  "queue/": ["db/", "lib/"],
  "box/": ["lib/"],
  "engine/(?!code/host/)": ["box/", "journal/(?:apply|run-state)", "model/", "lib/"],
  "engine/code/host/": ["engine/code/", "sdk/", "lib/"],
  "sdk/": [],
  "journal/(?:apply|run-state)": ["model/"],
  "journal/": ["events/", "auth/", "storage/", "db/", "model/", "lib/"],
  "events/": ["auth/", "db/", "model/", "lib/"],
  "auth/": ["db/", "model/", "lib/"],
  "archive/": ["lib/"],
  "storage/": ["db/", "lib/"],
  "git/": ["box/", "lib/"],
  "db/": ["model/", "lib/"],
  "model/": [],
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
  {
    // Commands of people write by `transact`, which leaves its row in the audit record.
    name: "only-the-system-writes-without-audit",
    severity: "error",
    from: {
      path: "^src/(?:features|trpc|api|app)/",
      pathNot: [
        "^src/features/(?:triggers/|definitions/(?:watch-definitions|commands/sync-definitions))",
        TESTS,
      ],
    },
    to: { path: "^src/events/progress" },
  },
  ...FEATURES.map((feature, at) => ({
    name: `order of features: ${feature}`,
    severity: "error",
    from: { path: `^src/features/${feature}/`, pathNot: TESTS },
    to: { path: "^src/features/", pathNot: [`^src/features/(?:${FEATURES.slice(0, at + 1).join("|")})/`] },
  })),
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
    path: "^src/features/new-project/sample/|^src/features/definitions/templates/shipped/|^src/client/test-app/",
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
    source.test(path) && !/^features\/(new-project\/sample|definitions\/templates\/shipped)\//.test(path),
);
const cruised = new Set(output.modules.map((module) => module.source));
const missed = files.filter((path) => !cruised.has(`src/${path}`));

const nouns = new Set(files.map((path) => /^features\/([^/]+)\//.exec(path)?.[1]).filter((noun) => noun));
const unordered = [...nouns].filter((noun) => !FEATURES.includes(noun));

const parts = [TESTS, ...Object.keys(TABLE).map((part) => `^src/${part}`)].map((part) => new RegExp(part));
const homeless = files.filter((path) => !parts.some((part) => part.test(`src/${path}`)));

for (const { rule, from, to } of output.summary.violations) {
  process.stdout.write(`${rule.name}: ${from} → ${to}\n`);
}
for (const path of missed) process.stdout.write(`not looked at: src/${path}\n`);
for (const path of homeless) process.stdout.write(`in no part of the table: src/${path}\n`);
for (const noun of unordered) process.stdout.write(`in no order: src/features/${noun}\n`);
const faults = output.summary.violations.length + missed.length + homeless.length + unordered.length;
process.stdout.write(`${files.length - missed.length} files, ${faults} faults of architecture\n`);
process.exitCode = faults > 0 || files.length === 0 ? 1 : 0;
