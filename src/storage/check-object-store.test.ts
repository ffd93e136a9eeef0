import { createServer, type RequestListener, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { S3Settings } from "../lib/settings";
import { type ObjectStore, startObjectStore } from "../test/object-store";
import { freePort } from "../test/product";
import { checkObjectStore } from "./check-object-store";

let store: ObjectStore;
let server: Server | undefined;

beforeAll(async () => {
  store = await startObjectStore();
});
afterAll(() => store?.stop());
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Settings of the store, with a server of ours in its place. */
async function inPlace(answer: RequestListener): Promise<S3Settings> {
  const port = await freePort();
  const own = createServer(answer);
  server = own;
  await new Promise<void>((resolve) => own.listen(port, "127.0.0.1", resolve));
  return { ...store.settings, endpoint: `http://127.0.0.1:${port}` };
}

it.each(["", "boards/one"])(
  "says nothing of a store that works, and leaves nothing there: %j",
  async (prefix) => {
    expect(await checkObjectStore({ ...store.settings, prefix })).toBeNull();
    expect(await store.keys()).toEqual([]);
  },
);

it("names the bucket that is not there", async () => {
  expect(await checkObjectStore({ ...store.settings, bucket: "another-bucket" })).toBe(
    `${store.settings.endpoint} has no bucket another-bucket; make it, or mend PHASEBOARD_S3_BUCKET`,
  );
});

it("names the key that is not taken", async () => {
  const credentials = { accessKeyId: "nobody", secretAccessKey: "nothing" };
  expect(await checkObjectStore({ ...store.settings, credentials })).toMatch(
    /does not take the key; mend PHASEBOARD_S3_ACCESS_KEY_ID and PHASEBOARD_S3_SECRET_ACCESS_KEY$/,
  );
});

it("names the rights that the key has not", async () => {
  const settings = await inPlace((_, response) => {
    response.writeHead(403, { "content-type": "application/xml" });
    response.end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
  });
  expect(await checkObjectStore(settings)).toMatch(/allow it PutObject, GetObject, DeleteObject/);
});

it("names the address at which nothing listens", async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  expect(await checkObjectStore({ ...store.settings, endpoint })).toBe(
    `${endpoint} does not answer (ECONNREFUSED); start it, or mend PHASEBOARD_S3_ENDPOINT`,
  );
});

it("does not wait for a store that says nothing", async () => {
  const settings = await inPlace(() => {});
  expect(await checkObjectStore(settings, { patienceMs: 200 })).toMatch(/does not answer \(.+\); start it/);
});

it("knows a server that is no object store", async () => {
  const settings = await inPlace((request, response) => {
    request.resume().on("end", () => response.end("<html><body>Welcome</body></html>"));
  });
  expect(await checkObjectStore(settings)).toMatch(/mend PHASEBOARD_S3_ENDPOINT/);
});
