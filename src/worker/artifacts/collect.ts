import { lstatSync, opendirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Db } from "../../db/client";
import { artifactsKey, EXECUTIONS, madeArtifactsKey } from "../../engine/logs/paths";
import {
  type AttemptRef,
  ClaimLost,
  type KeptFile,
  type StepArtifacts,
  type StepLog,
} from "../../engine/ports";
import { leaveScratchFolder } from "../../engine/steps/scratch-folder";
import { runWorkingDirectory, stepWorkingDirectory } from "../../engine/working-directory";
import { deriveType } from "../../features/artifacts/derive-type";
import { MAX_ARTIFACT_BYTES, MAX_NAME_LENGTH } from "../../features/artifacts/limits";
import { messageOf } from "../../lib/errors";
import { Glob, GlobError } from "../../lib/glob";
import { newId } from "../../lib/ids";
import { logger } from "../../lib/logger";
import { noteFile } from "../../storage/journal";
import { createLocalStorage } from "../../storage/local";
import { openStorage } from "../../storage/open-storage";
import { deleteNoted } from "../../storage/sweep";
import { patiently } from "../reach";
import { findFiles } from "./find-files";
import { openInside } from "./open-inside";
import { type HashedFile, readHashed, SourceError } from "./read-hashed";

/** Files that are kept of one attempt at most. */
const MAX_FILES = 1_000;
/** What is not kept by then is left out; well within the time that a file may be without its row. */
const COLLECT_MS = 30 * 60_000;
const AT_ONCE = 3;
/** Failures of the storage one after the other, past which it is not tried any more. */
const MAX_FAILURES = 3;
const MAX_NOTES = 20;

interface Found {
  name: string;
  /** Absolute; may be a link. */
  path: string;
}

/** Keeps what a step made in its project's storage, each file noted in the journal before its first byte. */
export function createStepArtifacts(db: Db, maxFiles = MAX_FILES): StepArtifacts {
  return {
    async collect(attempt, log, signal) {
      const folder = runWorkingDirectory(attempt.claim.run);
      const made = madeArtifactsKey(attempt);
      if (isEmpty(join(folder, made)) && globsOf(attempt).length === 0) {
        leaveScratchFolder(attempt.claim, join(folder, made));
        return [];
      }
      const base = await realpath(folder).catch(() => null);
      if (base === null) return [];
      const collection = new Collection(db, attempt, base, new Notes(log), signal, maxFiles);
      const kept = await collection.keepAll(await collection.find());
      await createLocalStorage(base)
        .deletePrefix(made)
        .catch((error: unknown) => logger.debug({ err: error }, "scratch files were left"));
      return kept;
    },
  };
}

/** Whether the folder is one, and nothing is in it. */
function isEmpty(folder: string): boolean {
  try {
    if (!lstatSync(folder).isDirectory()) return false;
    const entries = opendirSync(folder);
    const first = entries.readSync();
    entries.closeSync();
    return first === null;
  } catch {
    return false;
  }
}

function globsOf({ step }: AttemptRef): string[] {
  return ("artifacts" in step && step.artifacts) || [];
}

/** What is left out, said in the step's log in a few lines however much it is. */
class Notes {
  private count = 0;

  constructor(private readonly log: StepLog) {}

  add = (text: string): void => {
    this.count++;
    if (this.count <= MAX_NOTES) this.log.system(text);
  };

  end(): void {
    if (this.count > MAX_NOTES) this.log.system(`${this.count - MAX_NOTES} more were left out as well.`);
  }
}

class Collection {
  private readonly kept: KeptFile[] = [];
  private readonly until = Date.now() + COLLECT_MS;
  /** Of the storage, in a row. */
  private failures = 0;

  constructor(
    private readonly db: Db,
    private readonly attempt: AttemptRef,
    /** The real path of the run's folder. */
    private readonly base: string,
    private readonly notes: Notes,
    private readonly signal: AbortSignal,
    private readonly maxFiles: number,
  ) {}

