import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { workflowComments } from "../../db/schema/comments";
import { workflowEvents } from "../../db/schema/events";
import { storageDeletions } from "../../db/schema/storage";
import { runKey } from "../../engine/logs/paths";
import { MAX_ARTIFACT_BYTES } from "../../features/artifacts/limits";
import { newId } from "../../lib/ids";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { type MadeProject, type MadeRun, makeProject, makeRun } from "../../test/factories";
import { type Answer, END, field, file, fileHead, form, MULTIPART, send } from "../../test/multipart";
import { addRole, callerOf, makePerson } from "../../test/people";

const database = testDatabase();
const api = serveApi(database, {}, { PHASEBOARD_LOG_LEVEL: "warn" });
const base = () => api().url;
let made: MadeProject;
let run: MadeRun;
let token: string;

beforeAll(async () => {
  made = await makeProject(database.db);
  token = await tokenOf(database, made.owner.user_id);
});
beforeEach(async () => {
  run = await makeRun(database.db, made);
});

const STEP = field("step_id", "only");

function upload(body: Buffer | Readable, headers: Record<string, string> = {}): Promise<Answer> {
  const url = `${base()}/api/workflow-executions/${run.run.id}/artifacts`;
  const length: Record<string, string> = Buffer.isBuffer(body)
    ? { "content-length": String(body.length) }
    : {};
  return send(
    url,
    { authorization: `Bearer ${token}`, "content-type": MULTIPART, ...length, ...headers },
    body,
  );
}

const artifactsOf = async () =>
  (await callerOf(database.db, made.owner).artifacts.list({ run_id: run.run.id })).items;

/** Every file below the run's folder, temporary ones too. */
async function filesOfRun(): Promise<string[]> {
  const folder = join(made.project.path, runKey(run.run.id));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

const journal = () =>
  database.db.select().from(storageDeletions).where(eq(storageDeletions.project_id, made.project.id));

/** The next upload works, and of this one there is neither row nor file nor anything left to do. */
async function expectNothingStays(): Promise<void> {
  await expect.poll(filesOfRun).toEqual([]);
  await expect.poll(journal).toEqual([]);
  expect(await artifactsOf()).toEqual([]);
  expect((await upload(form(STEP, file("next")))).status).toBe(201);
}

/** `size` bytes in pieces, a form's file among fields. */
function* formOf(size: number): Generator<Buffer, void, undefined> {
  yield STEP;
  yield fileHead("large.bin");
  const piece = Buffer.alloc(1024 * 1024, 7);
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left);
  yield Buffer.concat([Buffer.from("\r\n"), END]);
}

function lengthOf(size: number): string {
  return String(STEP.length + fileHead("large.bin").length + size + 2 + END.length);
}

