import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { giveTo } from "../../box/hand-over";
import { removeTree } from "../../box/remove-tree";
import type { RunBox } from "../../box/run-box";
import type { Program } from "../../box/types";
import type { AttemptRef, Claim, FilesVisit, RunFacts, StepLog, StepResult } from "../../engine/run/ports";
import { workspaceFolder } from "../../engine/run/working-directory";
import { formatMark } from "../../engine/steps/mark";
import { GitFailed } from "../../git/git";
import { keeperOf, snapshotRef } from "../../git/keeper";
import {
  countChanges,
  exclude,
  type KeptTree,
  lookAtFiles,
  newestOf,
  newFiles,
  readSnapshot,
  restoreSnapshot,
  type Snapshot,
  takeSnapshot,
} from "../../git/kept-tree";
import { whyOutOfReach } from "../../git/out-of-reach";
import { newId } from "../../lib/ids";
import { logger } from "../../lib/logger";
import { MARKER } from "../../lib/process-tree";
import { readSettings } from "../../lib/settings";
import type { FilesFacts } from "../../model/entry";
import { requireRoom, untilRoom } from "../until-room";
import { Caches } from "./caches";
import { type GitCredentials, makeFiles } from "./make-files";
import { isDirty, type Memo, markClean, markDirty, readMemo, writeMemo } from "./memo";

/** A reason for people why no step can work in the folder. */
type Fault = { refusal: string } | null;
type Say = (text: string) => void;

const MADE_ANEW =
  "It is made anew from the last snapshot; ignored files are gone but for what the set-up makes.";

/** The first of these paths, and how many more; null where there are none. */
function listed(paths: string[]): string | null {
  const [first, ...more] = paths;
  if (first === undefined) return null;
  return more.length > 0 ? `${first} and ${more.length} more` : first;
}

/** A claim's hold on its run's folder: makes it, puts files back, and keeps them. One call at a time touches it. */
export class Place {
  private readonly folder: string;
  private turn: Promise<unknown> = Promise.resolve();
  private memo: Memo | null = null;
  private tree: KeptTree | null = null;
  private at: Snapshot | null = null;
  /** What the files are to be while nobody is at work; null: what the run began from. */
  private expected: string | null = null;
  private atWork = 0;
  private isVisited = false;
  /** What was done before a step had a log to say it in. */
  private readonly untold: string[] = [];

  constructor(
    private readonly claim: Claim,
    workspaces: string,
    private readonly caches: string,
    private readonly process_key: string,
    private readonly boxOf: (run: RunFacts) => RunBox,
    private readonly credentialsOf: GitCredentials,
    /** Whether the claim has ended or is to end, so that nothing waits any more. */
    private readonly isOver: () => boolean,
  ) {
    this.folder = workspaceFolder(workspaces, claim.run);
  }

  /** See `RunFiles.visit`. */
  visit(
    attempt: AttemptRef,
    snapshot: string | null,
    log: StepLog,
    setUp: () => Promise<StepResult>,
  ): Promise<FilesVisit | { refusal: string }> {
    return this.alone(async () => {
      const say = (text: string) => log.system(text);
      for (const text of this.untold.splice(0)) say(text);
      if (!this.isVisited) this.expected = snapshot;
      this.isVisited = true;
      const fault =
        (await this.open(say)) ??
        (this.atWork > 0 ? null : ((await this.ready(say)) ?? (await this.setUp(setUp, say))));
      return fault ?? this.begin(attempt, say);
    });
  }

  /** See `RunFiles.prepare`. */
  prepare(): Promise<Fault> {
    return this.alone(() => this.open((text) => this.untold.push(text)));
  }

