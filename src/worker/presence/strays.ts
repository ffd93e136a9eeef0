import { sql } from "drizzle-orm";
import type { Db } from "../../db/client";
import { type Mark, parseMark } from "../../engine/steps/mark";
import { endTree, listTree } from "../../lib/process-tree";

/** Names a claim by the marker of its processes. */
const claimOf = ({ run_id, epoch }: Pick<Mark, "run_id" | "epoch">) => `${run_id}:${epoch}`;

/**
 * Ends processes on this machine whose claim is void and whose run nobody took over, as after a worker died or was cut
 * off. A claim has to be void in two looks in a row: a claim that was just given up ends its own processes.
 */
export class Strays {
  private suspects = new Set<string>();

  constructor(private readonly db: Db) {}

  /** Ends such processes; returns their number. */
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

  /** Void claims, only of runs in this database: processes of another installation are left alone. */
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

/** The markers of all processes on this machine. */
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
