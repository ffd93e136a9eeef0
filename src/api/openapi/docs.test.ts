import { describe, expect, it } from "vitest";
import { askRoute } from "../../test/routes";

const get = (path: string) => askRoute(new Request(`http://127.0.0.1:3000${path}`));

describe("the reference page", () => {
  it("asks for nothing that is not ours, and all that it asks for is there", async () => {
    const html = await (await get("/api/docs")).text();
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? "");
    expect(addresses.filter((address) => !/^\/[^/]/.test(address))).toEqual([]);
    const parts = addresses.filter((address) => address.startsWith("/api/"));
    expect(parts).toEqual([
      "/api/docs/swagger-ui.css",
      "/api/openapi.json",
      "/api/docs/swagger-ui-bundle.js",
      "/api/docs/start.js",
    ]);
    for (const part of parts) {
      const response = await get(part);
      expect(response.status).toBe(200);
      expect(response.headers.get("x-content-type-options") ?? "nosniff").toBe("nosniff");
    }
  });

  it("may not talk to anybody else, whatever the library would like to", async () => {
    const policy = (await get("/api/docs")).headers.get("content-security-policy") ?? "";
    const rules = new Map(
      policy.split("; ").map((rule) => {
        const [name = "", ...sources] = rule.split(" ");
        return [name, sources];
      }),
    );
    expect(rules.get("default-src")).toEqual(["'none'"]);
    expect(rules.get("script-src")).toEqual(["'self'"]);
    expect(rules.get("connect-src")).toEqual(["'self'"]);
    const elsewhere = [...rules.values()]
      .flat()
      .filter((source) => !/^('(self|none|unsafe-inline)'|data:)$/.test(source));
    expect(elsewhere).toEqual([]);
  });

  it("starts with all that would ask its makers' servers switched off", async () => {
    const start = await (await get("/api/docs/start.js")).text();
    const options = JSON.parse(/SwaggerUIBundle\((.*)\);/.exec(start)?.[1] ?? "null");
    expect(options).toMatchObject({ url: "/api/openapi.json", validatorUrl: null });
    expect(JSON.stringify(options)).not.toMatch(/https?:/);
  });

  it("has the library's bundle from its package, and no other file of it", async () => {
    const bundle = await get("/api/docs/swagger-ui-bundle.js");
    expect(bundle.headers.get("content-type")).toMatch(/^text\/javascript/);
    expect((await bundle.text()).length).toBeGreaterThan(500_000);
    expect((await get("/api/docs/swagger-ui.js")).status).toBe(404);
    expect((await get("/api/docs/..%2f..%2fpackage.json")).status).toBe(404);
  });
});