  /** Looks whether the folder is there, each time, since nothing hinders somebody from removing it. */
  private async open(say: Say): Promise<Fault> {
    const { run } = this.claim;
    this.tree ??= this.treeWith(
      await keeperOf(run.project.path, run.workspace === "copy" ? "copy" : "clone"),
    );
    const memo = existsSync(run.folder) ? await readMemo(this.folder) : null;
    const base = this.memo?.base_commit ?? run.base_commit;
    if (memo && memo.id === this.memo?.id) return null;
    this.memo = memo;
    this.at = null;
    if (memo) {
      // The run was updated from its base, or went back to before that.
      if (run.base_commit !== null && run.base_commit !== memo.base_commit)
        await this.write({ base_commit: run.base_commit });
      return null;
    }
    if (base !== null) say(`The run's folder is not there. ${MADE_ANEW}`);
    return this.make(this.tree, base, say);
  }

  /** `base`: the commit that an earlier folder of the run began from. Waits where the disk has no room. */
  private make(tree: KeptTree, base: string | null, say: Say): Promise<Fault> {
    return untilRoom(() => this.makeOnce(tree, base, say), { say, isOver: this.isOver });
  }

  private async makeOnce(tree: KeptTree, base: string | null, say: Say): Promise<Fault> {
    const box = this.boxOf(this.claim.run);
    const { project, workspace } = this.claim.run;
    if (box.kind === "bubblewrap" && workspace === "clone") {
      const refusal = await whyOutOfReach(project.path, tree.keeper, readSettings().boxFolders);
      if (refusal !== null) return { refusal };
    }
    await removeTree(this.folder);
    await mkdir(this.folder, { recursive: true, mode: box.user ? 0o711 : 0o777 });
    // A database without room loses more than a run that begins later.
    await requireRoom(this.folder);
    // Nothing of a step's is there yet, and git makes what the box shows.
    const bare = { ...tree, call: { ...tree.call, confine: undefined } };
    const made = await makeFiles({ ...this.claim.run, base_commit: base }, bare, say, this.credentialsOf);
    if ("refusal" in made) return made;
    if (box.user) await giveTo(box.user, [tree.files, tree.git]);
    const newest = await newestOf(tree);
    this.memo = { ...made, id: newId(), at: made.base_commit, newest, is_set_up: false };
    await writeMemo(this.folder, this.memo);
    // The project may have other files by now than the run began with.
    if (base !== null) markDirty(this.folder);
    return null;
  }

  /** Makes the files what they are to be. */
  private async ready(say: Say): Promise<Fault> {
    const { memo, tree } = this.opened;
    const expected = this.expected ?? memo.base_commit;
    this.expected = expected;
    const isRight = memo.at === expected && !isDirty(this.folder);
    if (isRight && this.at) return null;
    const { base_commit, branch } = memo;
    const start = branch === null ? null : { commit: base_commit, branch: `refs/heads/${branch}` };
    const snapshot = await readSnapshot(tree, expected, start);
    if (!snapshot)
      return {
        refusal: `The run's files are gone: the project does not have the commit ${expected} any more`,
      };
    this.at = snapshot;
    // The snapshot may be none of this folder's, so another one may be the last.
    if (!isRight) await this.write({ newest: await newestOf(tree) });
    return isRight ? null : this.putBack(tree, snapshot, say);
  }

  private async putBack(tree: KeptTree, snapshot: Snapshot, say: Say): Promise<Fault> {
    const broken = await restoreSnapshot(tree, snapshot).then(listed, (error: unknown) => {
      if (!(error instanceof GitFailed)) throw error;
      // A step has broken more than its files.
      return error.message;
    });
    if (broken !== null) {
      say(`The run's folder could not be put back (${broken}). ${MADE_ANEW}`);
      const fault = await this.make(tree, this.opened.memo.base_commit, say);
      if (fault) return fault;
      const left = listed(await restoreSnapshot(tree, snapshot));
      if (left !== null) say(`Other than before this step: ${left}`);
    }
    say(`The files are as they were before this step. Ignored ones were left as they are.${this.unkept()}`);
    await this.write({ at: snapshot.commit });
    markClean(this.folder);
    return null;
  }

  /** What no snapshot has, in a sentence. */
  private unkept(): string {
    const steps = this.claim.run.definition.steps.filter(({ snapshot }) => snapshot === false);
    const names = steps.map(({ id }) => id).join(", ");
    return names && ` What ${names} made is not among them, by its \`snapshot: false\`.`;
  }

