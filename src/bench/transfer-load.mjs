// Uploads and downloads 100 MB again and again until it is killed, in a process of its own so that it does
// not slow the measuring one. Takes the addresses and a token; prints when it has begun.
import { request } from "node:http";

const [uploads = "", download = "", token = ""] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const boundary = "----bench";
const head = `--${boundary}\r\nContent-Disposition: form-data; name="step_id"\r\n\r\nhello\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="load.bin"\r\n\r\n`;
const body = Buffer.concat([
  Buffer.from(head),
  Buffer.alloc(100 * 1024 * 1024, 1),
  Buffer.from(`\r\n--${boundary}--\r\n`),
]);

const transfer = (url, options, sent) =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming) => {
      incoming.on("error", reject).on("end", resolve).resume();
    });
    outgoing.on("error", reject).end(sent);
  });

const type = `multipart/form-data; boundary=${boundary}`;
const up = () =>
  transfer(
    uploads,
    { method: "POST", headers: { ...headers, "content-type": type, "content-length": body.length } },
    body,
  );
const down = () => transfer(download, { headers });

process.stdout.write("begun\n");
await Promise.all(
  [up, down].map(async (again) => {
    for (;;) await again();
  }),
);
