import { expect, it } from "vitest";
import { bodyFor } from "./input";

const body = (text: string, inPath: Record<string, string>) => {
  const headers = { "content-type": "application/json" };
  return bodyFor(
    null,
    new Request("http://localhost/api/x", { method: "POST", headers, body: text }),
    inPath,
  );
};

it.each(["constructor", "__proto__", "toString"])("%s in a body is a field like any other", async (name) => {
  // What it means is decided by the call's own fields.
  for (const inPath of [{}, { id: "1" }] as Record<string, string>[]) {
    expect(Object.keys((await body(`{"${name}":1}`, inPath)) ?? {})).toEqual([name]);
  }
  await expect(body('{"id":"2"}', { id: "1" })).rejects.toThrow("id says something else than the address");
});
