// The floor for transfers: a bare server that hashes and fsyncs uploads, as Phaseboard does, and sends them
// back. Takes a folder; prints its port on stdout.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const file = join(process.argv[2] ?? "", "bare.bin");

const server = createServer(async (request, response) => {
  if (request.method === "POST") {
    const hash = createHash("sha256");
    request.on("data", (piece) => hash.update(piece));
    await pipeline(request, createWriteStream(`${file}.tmp`, { flush: true }));
    await rename(`${file}.tmp`, file);
    response.writeHead(201).end(hash.digest("hex"));
    return;
  }
  const { size } = await stat(file);
  response.writeHead(200, { "content-length": size });
  await pipeline(createReadStream(file), response);
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
