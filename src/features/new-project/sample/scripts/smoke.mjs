// Unpacks the tarball somewhere else and uses it as a stranger would.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const tarball = resolve(process.env.TARBALL ?? "");
const folder = mkdtempSync(join(tmpdir(), "timespan-"));
try {
  const home = join(folder, "node_modules", "timespan");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", home]);
  const { format, parse } = await import(pathToFileURL(join(home, "dist/index.js")).href);
  const span = format(parse("90 minutes"));
  assert.equal(span, "1h 30m");
  console.log(`the packed library reads "90 minutes" and writes "${span}"`);

  const started = performance.now();
  let count = 0;
  while (performance.now() - started < 500) {
    for (let i = 0; i < 1_000; i++) parse(format(i * 12_345));
    count += 1_000;
  }
  const perSecond = Math.round(count / ((performance.now() - started) / 1_000));
  console.log(`and does so ${perSecond.toLocaleString("en")} times a second on this machine`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
