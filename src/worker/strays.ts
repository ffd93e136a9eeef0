import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { type Mark, parseMark } from "../engine/steps/mark";
import { endTree, listTree } from "../lib/process-tree";

/** A run's claim, as the marks of its processes name it. */
const claimOf = ({ run_id, epoch }: Pick<Mark, "run_id" | "epoch">) => `${run_id}:${epoch}`;

/**
 * Ends processes of steps whose claim is void on this machine: what a worker that died or was cut off has left
 * behind where nobody took its run over. A claim has to be seen void twice in a row, since one that has just
 * been given up may be ending its own.
 */
export class Strays {
  private suspects = new Set<string>();

  constructor(private readonly db: Db) {}

  /** Returns how many processes it ended. */
  async end(): Promise<number> {
    const marks = listMarks();
    const found = await this.findVoid(marks);
    const surely = new Set([...found].filter((claim) => this.suspects.has(claim)));
    this.suspects = found;
    if (surely.size === 0) return 0;
    const marked = (value: string) => {
      const mark = parseMark(value);
      return mark !== null && surely.has(claimOf(mark));
    };
    return endTree({ marked }, { grace_ms: 0 });
  }

  /** Of runs that this database knows alone: another installation's processes are not ours to judge. */
  private async findVoid(marks: Mark[]): Promise<Set<string>> {
    const ids = [...new Set(marks.map((mark) => mark.run_id))];
    if (ids.length === 0) return new Set();
    const { rows } = await this.db.execute<{ id: string; epoch: number; is_held: boolean }>(sql`
      select id, epoch, claimed_by is not null as is_held from workflow_runs where id in ${ids}`);
    const runs = new Map(rows.map((row) => [row.id, row]));
    const isVoid = ({ run_id, epoch }: Mark) => {
      const run = runs.get(run_id);
      return run !== undefined && (epoch < run.epoch || (epoch === run.epoch && !run.is_held));
    };
    return new Set(marks.filter(isVoid).map(claimOf));
  }
}

/** The marks of all processes of this machine that carry one. */
function listMarks(): Mark[] {
  const marks = new Map<string, Mark>();
  listTree({
    marked(value) {
      const mark = parseMark(value);
      if (mark) marks.set(value, mark);
      return false;
    },
  });
  return [...marks.values()];
}