  /** The files of the step's own folder for them, then what its globs match; sorted by name. */
  async find(): Promise<Found[]> {
    const made = join(this.base, madeArtifactsKey(this.attempt));
    const found: Found[] = [];
    const isThere = (await realpath(made).catch(() => null)) === made;
    if (isThere) await this.search({ root: made, globs: null }, found);
    const { step } = this.attempt;
    const globs = this.parse(globsOf(this.attempt));
    if (globs.length === 0) return found;
    const given = "working_directory" in step ? step.working_directory : null;
    const folder = stepWorkingDirectory(this.attempt.claim.run, given);
    if ("refusal" in folder) return found;
    const matched = new Set<Glob>();
    await this.search({ root: folder.path, globs, except: join(this.base, EXECUTIONS) }, found, matched);
    if (found.length < this.maxFiles) {
      for (const glob of globs)
        if (!matched.has(glob)) this.notes.add(`No file matches the artifacts ${glob.source}`);
    }
    return found;
  }

  async keepAll(found: Found[]): Promise<KeptFile[]> {
    const waiting = [...found].reverse();
    const keepNext = async () => {
      for (let file = waiting.pop(); file; file = waiting.pop()) {
        const reason = this.reasonToStop();
        if (reason) {
          this.notes.add(`${waiting.length + 1} artifacts were not kept: ${reason}.`);
          waiting.length = 0;
          return;
        }
        await this.keep(file);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, keepNext));
    this.notes.end();
    return this.kept.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private parse(patterns: string[]): Glob[] {
    return patterns.flatMap((pattern) => {
      try {
        return [new Glob(pattern)];
      } catch (error) {
        if (!(error instanceof GlobError)) throw error;
        this.notes.add(`The artifacts ${pattern} were not looked for: ${error.message}`);
        return [];
      }
    });
  }

  private async search(
    where: Parameters<typeof findFiles>[0],
    found: Found[],
    matched = new Set<Glob>(),
  ): Promise<void> {
    const names: string[] = [];
    for await (const name of findFiles(where, matched, this.notes.add)) {
      if (found.length + names.length === this.maxFiles) {
        this.notes.add(`The step made more than ${this.maxFiles} artifacts; the others were not kept.`);
        break;
      }
      names.push(name);
    }
    found.push(...names.sort().map((name) => ({ name, path: join(where.root, name) })));
  }

  private reasonToStop(): string | null {
    if (this.signal.reason === "lost") throw new ClaimLost("the claim was lost while artifacts were kept");
    if (this.signal.reason === "handover") return "the worker was asked to stop";
    if (this.failures >= MAX_FAILURES) return "the storage failed too often";
    return Date.now() > this.until ? "it took too long" : null;
  }

  private async keep({ name, path }: Found): Promise<void> {
    if (name.length > MAX_NAME_LENGTH) return this.leaveOut(name.slice(0, 100), "its name is too long");
    const opened = await openInside(path, (real) => this.isInside(real));
    if ("refusal" in opened) return this.leaveOut(name, opened.refusal);
    const { handle, size } = opened;
    try {
      if (size > MAX_ARTIFACT_BYTES) throw new SourceError("it is larger than 100 MiB");
      this.kept.push(await this.put(name, await readHashed(handle, MAX_ARTIFACT_BYTES)));
      this.failures = 0;
    } catch (error) {
      if (error instanceof ClaimLost) throw error;
      if (!(error instanceof SourceError)) this.failures++;
      this.leaveOut(name, messageOf(error));
    } finally {
      await handle.close();
    }
  }

  private async put(name: string, { head, content, sha256 }: HashedFile): Promise<KeptFile> {
    const types = await deriveType(name, head);
    const noted = await this.note();
    try {
      const size_bytes = await openStorage(this.attempt.claim.run.project).put(noted.key, content);
      return { ...noted, name, ...types, size_bytes, sha256: sha256() };
    } catch (error) {
      await deleteNoted(this.db, [noted.note_id]);
      throw error;
    }
  }

  /** Under a new id each time: an entry whose answer was lost must not take along what is kept later. */
  private note(): Promise<{ id: string; key: string; note_id: string }> {
    const { claim, step } = this.attempt;
    return patiently(async () => {
      const id = newId();
      const key = `${artifactsKey(claim.run.id, step.id)}/${id}`;
      const { id: note_id } = await noteFile(this.db, claim.run.project, key);
      return { id, key, note_id };
    }, this.signal);
  }

  private leaveOut(name: string, reason: string): void {
    this.notes.add(`The artifact ${name} was not kept: ${reason}.`);
  }

  /** In the project, but not what is kept of runs: only what this attempt made there. */
  private isInside(real: string): boolean {
    const below = (folder: string) => real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
    if (below(join(this.base, madeArtifactsKey(this.attempt)))) return true;
    return below(this.base) && !below(join(this.base, EXECUTIONS));
  }
}
