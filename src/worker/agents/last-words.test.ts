import { expect, it } from "vitest";
import { lastWords, quoted } from "./last-words";

const frames = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

it.each([
  [
    "Node",
    `/app/agent.js:3\n  throw error;\n  ^\n\nTypeError: no key given\n${frames(10, (n) => `    at f${n} (/app/agent.js:${n}:1)`)} {\n  errno: -2,\n  code: 'E',\n  syscall: 'open',\n  path: '/a',\n  dest: '/b'\n}\n\nNode.js v20.20.0\n`,
    "TypeError: no key given",
  ],
  [
    "Python",
    `Traceback (most recent call last):\n${frames(9, (n) => `  File "/app/a.py", line ${n}, in f\n    f(${n})`)}\nValueError: no key given\n`,
    "ValueError: no key given",
  ],
  [
    "Rust",
    `thread 'main' panicked at src/main.rs:3:5:\nno key given\nstack backtrace:\n${frames(9, (n) => `   ${n}: core::f\n             at /rustc/${n}.rs:1:1`)}\nnote: run with \`RUST_BACKTRACE=full\`\n`,
    "no key given",
  ],
  [
    "Go",
    `panic: no key given\n\ngoroutine 1 [running]:\n${frames(9, (n) => `main.f${n}()\n\t/app/main.go:${n} +0x1d`)}\nexit status 2\n`,
    "panic: no key given",
  ],
  [
    "Java",
    `Exception in thread "main" java.lang.IllegalStateException: no key given\n${frames(9, (n) => `\tat app.Main.f${n}(Main.java:${n})`)}\n`,
    "no key given",
  ],
])("a crash of %s names the error", (_, stderr, line) => {
  expect(lastWords(stderr)).toContain(line);
  expect(lastWords(stderr).split("\n").length).toBeLessThan(9);
});

it("keeps the end where no error is named, and both where one is far above", () => {
  expect(lastWords("")).toBe("");
  expect(lastWords(frames(9, (n) => `line ${n}`))).toBe(frames(5, (n) => `line ${n + 4}`));
  const both = lastWords(`Error: first\n${frames(9, (n) => `line ${n}`)}`);
  expect(both).toBe("Error: first\nline 0\nline 4\nline 5\nline 6\nline 7\nline 8");
});

it("leaves out terminal codes and what was written over", () => {
  expect(lastWords("\u001b[2K\r⠋ loading\r⠙ loading\r\u001b[31mError:\u001b[0m no\u009b1m key\n")).toBe(
    "Error: no key",
  );
});

it("quotes a line without terminal codes", () => {
  expect(quoted('\u001b[2K\r⠋ wait\r\u001b[1;32mWelcome\u001b[0m to "it"\u0007\r\n')).toBe(
    '"Welcome to \\"it\\""',
  );
  expect(quoted(`\u001b[31m${"x".repeat(300)}`)).toBe(`"${"x".repeat(200)}…"`);
});