  /** What the set-up makes is no change of the run, so it is not kept. */
  private async setUp(run: () => Promise<StepResult>, say: Say): Promise<Fault> {
    const { memo, tree } = this.opened;
    if (memo.is_set_up) return null;
    if (this.claim.run.definition.setup) {
      await lookAtFiles(tree);
      const caches = new Caches(this.claim.run, this.caches, this.boxOf);
      await caches.restore(say);
      const result = await run();
      if (result.status === "stopped") return { refusal: "Stopped" };
      if (result.status === "failed")
        return { refusal: `The set-up of the run's folder failed: ${result.error_message}` };
      await caches.save(say);
      const excluded = [...memo.excluded, ...(await newFiles(tree))];
      await exclude(tree, excluded);
      await this.write({ excluded });
    }
    await this.write({ is_set_up: true });
    return null;
  }

  private begin({ step, number }: AttemptRef, say: Say): FilesVisit {
    const { at: before, id } = this.opened.memo;
    let after = before;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.atWork--;
    };
    this.atWork++;
    markDirty(this.folder);
    const subject = `Run ${this.claim.run.number}, step ${step.id}, attempt ${number}`;
    return {
      end: (keep) =>
        this.alone(async () => {
          try {
            await this.confirmFolder(id);
            const facts = keep ? await this.keep(subject, before, say) : null;
            after = facts?.after ?? after;
            if (this.atWork === 1) markClean(this.folder);
            return facts;
          } finally {
            end();
          }
        }),
      goBack: () => {
        // Where another step has ended meanwhile its work stays.
        if (this.expected === after) this.expected = before;
      },
      leave: end,
    };
  }

  /** What a step left in a folder that is gone, or is another by now, cannot be kept. */
  private async confirmFolder(id: string): Promise<void> {
    if (existsSync(this.claim.run.folder) && (await readMemo(this.folder))?.id === id) return;
    throw new Error("the run's folder was removed while the step was at work");
  }

  private async keep(subject: string, before: string, say: Say): Promise<FilesFacts> {
    const { memo, tree } = this.opened;
    const snapshot = await untilRoom(() => takeSnapshot(tree, subject, this.at, memo.newest, say), {
      say,
      isOver: this.isOver,
    });
    this.at = snapshot;
    const { commit } = snapshot;
    this.expected = commit;
    if (commit !== memo.at) await this.write({ at: commit, newest: commit });
    const { base_commit, branch } = memo;
    return { before, after: commit, base_commit, branch, ...(await countChanges(tree, base_commit, commit)) };
  }

  private async write(changed: Partial<Memo>): Promise<void> {
    this.memo = { ...this.opened.memo, ...changed };
    await writeMemo(this.folder, this.memo);
  }

  private get opened(): { memo: Memo; tree: KeptTree } {
    if (!this.memo || !this.tree) throw new Error("the run's folder was not opened");
    return { memo: this.memo, tree: this.tree };
  }

  private treeWith(keeper: string): KeptTree {
    const { run, epoch } = this.claim;
    // Marked, so that it is ended with the run's other processes.
    const mark = formatMark({ process_key: this.process_key, run_id: run.id, epoch, attempt_id: "git" });
    return {
      files: run.folder,
      git: join(this.folder, "snapshots.git"),
      keeper,
      ref: snapshotRef(run.id),
      call: { env: { [MARKER]: mark }, confine: (command) => this.confined(command, keeper) },
    };
  }

  /** git in the run's folder may start what a step has named there, so it reaches no more than a step, and its own. */
  private confined(command: Program, keeper: string): Program {
    const own = [join(this.folder, "snapshots.git")];
    return this.boxOf(this.claim.run).confine(command, {
      writable: own,
      readable: [join(keeper, "objects")],
    });
  }

  /** One after the other, since git locks its index. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch((error: unknown) =>
      logger.debug({ err: error, run_id: this.claim.run.id }, "the files of a run"),
    );
    return mine;
  }
}
