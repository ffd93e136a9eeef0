// A program as others write it: it knows the packed client, TypeScript and Zod, and nothing else of Phaseboard.
import { createClient, type LogPiece, PhaseboardError, type ProjectEvent } from "@phaseboard/client";
import { z } from "zod";
import { deadUrl, short, source, token, url } from "./settings.mjs";

declare const process: { stdout: { write(text: string): unknown } };

const say = (line: string) => process.stdout.write(`${line}\n`);
const client = createClient({ url, token });

/** What went wrong, as a line. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "nothing";
  } catch (error) {
    if (error instanceof PhaseboardError) return `${error.code} ${error.status}`;
    return error instanceof Error ? error.name : String(error);
  }
}

const project = await client.projects.create.mutate({ name: "Outside" });
const project_id = project.id;
await client.definitions.create.mutate({ project_id, source });

const events: ProjectEvent[] = [];
const connections: string[] = [];
let following: { unsubscribe(): void } | undefined;
const isOver = new Promise<void>((resolve, reject) => {
  following = client.events.onProject.subscribe(
    { project_id, lastEventId: 0 },
    {
      onData: (event) => {
        events.push(event);
        if (event.type === "workflow.execution.status_changed" && event.data.status === "completed")
          resolve();
      },
      onConnection: ({ state }) => connections.push(state),
      onError: reject,
    },
  );
});

const asked = {
  project_id,
  workflow_definition_id: "ship-a-release",
  name: "2.1",
  args: { channel: "stable", version: "2.1.0" },
} as const;
const run = await client.runs.create.mutate(asked, { idempotencyKey: `once-${project_id}` });
const again = await client.runs.create.mutate(asked, { idempotencyKey: `once-${project_id}` });
const executed = await client.runs.execute.mutate<"ship-a-release">({
  id: run.workflow_definition_id,
  args: { version: "2.2.0" },
});
await client.runs.cancel.mutate({ id: executed.id });
const args = z.object({ channel: z.literal("stable"), version: z.string() }).parse(run.args);

const { steps } = await client.runs.get.query({ id: run.id });
const build = steps.find((step) => step.step_id === "build");
if (!build) throw new Error("the run has no step build");
const pieces: LogPiece[] = [];
const hasLog = new Promise<void>((resolve, reject) => {
  let isTold = false;
  client.steps.logs.subscribe(
    { id: build.id },
    {
      onData: (piece) => {
        pieces.push(piece);
        if (!isTold && pieces.some(({ text }) => text.includes("building"))) say(`folder ${project.path}`);
        isTold ||= pieces.some(({ text }) => text.includes("building"));
      },
      onComplete: resolve,
      onError: reject,
    },
  );
});
await Promise.all([isOver, hasLog]);

const bytes = crypto.getRandomValues(new Uint8Array(60_000));
const sent: number[] = [];
const place = { run_id: run.id, step_id: "build" };
const name = 'r"é\r\nport.bin';
const artifact = await client.upload({
  ...place,
  name,
  file: new Blob(Array.from({ length: 50 }, () => bytes)),
  onProgress: ({ loaded }) => sent.push(loaded),
  idempotencyKey: `report-${project_id}`,
});

/** Pieces without an end. */
async function* endless() {
  for (;;) yield bytes;
}
async function* three() {
  for (let index = 0; index < 3; index++) yield bytes;
}
const streamed = await client.upload({ ...place, file: three(), file_type: "document" });
const abortUpload = new AbortController();
const abortedUpload = await faultOf(
  client.upload({
    ...place,
    file: endless(),
    signal: abortUpload.signal,
    onProgress: ({ loaded }) => loaded > 1_000_000 && abortUpload.abort(),
  }),
);

const got: number[] = [];
const download = await client.download(artifact.id, { onProgress: ({ loaded }) => got.push(loaded) });
const whole = await download.bytes();
const part = await client.download(artifact.id, { range: { start: 59_990, end: 60_009 } });
const partBytes = await part.bytes();
const abortDownload = new AbortController();
const begun = await client.download(artifact.id, { signal: abortDownload.signal });
abortDownload.abort();

// A token ends no other, but itself.
const shortened = createClient({ url, token: short });
const { items: tokens } = await shortened.tokens.list.query();
const id = tokens.find(({ name }) => name === "short")?.id ?? "";
const ends = new Promise<string>((resolve) => {
  shortened.events.onProject.subscribe(
    { project_id },
    {
      onConnection: ({ state }) => {
        // It may open once more before it learns that its token has ended.
        if (state === "open") void shortened.tokens.revoke.mutate({ id }).catch(() => {});
      },
      onError: ({ code, status }) => resolve(`${code} ${status}`),
    },
  );
});

const faults = {
  query: await faultOf(client.runs.get.query({ id: "nosuchrunanywhere" })),
  input: await faultOf(client.runs.create.mutate({ ...asked, name: "" })),
  otherBody: await faultOf(
    client.runs.create.mutate({ ...asked, name: "2" }, { idempotencyKey: `once-${project_id}` }),
  ),
  noToken: await faultOf(createClient({ url }).users.me.query()),
  upload: await faultOf(client.upload({ run_id: "nosuchrunanywhere", step_id: "a", file: bytes })),
  tooLarge: await faultOf(client.upload({ ...place, file: endless(), size: 200 * 1024 ** 2 })),
  tooLargeUnsaid: await faultOf(client.upload({ ...place, file: endless() })),
  ownSize: await faultOf(client.upload({ ...place, file: three(), size: 10 })),
  abortedUpload,
  download: await faultOf(client.download("nosuchartifact")),
  abortedDownload: await faultOf(begun.bytes()),
  unreachable: await faultOf(createClient({ url: deadUrl, token }).users.me.query()),
  unreachableUpload: await faultOf(createClient({ url: deadUrl, token }).upload({ ...place, file: bytes })),
  abortedCall: await faultOf(client.users.me.query(undefined, { signal: AbortSignal.abort() })),
  subscription: await faultOf(
    new Promise((_, reject) => {
      client.events.onProject.subscribe({ project_id: "nosuchproject" }, { onError: reject });
    }),
  ),
  revoked: await ends,
};

const { id: last } = await client.events.head.query({ project_id });
while (!events.some(({ id }) => id === last)) await new Promise((resolve) => setTimeout(resolve, 50));
following?.unsubscribe();

const isSame = whole.length === 3_000_000 && whole.every((byte, at) => byte === bytes[at % 60_000]);
const isPart =
  partBytes.length === 20 && partBytes.every((byte, at) => byte === bytes[(59_990 + at) % 60_000]);
say(
  `report ${JSON.stringify({
    runs: [run.id === again.id, executed.args],
    args,
    ids: events.flatMap(({ id }) => id ?? []),
    last,
    connections,
    log: pieces.map(({ text }) => text).join(""),
    artifact: [artifact.name === name, download.name === name, artifact.size_bytes, download.size_bytes],
    streamed: [streamed.size_bytes, streamed.file_type, streamed.name],
    sent: [sent[0], sent.at(-1), sent.length],
    got: [got[0], got.at(-1)],
    bytes: [isSame, isPart, part.size_bytes],
    listed: (await client.artifacts.list.query({ run_id: run.id })).items.length,
    faults,
  })}`,
);
