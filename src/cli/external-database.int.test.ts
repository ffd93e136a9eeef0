import postgres from "postgres";
import { beforeAll, expect, inject, it } from "vitest";
import {
  buildProduct,
  childrenOf,
  emptyDataDir,
  endProductsAfterEach,
  health,
  kill,
  startProduct,
} from "../test/product";

endProductsAfterEach();
beforeAll(buildProduct, 600_000);

it.skipIf(process.platform !== "linux")(
  "uses the database that DATABASE_URL names and starts none of its own",
  async () => {
    const admin = postgres(inject("serverUrl"), { max: 1, onnotice: () => {} });
    const name = `${inject("templateName")}_external`;
    await admin`create database ${admin(name)}`;
    try {
      const url = new URL(inject("serverUrl"));
      url.pathname = name;
      const product = await startProduct({ dataDir: await emptyDataDir(), env: { DATABASE_URL: url.href } });
      expect(await health(product)).toBe(200);
      expect(await childrenOf(product, "bin/postgres")).toEqual([]);
      kill(product.supervisor.pid ?? 0, "SIGTERM");
      expect(await product.ended).toBe(0);
    } finally {
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    }
  },
  60_000,
);
