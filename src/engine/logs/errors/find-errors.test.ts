import { describe, expect, it } from "vitest";
import type { ErrorLine } from "../../../model/error-line";
import { RecentLines } from "../recent-lines";
import { findErrors, MAX_ERRORS } from "./find-errors";
import type { Report } from "./reports";

const NOISE = "> site@1.0.0 test\n> run-all\n\n";

function whyOf(log: string, { reports = [] as Report[], fallback = true } = {}) {
  const recent = new RecentLines(256 * 1024);
  recent.push("stdout", log);
  return findErrors(recent.lines(), reports, fallback);
}

/** What a log says, with noise before it; `log_line` counts from the line of `log`. */
function errorsOf(log: string, options?: { reports?: Report[] }) {
  return (whyOf(NOISE + log, options)?.errors ?? []).map(({ log_line, ...error }: ErrorLine) => ({
    ...error,
    log_line: log_line === null ? null : log_line - 3,
  }));
}

const E = "\u001b[";

/** Each: what wrote it, the log, and what the first error is to be. */
const LOGS: [string, string, Partial<ErrorLine>][] = [
  [
    "vitest, with colours",
    `${E}31m     ${E}31m×${E}31m half to even${E}39m${E}32m 12${E}2mms${E}22m${E}39m\n\n${E}41m${E}1m FAIL ${E}22m${E}49m a.test.ts${E}2m > ${E}22mrounds${E}2m > ${E}22mhalf to even\n${E}31m${E}1mAssertionError${E}22m: expected 2 to be 3 // Object.is equality${E}39m\n\n${E}36m ${E}2m❯${E}22m a.test.ts:${E}2m2:65${E}22m${E}39m\n`,
    {
      kind: "test",
      message: "rounds > half to even: AssertionError: expected 2 to be 3 // Object.is equality",
      file: "a.test.ts",
      line: 2,
      log_line: 3,
    },
  ],
  [
    "vitest, a suite that cannot load",
    ' FAIL  src/b.test.ts [ src/b.test.ts ]\nError: Failed to resolve import "./gone" from "src/b.test.ts"\n',
    {
      kind: "test",
      message: 'src/b.test.ts: Error: Failed to resolve import "./gone" from "src/b.test.ts"',
      file: "src/b.test.ts",
    },
  ],
  [
    "jest",
    `FAIL src/a.test.js
  rounds
    ✕ half to even (3 ms)

  ● rounds › half to even

    expect(received).toBe(expected) // Object.is equality

    Expected: 3
    Received: 2

      at Object.toBe (node_modules/expect/build/index.js:1:1)
      at Object.<anonymous> (src/a.test.js:5:19)
`,
    {
      kind: "test",
      message: "rounds › half to even: expect(received).toBe(expected) // Object.is equality",
      file: "src/a.test.js",
      line: 5,
      log_line: 5,
    },
  ],
  [
    "mocha",
    `  rounds
    1) half to even

  0 passing (4ms)
  1 failing

  1) rounds
       half to even:

      AssertionError [ERR_ASSERTION]: 2 == 3
      + expected - actual

      at Context.<anonymous> (test/a.js:5:10)
`,
    {
      kind: "test",
      message: "rounds half to even: AssertionError [ERR_ASSERTION]: 2 == 3",
      file: "test/a.js",
      line: 5,
      log_line: 7,
    },
  ],
  [
    "playwright",
    `Running 1 test using 1 worker

  1) [chromium] › e2e/start.spec.ts:5:5 › the first run ──────────────

    Error: expect(locator).toBeVisible() failed

    Locator: getByText('Done')
`,
    {
      kind: "test",
      message: "the first run: Error: expect(locator).toBeVisible() failed",
      file: "e2e/start.spec.ts",
      line: 5,
      log_line: 3,
    },
  ],
  [
    "rspec",
    `Failures:

  1) Rounds rounds half to even
     Failure/Error: expect(round(2.5)).to eq 3

       expected: 3
            got: 2

     # ./spec/round_spec.rb:5:in \`block (2 levels) in <top (required)>'
`,
    {
      kind: "test",
      message: "Rounds rounds half to even: expected: 3",
      file: "./spec/round_spec.rb",
      line: 5,
    },
  ],
  [
    "pytest",
    `=================================== FAILURES ===================================
_______________________________ TestR.test_half ________________________________

self = <test_r.TestR object at 0x7f04c88f0a10>

    def test_half(self):
>       assert x["a"] == 2, "the sum"
E       AssertionError: the sum
E       assert 1 == 2

test_r.py:5: AssertionError
=========================== short test summary info ============================
FAILED test_r.py::TestR::test_half - AssertionError: the sum
1 failed in 1.54s
`,
    {
      kind: "test",
      message: "TestR.test_half: AssertionError: the sum",
      file: "test_r.py",
      line: 5,
      log_line: 8,
    },
  ],
  [
    "pytest, with its summary alone",
    "FAILED tests/test_r.py::test_p[1] - ValueError: bad n\n1 failed in 1.54s\n",
    { kind: "test", message: "test_p[1]: ValueError: bad n", file: "tests/test_r.py", log_line: 1 },
  ],
  [
    "go test",
    "--- FAIL: TestRound (0.00s)\n    round_test.go:8: got 2, want 3\nFAIL\nexit status 1\nFAIL\texample.com/site\t0.002s\n",
    { kind: "test", message: "TestRound: got 2, want 3", file: "round_test.go", line: 8, log_line: 1 },
  ],
  [
    "go test -v with a subtest",
    "=== RUN   TestRound\n=== RUN   TestRound/even\n    round_test.go:8: got 2, want 3\n--- FAIL: TestRound (0.00s)\n    --- FAIL: TestRound/even (0.00s)\nFAIL\n",
    { kind: "test", message: "TestRound/even: got 2, want 3", file: "round_test.go", line: 8, log_line: 5 },
  ],
  [
    "cargo test",
    `failures:

---- tests::rounds stdout ----

thread 'tests::rounds' (4711) panicked at src/lib.rs:2:35:
assertion \`left == right\` failed
  left: 2
 right: 3
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace

test result: FAILED. 0 passed; 1 failed; 0 ignored
error: test failed, to rerun pass \`--lib\`
`,
    {
      kind: "test",
      message: "tests::rounds: assertion `left == right` failed, left: 2, right: 3",
      file: "src/lib.rs",
      line: 2,
      log_line: 5,
    },
  ],
  [
    "maven",
    `[ERROR] org.acme.RoundTest.half -- Time elapsed: 0.01 s <<< FAILURE!
org.opentest4j.AssertionFailedError: expected: <3> but was: <2>
	at org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:39)
	at org.acme.RoundTest.half(RoundTest.java:12)
`,
    {
      kind: "test",
      message: "RoundTest.half: org.opentest4j.AssertionFailedError: expected: <3> but was: <2>",
      file: "RoundTest.java",
      line: 12,
    },
  ],
  [
    "gradle",
    "RoundTest > half() FAILED\n    org.opentest4j.AssertionFailedError: expected: <3> but was: <2>\n        at app//RoundTest.half(RoundTest.java:12)\n",
    {
      kind: "test",
      message: "RoundTest > half(): org.opentest4j.AssertionFailedError: expected: <3> but was: <2>",
      file: "RoundTest.java",
      line: 12,
    },
  ],
  [
    "TAP with subtests",
    `TAP version 13
# Subtest: outer
    not ok 1 - half to even
      ---
      duration_ms: 1.706096
      location: '/app/n.test.mjs:2:38'
      error: |-
        Expected values to be strictly equal:

        2 !== 3
      ...
    1..1
not ok 1 - outer
  ---
  error: '1 subtest failed'
  ...
not ok 2 - later # TODO
`,
    {
      kind: "test",
      message: "half to even: Expected values to be strictly equal: 2 !== 3",
      file: "/app/n.test.mjs",
      line: 2,
      log_line: 3,
    },
  ],
  [
    "node's own runner",
    `✖ failing tests:

test at n.test.mjs:2:38
✖ half to even (2.192928ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  2 !== 3

      at TestContext.<anonymous> (file:///app/n.test.mjs:2:74)
`,
    {
      kind: "test",
      message: "half to even: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 2 !== 3",
      file: "n.test.mjs",
      line: 2,
    },
  ],
  [
    "tsc",
    "src/bad.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.\n",
    {
      kind: "compiler",
      message: "TS2322: Type 'string' is not assignable to type 'number'.",
      file: "src/bad.ts",
      line: 1,
    },
  ],
  [
    "tsc, for a terminal",
    `${E}96msrc/bad.ts${E}0m:${E}93m1${E}0m:${E}93m7${E}0m - ${E}91merror${E}0m${E}90m TS2322: ${E}0mType 'string' is not assignable to type 'number'.\n`,
    {
      kind: "compiler",
      message: "TS2322: Type 'string' is not assignable to type 'number'.",
      file: "src/bad.ts",
      line: 1,
    },
  ],
  [
    "eslint",
    `
/app/src/a.ts
  3:1   warning  Unexpected console statement  no-console
  5:3   error    'x' is never reassigned       prefer-const

✖ 2 problems (1 error, 1 warning)
`,
    {
      kind: "compiler",
      message: "'x' is never reassigned (prefer-const)",
      file: "/app/src/a.ts",
      line: 5,
      log_line: 4,
    },
  ],
  [
    "biome",
    "src/a.ts:1:7 lint/style/useConst  FIXABLE  ━━━━━━━━━━━━━━━\n\n  × This let declares a variable that is only assigned once.\n",
    {
      kind: "compiler",
      message: "This let declares a variable that is only assigned once. (lint/style/useConst)",
      file: "src/a.ts",
      line: 1,
    },
  ],
  [
    "esbuild",
    '✘ [ERROR] Could not resolve "./gone"\n\n    src/a.ts:5:7:\n      5 │ import "./gone"\n',
    { kind: "compiler", message: 'Could not resolve "./gone"', file: "src/a.ts", line: 5 },
  ],
  [
    "gcc",
    "c.c: In function ‘main’:\nc.c:1:21: error: ‘x’ undeclared (first use in this function)\nc.c:1:21: note: each undeclared\nmake: *** [Makefile:2: all] Error 1\n",
    {
      kind: "compiler",
      message: "‘x’ undeclared (first use in this function)",
      file: "c.c",
      line: 1,
      log_line: 2,
    },
  ],
  [
    "clang with a missing header",
    "src/a.cpp:1:10: fatal error: 'gone.h' file not found\n",
    { kind: "compiler", message: "'gone.h' file not found", file: "src/a.cpp", line: 1 },
  ],
  [
    "the linker",
    "/usr/bin/ld: a.o: in function `main':\na.c:(.text+0x5): undefined reference to `round_half'\ncollect2: error: ld returned 1 exit status\n",
    { kind: "compiler", message: "undefined reference to `round_half'", file: "a.c", log_line: 2 },
  ],
  [
    "rustc",
    "error[E0308]: mismatched types\n --> src/lib.rs:1:21\n  |\nerror: could not compile `rs` (lib) due to 1 previous error\n",
    { kind: "compiler", message: "mismatched types", file: "src/lib.rs", line: 1, log_line: 1 },
  ],
  [
    "go build",
    "# example.com/site\n./main.go:5:2: undefined: x\n",
    { kind: "compiler", message: "undefined: x", file: "./main.go", line: 5, log_line: 2 },
  ],
  [
    "javac",
    "B.java:1: error: incompatible types: String cannot be converted to int\nclass B { int x; }\n",
    {
      kind: "compiler",
      message: "incompatible types: String cannot be converted to int",
      file: "B.java",
      line: 1,
    },
  ],
  [
    "kotlin",
    "e: file:///app/src/Main.kt:5:3 Unresolved reference: x\n",
    { kind: "compiler", message: "Unresolved reference: x", file: "/app/src/Main.kt", line: 5 },
  ],
  [
    "node",
    `file:///app/boom.mjs:1
function f() { throw new TypeError("boom went it"); }
                     ^

TypeError: boom went it
    at f (file:///app/boom.mjs:1:22)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)

Node.js v20.20.2
`,
    { kind: "exception", message: "TypeError: boom went it", file: "/app/boom.mjs", line: 1, log_line: 5 },
  ],
  [
    "python",
    `Traceback (most recent call last):
  File "/app/run.py", line 3, in <module>
    json.loads("x")
  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
`,
    {
      kind: "exception",
      message: "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
      file: "/app/run.py",
      line: 3,
      log_line: 6,
    },
  ],
  [
    "java, by its cause",
    'Exception in thread "main" java.lang.IllegalStateException: no\n\tat A.main(A.java:1)\nCaused by: java.lang.RuntimeException: root\n\tat B.read(B.java:7)\n\t... 1 more\n',
    { kind: "exception", message: "java.lang.RuntimeException: root", file: "B.java", line: 7, log_line: 3 },
  ],
  [
    "a panic of go",
    "panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:8 +0x1d\nexit status 2\n",
    {
      kind: "exception",
      message: "runtime error: index out of range [3] with length 3",
      file: "/app/main.go",
      line: 8,
    },
  ],
  [
    "ruby",
    "a.rb:1:in 'Object#f': no such thing (RuntimeError)\n\tfrom a.rb:2:in '<main>'\n",
    { kind: "exception", message: "no such thing (RuntimeError)", file: "a.rb", line: 1 },
  ],
  [
    "an error that was caught before the one that ended it",
    `Error: a try that is made again
    at f (/app/a.js:1:1)
and again
Error: out of tries
    at f (/app/a.js:9:1)
`,
    { kind: "exception", message: "Error: out of tries", line: 9, log_line: 4 },
  ],
  [
    "GitHub's command",
    "::group::Check\n::error file=src/a.ts,line=5,col=3,title=Broken%2C really::It is 100%25 broken%0Aand more\n##[error]Process completed with exit code 1.\n",
    {
      kind: "annotation",
      message: "Broken, really: It is 100% broken and more",
      file: "src/a.ts",
      line: 5,
      log_line: 2,
    },
  ],
  [
    "npm",
    "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/gone - Not found\nnpm error A complete log of this run can be found in: /x\n",
    { kind: "message", message: "E404", log_line: 1 },
  ],
  [
    "git",
    "fatal: repository 'x' does not exist\n",
    { kind: "message", message: "fatal: repository 'x' does not exist" },
  ],
  ["a shell", "sh: 1: frobnicate: not found\n", { kind: "message", message: "sh: 1: frobnicate: not found" }],
  [
    "a program that only says so",
    "checking\nThe README has no heading.\n\n---\n",
    { kind: "output", message: "The README has no heading.", file: null, line: null, log_line: 2 },
  ],
];

