import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createClient, PhaseboardError } from ".";

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/**
 * A client of a server that answers the first request with the first answer and so on, repeating the last
 * one.
 */
async function clientOf(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? "/", "http://localhost"));
    answers[Math.min(asked.length, answers.length) - 1]?.(request, response);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  ended.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: createClient({ url, token: "pb_x" }), asked };
}

const html = (status: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { "content-type": "text/html" }).end("<h1>proxy</h1>");
};

const piece = (text: string, next_offset: number, done = false) =>
  `data: ${JSON.stringify({ attempt: 2, text, next_offset, done })}\n\n`;

/** An event stream of these pieces; `how` it ends after them. */
const stream =
  (pieces: string[], how: "cut" | "return") => (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`retry: 10\n\nevent: connected\ndata: {}\n\n${pieces.join("")}`);
    if (how === "return") response.end("event: return\ndata: \n\n");
    else setTimeout(() => response.destroy(), 50);
  };

async function faultOf(work: Promise<unknown> | undefined): Promise<PhaseboardError> {
  const fault = await Promise.resolve(work).then(
    () => "nothing",
    (error: unknown) => error,
  );
  if (fault instanceof PhaseboardError) return fault;
  throw new Error(`not a PhaseboardError: ${String(fault)}`);
}

function follow(client: Awaited<ReturnType<typeof clientOf>>["client"]) {
  const texts: string[] = [];
  return new Promise<{ texts: string[]; error?: PhaseboardError }>((resolve) => {
    const { unsubscribe } = client.steps?.logs?.subscribe(
      { id: "step" },
      {
        onData: (data) => texts.push((data as { text: string }).text),
        onComplete: () => resolve({ texts }),
        onError: (error) => resolve({ texts, error: error as PhaseboardError }),
      },
    ) ?? { unsubscribe: () => {} };
    ended.push(unsubscribe);
  });
}

describe("a log that is followed", () => {
  it("goes on behind the last piece, after a cut, a server that starts and an end before the end", async () => {
    const { client, asked } = await clientOf(
      stream([piece("a", 1), piece("b", 2)], "cut"),
      html(502),
      stream([piece("c", 3)], "return"),
      stream([piece("d", 4), piece("", 4, true)], "return"),
    );
    expect(await follow(client)).toEqual({ texts: ["a", "b", "c", "d", ""] });
    const inputs = asked.map((url) => JSON.parse(url.searchParams.get("input") ?? "null"));
    expect(inputs).toEqual([
      { id: "step" },
      { id: "step", attempt: 2, offset: 2 },
      { id: "step", attempt: 2, offset: 2 },
      { id: "step", attempt: 2, offset: 3 },
    ]);
  });

  it("ends with an error where the server refuses to go on", async () => {
    const refuse = (_: IncomingMessage, response: ServerResponse) => {
      const error = { message: "Sign in.", code: -32001, data: { code: "UNAUTHORIZED", httpStatus: 401 } };
      response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    };
    const { client, asked } = await clientOf(stream([piece("a", 1)], "cut"), refuse);
    const { texts, error } = await follow(client);
    expect([texts, error?.code, error?.status, error?.message]).toEqual([
      ["a"],
      "UNAUTHORIZED",
      401,
      "Sign in.",
    ]);
    expect(asked).toHaveLength(2);
  });

  it("ends with an error where something else answers", async () => {
    const { client } = await clientOf(html(200));
    expect((await follow(client)).error).toMatchObject({ code: "BAD_ANSWER", status: 200 });
  });
});

describe("an answer that is not Phaseboard's", () => {
  it.each([
    [200, "BAD_ANSWER"],
    [502, "SERVICE_UNAVAILABLE"],
    [413, "PAYLOAD_TOO_LARGE"],
    [418, "BAD_REQUEST"],
    [500, "INTERNAL_SERVER_ERROR"],
  ])("of %i is an error all the same", async (status, code) => {
    const { client } = await clientOf(html(status));
    expect(await faultOf(client.runs?.get?.query({ id: "a" }))).toMatchObject({
      status,
      code,
      path: "runs.get",
    });
    if (status !== 200) expect(await faultOf(client.download("a"))).toMatchObject({ status, code });
    const sent = client.upload({ run_id: "r", step_id: "s", file: new Uint8Array(9) });
    expect(await faultOf(sent)).toMatchObject({ status, code, path: "/api/workflow-executions/r/artifacts" });
  });
});

describe("a download", () => {
  const answer =
    (headers: Record<string, string>, body = "0123456789") =>
    (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(200, headers).end(body);

  it.each([
    [`attachment; filename="a.txt"; filename*=UTF-8''%F0%9F%98%80%0D%0A%22.txt`, '😀\r\n".txt'],
    [String.raw`attachment; filename="a \"b\" \\ c;d.txt"`, String.raw`a "b" \ c;d.txt`],
    ["attachment; filename=plain.txt", "plain.txt"],
    ["attachment; filename*=UTF-8''%E0%A4%A; filename=\"x.txt\"", "x.txt"],
    ["inline", "the-id"],
  ])("has the name of %s", async (disposition, name) => {
    const { client } = await clientOf(answer({ "content-disposition": disposition }));
    expect(await client.download("the-id")).toMatchObject({ name });
  });

  it("is an error where it breaks off", async () => {
    const { client } = await clientOf((_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 50);
    });
    const { bytes } = await client.download("a");
    expect(await faultOf(bytes())).toMatchObject({ code: "NETWORK", status: 0, path: "/api/artifacts/a" });
  });
});

it("a client is no promise, and knows what can be followed", async () => {
  const { client } = await clientOf(html(200));
  expect(await client).toBe(client);
  expect(() => client.runs?.nothing?.subscribe({}, {})).toThrow("There is no subscription runs.nothing.");
});
