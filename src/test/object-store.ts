import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { S3Settings } from "../lib/settings";
import { waitFor } from "../lib/wait-for";
import { freePort } from "./product";

export interface ObjectStore {
  settings: S3Settings;
  /** The same as the environment that a process of ours reads. */
  env: Record<string, string>;
  /** Of every object in the bucket, sorted. */
  keys(): Promise<string[]>;
  stop(): Promise<void>;
}

/** A real server that speaks S3, in a process of its own, with one empty bucket in a temporary folder. */
export async function startObjectStore(): Promise<ObjectStore> {
  const directory = await mkdtemp(join(tmpdir(), "phaseboard-s3-"));
  // The package comes without the program that its description names.
  const commands = createRequire(import.meta.url).resolve("@20minutes/s3rver/lib/cli.js");
  const program = `require(${JSON.stringify(commands)}).parse(process.argv.slice(1), { from: "user" })`;
  const [bucket, key] = ["phaseboard-test", "S3RVER"];
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  // It signs addresses that end in a slash in another way than the client does, and than AWS.
  const options = [
    "--allow-mismatched-signatures",
    "-d",
    directory,
    "-a",
    "127.0.0.1",
    "-p",
    String(port),
    "--configure-bucket",
    bucket,
  ];
  const server = spawn(process.execPath, ["-e", program, "--", ...options], { stdio: "ignore" });
  const answers = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  if (!(await waitFor(answers, 20_000))) throw new Error("the object store did not start");
  return {
    settings: {
      bucket,
      endpoint,
      region: "us-east-1",
      prefix: "",
      credentials: { accessKeyId: key, secretAccessKey: key },
      forcePathStyle: true,
    },
    env: {
      PHASEBOARD_STORAGE: "s3",
      PHASEBOARD_S3_BUCKET: bucket,
      PHASEBOARD_S3_ENDPOINT: endpoint,
      PHASEBOARD_S3_ACCESS_KEY_ID: key,
      PHASEBOARD_S3_SECRET_ACCESS_KEY: key,
    },
    async keys() {
      const client = new S3Client({
        endpoint,
        region: "us-east-1",
        forcePathStyle: true,
        credentials: { accessKeyId: key, secretAccessKey: key },
      });
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      client.destroy();
      return Contents.map((object) => object.Key ?? "").sort();
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