describe("the lines that say why", () => {
  it.each(LOGS)("of %s", (_, log, first) => {
    expect(errorsOf(log)[0]).toMatchObject(first);
  });

  it("are each told once, though a summary repeats them", () => {
    const jest =
      "  ● a › b\n\n    broken\n\n      at Object.<anonymous> (src/a.test.js:5:19)\n\nSummary of all failing tests\n  ● a › b\n\n    broken\n\n      at Object.<anonymous> (src/a.test.js:5:19)\n";
    expect(errorsOf(jest)).toHaveLength(1);
    const pytest = LOGS.find(([name]) => name === "pytest")?.[1] ?? "";
    expect(errorsOf(pytest)).toHaveLength(1);
  });

  it("leave out the weaker ones around a test that failed", () => {
    const log =
      "Error: a passing test prints this\n    at f (/app/a.js:1:1)\n FAIL  a.test.ts > works\nAssertionError: no\n";
    expect(errorsOf(log)).toEqual([
      expect.objectContaining({ kind: "test", message: "works: AssertionError: no" }),
    ]);
  });

  it("are at most ten, and none for a log that is fine or empty", () => {
    const many = Array.from({ length: 50 }, (_, at) => `src/a.ts(${at + 1},1): error TS1: m${at}`).join("\n");
    expect(errorsOf(many)).toHaveLength(MAX_ERRORS);
    expect(whyOf("", {})).toBeNull();
    expect(whyOf("3 tests passed\n0 errors\nno error: fine\n", { fallback: false })).toBeNull();
  });

  it("take the words of JUnit and TAP reports, with the line of the log where it has them", () => {
    const junit = `<?xml version="1.0"?><testsuites><testsuite name="s"><testcase classname="RoundTest" name="half" file="src/r.ts" line="12">
      <failure message="expected 3 &amp; got 2">stack</failure></testcase><testcase classname="RoundTest" name="ok"/>
      <testcase name="broke"><error>TypeError: no
      at f</error></testcase></testsuite></testsuites>`;
    const reports = [
      { name: "junit.xml", text: junit },
      { name: "other.xml", text: "<project><failure/></project>" },
      { name: "broken.xml", text: "<testsuite><testcase" },
      { name: "bomb.xml", text: `<!DOCTYPE x [<!ENTITY a "b">]>${junit}` },
      { name: "out.tap", text: "ok 1 - a\nnot ok 2 - adds\n  ---\n  message: 'no sum'\n  ...\n" },
    ];
    expect(errorsOf("RoundTest half: it failed\n3 failed\n", { reports })).toEqual([
      {
        kind: "report",
        message: "RoundTest half: expected 3 & got 2",
        file: "src/r.ts",
        line: 12,
        log_line: 1,
      },
      { kind: "report", message: "broke: TypeError: no", file: null, line: null, log_line: null },
      { kind: "report", message: "adds: no sum", file: null, line: null, log_line: null },
    ]);
  });

  it("come with what the log has there, at most 2 KB", () => {
    const why = whyOf(
      `start\nsrc/a.ts(1,1): error TS1: first\n  the line\nsrc/a.ts(2,1): error TS1: second\n`,
    );
    expect(why?.excerpt).toBe("src/a.ts(1,1): error TS1: first\n  the line");
    const long = whyOf(`error: it broke\n${"x".repeat(900)}\n${"y".repeat(900)}\n${"z".repeat(900)}\n`);
    expect(Buffer.byteLength(long?.excerpt ?? "")).toBeLessThanOrEqual(2_048);
    expect(long?.excerpt).toMatch(/^error: it broke\nx+\ny+$/);
  });

  it("are found in little time, whatever the log has", () => {
    const nasty = [
      "(".repeat(3_000),
      "a.b".repeat(1_500),
      " ".repeat(4_000),
      ":1:".repeat(1_200),
      "at ".repeat(1_300),
      "Error: ".repeat(600),
      "_".repeat(4_000),
    ];
    const log = Array.from({ length: 6_000 }, (_, at) => nasty[at % nasty.length]).join("\n");
    const started = performance.now();
    whyOf(log);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("the end of a log", () => {
  it("counts lines as a reader does: what has no end goes on with its stream", () => {
    const lines = new RecentLines(1_000);
    lines.push("stdout", "one, ");
    lines.push("stderr", "two\n");
    lines.push("stdout", "still one\n\nfour");
    expect(lines.lines().map(({ number, text }) => [number, text])).toEqual([
      [1, "one, still one"],
      [2, "two"],
      [3, ""],
      [4, "four"],
    ]);
  });

  it("keeps the newest, goes on with the numbers of an interrupted attempt, and takes an agent's words", () => {
    const lines = new RecentLines(200);
    lines.countOnly(
      '{"t":"","stream":"stdout","text":"a\\n"}\n{"t":"","stream":"system","text":"b\\n"}\nno json\n',
    );
    for (let at = 0; at < 5_000; at++) lines.push("stdout", `line ${at}\n`);
    lines.update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: "done" } });
    const kept = lines.lines();
    expect(kept.length).toBeLessThan(12);
    expect(kept.at(-1)).toEqual({ number: 5_003, stream: "agent", text: "done" });
    expect(kept.at(-2)).toEqual({ number: 5_002, stream: "stdout", text: "line 4999" });
  });
});
