import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";
import { packClient } from "./pack-client";

process.stdout.write(`${await packClient(join(packageRoot(), "dist", "client"))}\n`);
