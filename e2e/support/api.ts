import type { TestFile } from "../pages/discussion";
import { server } from "./server";

export interface Project {
  id: string;
  slug: string;
  path: string;
}

export interface RunAnswer {
  id: string;
  name: string;
  status: string;
  error_message: string | null;
  comments: { id: string; text: string; anchor: { kind: string; x: number; width: number } | null }[];
  steps: {
    id: string;
    step_id: string;
    status: string;
    attempt: number;
    error_message: string | null;
    waiting_for: string | null;
    agent_session_id: string | null;
  }[];
}

/** A REST client with which tests prepare and check things outside of the browser. */
export class Api {
  constructor(readonly token: string) {}

  /** Returns status and body, also for an error. */
  async ask<T>(method: string, path: string, body?: object): Promise<{ status: number; body: { data: T } }> {
    const response = await fetch(`${server.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: (await response.json()) as { data: T } };
  }

  async do<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.ask<T>(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body.data;
  }

  async createProject(name: string): Promise<Project> {
    const made = await this.do<Project>("POST", "/projects", { name });
    // Most tests talk with their steps by files in the project's folder.
    return this.do("PATCH", `/projects/${made.id}`, { workspace: "shared", shared_at_once: true });
  }

  createDefinition(project: Project, source: string): Promise<{ id: string; slug: string }> {
    return this.do("POST", "/workflows", { project_id: project.id, source });
  }

  start(definition: { id: string }, name: string): Promise<{ id: string }> {
    return this.do("POST", `/workflows/${definition.id}/execute`, { name });
  }

  run(id: string): Promise<RunAnswer> {
    return this.do("GET", `/workflow-executions/${id}`);
  }

  comment(run_id: string, text: string, more: { step_id?: string; artifact_ids?: string[] } = {}) {
    return this.do<{ id: string }>("POST", `/workflow-executions/${run_id}/comments`, { text, ...more });
  }

  /** Uploads a file as an artifact of a step. */
  async upload(run_id: string, step_id: string, file: TestFile): Promise<{ id: string }> {
    const form = new FormData();
    form.set("step_id", step_id);
    form.set("file", new File([new Uint8Array(file.buffer)], file.name, { type: file.mimeType }));
    const response = await fetch(`${server.url}/api/workflow-executions/${run_id}/artifacts`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}` },
      body: form,
    });
    if (response.status !== 201) throw new Error(`upload of ${file.name}: ${await response.text()}`);
    return ((await response.json()) as { data: { id: string } }).data;
  }

  addMember(project: Project, person: { email: string }, role: string): Promise<unknown> {
    return this.do("POST", `/projects/${project.id}/members`, { email: person.email, role });
  }
}
