import { expect, it } from "vitest";
import { missingCommand } from "./missing-command";

it.each([
  [127, "/bin/sh: 1: tsc: not found\n", '"tsc" was not found'],
  [127, "sh: 1: next: not found\nnpm error code 127\n", '"next" was not found'],
  [127, "bash: line 3: cargo: command not found\n", '"cargo" was not found'],
  [127, "zsh:1: command not found: go\n", '"go" was not found'],
  [127, "/usr/bin/env: \u2018node\u2019: No such file or directory\n", '"node" was not found'],
  [127, "", "a command was not found"],
  [126, "/bin/sh: 1: ./build.sh: Permission denied\n", '"./build.sh" may not be run'],
])("of code %i and %j says %s", (code, stderr, said) => {
  expect(missingCommand(code, stderr)).toContain(said);
});

it("says nothing of other codes", () => expect(missingCommand(1, "sh: 1: tsc: not found")).toBeNull());
