import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { PAGE_BYTES } from "../lib/page";
import { endApisAfterEach, startApiProcess, tokenOf } from "../test/api-server";
import { testDatabase } from "../test/database";
import { makeProject, makeRun } from "../test/factories";

const database = testDatabase();
endApisAfterEach();

const MB = 1024 * 1024;

describe("a run with more than fits an answer", () => {
  it("is read in pages by many at once, with its outputs at their own addresses", async () => {
    const made = await makeProject(database.db);
    const { run } = await makeRun(database.db, made);
    await database.db.execute(sql`
      insert into workflow_comments (id, workflow_run_id, text, comment_type, created_by)
      select 'c' || md5(${run.id} || n), ${run.id}, repeat('x', 50000), 'user', ${made.owner.user_id}
      from generate_series(1, 400) n`);
    await database.db.execute(sql`
      insert into workflow_run_steps (id, workflow_run_id, step_id, name, kind, phase, position)
      select 's' || md5(${run.id} || n), ${run.id}, 's' || n, 's' || n, 'function', 'work', n
      from generate_series(1, 250) n`);
    await database.db.execute(sql`
      update workflow_run_steps set output = to_jsonb(repeat('y', 1000000))
      where workflow_run_id = ${run.id} and position <= 40`);
    const token = await tokenOf(database, made.owner.user_id);
    const api = await startApiProcess(database);
    const get = (path: string) => fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } });
    const before = await api.peak();
    const texts = await Promise.all(
      Array.from({ length: 20 }, async () => (await get(`/api/workflow-executions/${run.id}`)).text()),
    );
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(4 * PAGE_BYTES);
    const { data } = JSON.parse(texts[0] ?? "");
    expect(data).toMatchObject({ comments_count: 400, step_counts: { pending: 251 } });
    expect(data.comments.length).toBeLessThan(10);
    expect(data.steps.length).toBeLessThanOrEqual(200);
    const large = data.steps.find((step: { output_bytes: number }) => step.output_bytes > 4096);
    expect(large).toMatchObject({ output: null, output_url: `/api/workflow-steps/${large.id}/output` });

    const next = `/api/workflow-executions/${run.id}/comments?cursor=${data.comments_next_cursor}`;
    const page = await (await get(next)).json();
    expect(page.data.length).toBeGreaterThan(0);
    const shown = data.comments.map(({ id }: { id: string }) => id);
    expect(page.data.some(({ id }: { id: string }) => shown.includes(id))).toBe(false);
    const rest = await (
      await get(`/api/workflow-executions/${run.id}/steps?limit=200&cursor=${data.steps_next_cursor}`)
    ).json();
    expect(rest).toMatchObject({ data: expect.any(Array), next_cursor: null });
    expect(rest.data).toHaveLength(251 - data.steps.length);

    const output = await get(large.output_url);
    expect(output.headers.get("content-length")).toBe(String(large.output_bytes));
    expect(await output.json()).toBe("y".repeat(1_000_000));
    const known = { "if-none-match": output.headers.get("etag") ?? "" };
    const again = await fetch(api.url + large.output_url, {
      headers: { authorization: `Bearer ${token}`, ...known },
    });
    expect(again.status).toBe(304);
    expect((await api.peak()) - before).toBeLessThan(250 * MB);
  });
});
