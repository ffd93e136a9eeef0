import { type Db, openDatabase } from "../../src/db/client";
import { findEmbeddedPostgres } from "../../src/db/embedded";
import { server } from "./server";

let opened: Promise<Db> | undefined;

/** The server's own database, as the command line opens it. */
export const database = (): Promise<Db> => {
  opened ??= findEmbeddedPostgres(server.dataDir).then((url) => {
    if (!url) throw new Error("the embedded database does not run");
    return openDatabase(url, { max: 1, name: "e2e" });
  });
  return opened;
};