describe("an upload", () => {
  it("makes an artifact of the file, and tells of it", async () => {
    const content = "# Notes\n";
    const { status, body } = await upload(form(STEP, file(content, "notes.md")));
    expect(status).toBe(201);
    const sha256 = createHash("sha256").update(content).digest("hex");
    expect(body.data).toMatchObject({
      name: "notes.md",
      workflow_run_id: run.run.id,
      workflow_run_step_id: run.steps[0]?.id,
      step_id: "only",
      workflow_comment_id: null,
      mime_type: "text/markdown",
      file_type: "document",
      size_bytes: 8,
      sha256,
    });
    expect(await artifactsOf()).toEqual([body.data]);
    expect(await readFile(join(made.project.path, body.data.file_path), "utf8")).toBe(content);
    expect(body.data.file_path).toBe(`${runKey(run.run.id)}/artifacts/only/notes.md`);
    const events = await database.db
      .select()
      .from(workflowEvents)
      .where(eq(workflowEvents.workflow_run_id, run.run.id));
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      [
        "workflow.artifact.created",
        {
          execution_id: run.run.id,
          artifact_id: body.data.id,
          step_id: "only",
          project_id: made.project.id,
        },
      ],
    ]);
    expect(await journal()).toEqual([]);
  });

  it("takes the fields behind the file too, and the step by its row", async () => {
    const row = field("step_id", run.steps[0]?.id ?? "");
    const { status, body } = await upload(form(file("x", "a.txt"), field("name", "b.txt"), row));
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ name: "b.txt", step_id: "only" });
    expect(await readFile(join(made.project.path, body.data.file_path), "utf8")).toBe("x");
    expect(await filesOfRun()).toEqual([basename(body.data.file_path)]);
    expect(await journal()).toEqual([]);
  });

  it("keeps an empty file", async () => {
    const { body } = await upload(form(STEP, file("", "empty.txt")));
    expect(body.data).toMatchObject({ size_bytes: 0, name: "empty.txt" });
  });

  it("attaches it to a comment of the run, and to no other's", async () => {
    const comment = await makeComment(run);
    const { body } = await upload(form(STEP, field("comment_id", comment), file("x")));
    expect(body.data.workflow_comment_id).toBe(comment);
    const other = await makeComment(await makeRun(database.db, made));
    const refused = await upload(form(STEP, field("comment_id", other), file("x")));
    expect([refused.status, refused.body.error.details]).toEqual([
      400,
      [{ path: "comment_id", message: "is no comment of this run" }],
    ]);
    const nothing = await upload(form(STEP, field("comment_id", newId()), file("x")));
    expect([nothing.status, nothing.body.error.details]).toEqual([
      404,
      [{ path: "comment_id", message: "is no comment" }],
    ]);
    expect(await filesOfRun()).toEqual([basename(body.data.file_path)]);
  });

  it("gives the first artifact again under the same Idempotency-Key, and refuses another file under it", async () => {
    const key = { "idempotency-key": `key-${run.run.id}` };
    const body = form(STEP, file("once", "once.txt"));
    const [first, second] = [await upload(body, key), await upload(body, key)];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    const other = await upload(form(STEP, file("twice", "once.txt")), key);
    expect(other.status).toBe(409);
    expect(await artifactsOf()).toHaveLength(1);
    expect(await filesOfRun()).toHaveLength(1);
    expect(await journal()).toEqual([]);
  });

  it.each([
    ["with its length", true],
    ["in chunks", false],
  ])("takes exactly 100 MB %s", async (_, declared) => {
    const headers: Record<string, string> = declared
      ? { "content-length": lengthOf(MAX_ARTIFACT_BYTES) }
      : {};
    const { status, body } = await upload(Readable.from(formOf(MAX_ARTIFACT_BYTES)), headers);
    expect(status).toBe(201);
    expect(body.data.size_bytes).toBe(MAX_ARTIFACT_BYTES);
  });

  it.each([
    ["with its length", true],
    ["in chunks", false],
  ])("refuses one byte more %s", async (_, declared) => {
    const size = MAX_ARTIFACT_BYTES + 1;
    const headers: Record<string, string> = declared ? { "content-length": lengthOf(size) } : {};
    const { status, body } = await upload(Readable.from(formOf(size)), headers);
    expect([status, body.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    await expectNothingStays();
  });

  it("refuses at once a length that cannot fit", async () => {
    const { status, headers } = await upload(Readable.from(formOf(10)), { "content-length": "500000000" });
    expect([status, headers.connection]).toEqual([413, "close"]);
    await expectNothingStays();
  });

  it("answers before the rest of an endless one is read", async () => {
    let sent = 0;
    const endless = function* () {
      for (const piece of formOf(5_000_000_000)) {
        sent += piece.length;
        yield piece;
      }
    };
    const { status } = await upload(Readable.from(endless()));
    expect(status).toBe(413);
    expect(sent).toBeLessThan(2 * MAX_ARTIFACT_BYTES);
    await expectNothingStays();
  });

  it.each<[string, Buffer, Record<string, string>, string]>([
    ["no file", form(STEP), {}, "There is no file"],
    ["a file field that is no file", form(STEP, field("file", "x")), {}, "must be a file"],
    ["a file twice", form(STEP, file("a"), file("b")), {}, "more than one file"],
    ["a file in another field", form(STEP, file("a", "a", "upload")), {}, "not in upload"],
    ["no step", form(file("a")), {}, "step_id is needed"],
    ["a field twice", form(STEP, STEP, file("a")), {}, "given twice"],
    ["a field that is too long", form(STEP, field("name", "x".repeat(5000)), file("a")), {}, "too long"],
    ["a name that is too long", form(STEP, field("name", "x".repeat(1001)), file("a")), {}, "name"],
    ["a kind of file that is none", form(STEP, field("file_type", "song"), file("a")), {}, "file_type"],
    ["no name at all", form(STEP, file("a", "")), {}, "name is needed"],
    ["JSON posing as multipart", Buffer.from('{"step_id":"only"}'), {}, "no whole multipart"],
    ["JSON", Buffer.from("{}"), { "content-type": "application/json" }, "must be multipart/form-data"],
    ["no boundary", form(STEP, file("a")), { "content-type": "multipart/form-data" }, "no boundary"],
    ["nothing", Buffer.alloc(0), {}, "multipart"],
    [
      "a form that breaks off in the file",
      Buffer.concat([STEP, fileHead(), Buffer.from("abc")]),
      {},
      "no whole",
    ],
    ["a form that breaks off behind it", Buffer.concat([STEP, file("abc")]), {}, "no whole"],
    [
      "10,000 parts",
      form(...Array.from({ length: 10_000 }, (_, n) => field(`f${n}`, "x")), file("a")),
      {},
      "too many fields",
    ],
    [
      "10,000 parts behind the file",
      form(STEP, file("a"), ...Array.from({ length: 10_000 }, (_, n) => field(`f${n}`, "x"))),
      {},
      "too many fields",
    ],
  ])("refuses %s", async (_, body, headers, words) => {
    const answer = await upload(body, headers);
    expect([answer.status, answer.body.error.code]).toEqual([400, "BAD_REQUEST"]);
    expect(answer.body.error.message).toContain(words);
    await expectNothingStays();
  });

  it("says which run or step there is not", async () => {
    const step = await upload(form(field("step_id", "none"), file("a")));
    expect([step.status, step.body.error.details]).toEqual([
      404,
      [{ path: "step_id", message: "is no step of this run" }],
    ]);
    const late = await upload(form(file("a"), field("step_id", "none")));
    expect(late.status).toBe(404);
    await expectNothingStays();
    const url = `${base()}/api/workflow-executions/nosuchrun00000000/artifacts`;
    const headers = { authorization: `Bearer ${token}`, "content-type": MULTIPART };
    expect((await send(url, headers, form(STEP, file("a")))).status).toBe(404);
  });

  it("is refused before a byte is read to a viewer, a stranger and nobody", async () => {
    const viewer = await makePerson(database.db, "Viewer");
    await addRole(database.db, made.project.id, viewer, "viewer");
    const stranger = await makePerson(database.db, "Stranger");
    const endless = () => Readable.from(formOf(5_000_000_000));
    const status = async (credentials: Record<string, string>) =>
      (await upload(endless(), { authorization: "", ...credentials })).status;
    const bearer = async (user_id: string) => ({
      authorization: `Bearer ${await tokenOf(database, user_id)}`,
    });
    expect(await status(await bearer(viewer.user_id))).toBe(403);
    expect(await status(await bearer(stranger.user_id))).toBe(403);
    expect(await status({})).toBe(401);
    expect(await status({ authorization: "Bearer pb_wrong" })).toBe(401);
    expect(await filesOfRun()).toEqual([]);
  });

  it("leaves nothing where its sender goes away", async () => {
    const url = `${base()}/api/workflow-executions/${run.run.id}/artifacts`;
    const headers = { authorization: `Bearer ${token}`, "content-type": MULTIPART };
    const outgoing = request(url, { method: "POST", headers });
    outgoing.on("error", () => {});
    outgoing.write(Buffer.concat([STEP, fileHead(), Buffer.alloc(300_000)]));
    await expect.poll(filesOfRun).toHaveLength(1);
    const before = api().log();
    outgoing.destroy();
    await expectNothingStays();
    // Their fault is none of ours.
    expect(api().log()).toBe(before);
  });

  it.each([
    ["too short", -2],
    ["too long", 1000],
  ])("leaves nothing where the length it says is %s", async (_, wrong) => {
    const body = form(STEP, file("hello"));
    const { hostname, port } = new URL(base());
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes;
    });
    socket.on("error", () => {});
    socket.write(
      `POST /api/workflow-executions/${run.run.id}/artifacts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: ${MULTIPART}\r\nContent-Length: ${body.length + wrong}\r\n\r\n`,
    );
    socket.end(body);
    await new Promise((resolve) => socket.once("close", resolve));
    expect(answer).not.toContain(" 201 ");
    await expectNothingStays();
  });

  it("goes beside another one", async () => {
    const answers = await Promise.all(
      [1, 2].map((number) => upload(form(STEP, file(Buffer.alloc(3_000_000, number), `${number}.bin`)))),
    );
    for (const [index, { status, body }] of answers.entries()) {
      expect(status).toBe(201);
      const bytes = await readFile(join(made.project.path, body.data.file_path));
      expect(bytes.equals(Buffer.alloc(3_000_000, index + 1))).toBe(true);
    }
  });
});

async function makeComment({ run: { id } }: MadeRun): Promise<string> {
  const [comment] = await database.db
    .insert(workflowComments)
    .values({ workflow_run_id: id, text: "Look", comment_type: "user", created_by: made.owner.user_id })
    .returning();
  return comment?.id ?? "";
}
