import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFINITIONS_FOLDER } from "../features/definitions/files";
import { call, type Subject } from "./subject";

/**
 * Writes a TypeScript definition into the project's folder and syncs the folder; `slug` is its name from then
 * on.
 */
export async function addCode(
  subject: Subject,
  projectId: string,
  slug: string,
  source: string,
): Promise<void> {
  const { path } = await call<{ path: string }>(subject, "GET", `/projects/${projectId}`);
  const folder = join(path, DEFINITIONS_FOLDER);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${slug}.ts`), source);
  await call(subject, "POST", `/projects/${projectId}/workflows/sync`);
}

interface StatusChanged {
  type: string;
  data: { execution_id: string; status: string };
}

/** Starts runs over the API and learns of their ends from the project's event stream. */
export class Runs {
  private readonly abort = new AbortController();
  /** Ends that nobody has asked for yet, and callers that wait for an end. */
  private readonly ended = new Map<string, string>();
  private readonly waiting = new Map<string, (status: string) => void>();
  private count = 0;

  private constructor(
    private readonly subject: Subject,
    private readonly projectId: string,
  ) {}

  static async open(subject: Subject, projectId: string): Promise<Runs> {
    const runs = new Runs(subject, projectId);
    const response = await fetch(`${subject.url}/api/projects/${projectId}/events`, {
      headers: { authorization: `Bearer ${subject.token}` },
      signal: runs.abort.signal,
    });
    if (!response.ok || !response.body) throw new Error(`the event stream answered ${response.status}`);
    void runs
      .read(response.body)
      .catch(() => {})
      .then(() => runs.lose());
    return runs;
  }

  /** Starts a run and resolves with its id when its end was announced; throws unless it completed. */
  async run(definition: string, args: object = {}): Promise<string> {
    const { id } = await call<{ id: string }>(this.subject, "POST", "/workflow-executions", {
      project_id: this.projectId,
      workflow_definition_id: definition,
      name: `${definition} ${++this.count}`,
      args,
    });
    const status =
      this.ended.get(id) ?? (await new Promise<string>((resolve) => this.waiting.set(id, resolve)));
    this.ended.delete(id);
    if (status !== "completed") throw new Error(`run ${id} of ${definition}: ${status}`);
    return id;
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let waiting = "";
    for await (const bytes of body) {
      waiting += decoder.decode(bytes, { stream: true });
      const end = waiting.lastIndexOf("\n") + 1;
      for (const [, json = ""] of waiting.slice(0, end).matchAll(/^data: (\{.*)$/gm)) {
        this.hear(JSON.parse(json) as StatusChanged);
      }
      waiting = waiting.slice(end);
    }
  }

  /** The stream is closed, so reject everybody who still waits. */
  private lose(): void {
    for (const told of this.waiting.values()) told("an end that nobody tells: the event stream is over");
  }

  private hear({ type, data: { execution_id: id, status } }: StatusChanged): void {
    if (type !== "workflow.execution.status_changed" || status === "running") return;
    const told = this.waiting.get(id);
    this.waiting.delete(id);
    if (told) told(status);
    else this.ended.set(id, status);
  }
}
