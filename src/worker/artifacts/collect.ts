import { lstatSync, opendirSync } from "node:fs";
import { type FileHandle, realpath } from "node:fs/promises";
import { join } from "node:path";
import { removeTree } from "../../box/remove-tree";
import type { Db } from "../../db/client";
import { mayBeReport, REPORT_BYTES, type Report } from "../../engine/logs/errors/reports";
import {
  type AttemptRef,
  ClaimLost,
  type KeptFiles,
  type StepArtifacts,
  type StepLog,
} from "../../engine/run/ports";
import { stepWorkingDirectory } from "../../engine/run/working-directory";
import { attemptScratch, madeArtifacts } from "../../engine/steps/scratch";
import { leaveScratchFolder } from "../../engine/steps/scratch-folder";
import { deriveType } from "../../features/artifacts/derive-type";
import { MAX_ARTIFACT_BYTES, MAX_NAME_LENGTH } from "../../features/artifacts/limits";
import { reserveNames } from "../../features/artifacts/reserve-names";
import { addTaken } from "../../features/room/add-taken";
import { leftOf, overQuotaText } from "../../features/room/require-room";
import { messageOf } from "../../lib/errors";
import { EXECUTIONS } from "../../lib/executions";
import { type GlobError, Globs } from "../../lib/glob";
import { newId } from "../../lib/ids";
import { isBelow } from "../../lib/is-below";
import { logger } from "../../lib/logger";
import type { KeptFile } from "../../model/entry";
import type { NotedFile } from "../../storage/noted-files";
import { openStorage } from "../../storage/open-storage";
import { deleteNoted } from "../../storage/sweep";
import { patiently } from "../presence/reach";
import { untilRoom } from "../until-room";
import { findFiles } from "./find-files";
import { openInside } from "./open-inside";
import { type HashedFile, readHashed, SourceError } from "./read-hashed";

/** Limit of files that are kept per attempt. */
const MAX_FILES = 1_000;
/** Milliseconds after which the rest is left out. Far below the time that a file may be without its row. */
const COLLECT_MS = 30 * 60_000;
const AT_ONCE = 3;
/** Failures of the storage in a row after which no more files are tried. */
const MAX_FAILURES = 3;
const MAX_NOTES = 20;
/** Reports of tests that are read of an attempt that failed. */
const MAX_REPORTS = 10;

interface Found {
  name: string;
  /** Absolute path; may be a link. */
  path: string;
}

/** Stores a step's files, each noted for deletion before its first byte. `scratch`: the folder for attempts' files. */
export function createStepArtifacts(db: Db, scratch: string, maxFiles = MAX_FILES): StepArtifacts {
  return {
    async collect(attempt, log, signal, { reports }) {
      const made = attemptScratch(scratch, attempt);
      if (isEmpty(madeArtifacts(scratch, attempt)) && globsOf(attempt).length === 0) {
        leaveScratchFolder(attempt.claim, made);
        return NOTHING;
      }
      const base = await realpath(attempt.claim.run.folder).catch(() => null);
      const own = await realpath(scratch).then(
        (real) => madeArtifacts(real, attempt),
        () => null,
      );
      if (base === null) return NOTHING;
      const collection = new Collection(db, attempt, { base, own }, new Notes(log), signal, maxFiles);
      if (reports) collection.reports = [];
      const found = await collection.find();
      if (found.length > 0)
        collection.left = await patiently(() => leftOf(db, attempt.claim.run.project.id), signal);
      const files = await collection.keepAll(found);
      const bytes = files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
      await addTaken(db, attempt.claim.run.project.id, "artifacts_bytes", bytes);
      await removeTree(made).catch((error: unknown) =>
        logger.debug({ err: error }, "scratch files were left"),
      );
      return { files, reports: collection.reports ?? [], refusal: collection.refusal };
    },
  };
}

const NOTHING: KeptFiles = { files: [], reports: [], refusal: null };

/** Whether the path is an empty folder. */
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

/** Collects notes on files that are left out, as a few lines for the step's log. */
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
  /** Stored files, at the index they have in the list of found files. */
  private readonly kept: (KeptFile | undefined)[] = [];
  private readonly until = Date.now() + COLLECT_MS;
  /** Failures of the storage in a row. */
  private failures = 0;
  /** What the project may take beside what it takes; null: it has no quota. */
  left: Awaited<ReturnType<typeof leftOf>> = null;
  refusal: string | null = null;
  /** What the reports of tests say; null: that is not asked for. */
  reports: Report[] | null = null;
  private reportBytes = REPORT_BYTES;

  constructor(
    private readonly db: Db,
    private readonly attempt: AttemptRef,
    /** Real paths of the run's folder, and of the step's artifacts folder if it had one. */
    private readonly folders: { base: string; own: string | null },
    private readonly notes: Notes,
    private readonly signal: AbortSignal,
    private readonly maxFiles: number,
  ) {}

  /** Files in the step's artifacts folder, then those that its globs match; each list is sorted by name. */
  async find(): Promise<Found[]> {
    const { base, own } = this.folders;
    const found: Found[] = [];
    const isThere = own !== null && (await realpath(own).catch(() => null)) === own;
    if (isThere) await this.search({ root: own, globs: null }, found);
    const globs = this.parse(globsOf(this.attempt));
    if (globs.isEmpty) return found;
    const { step } = this.attempt;
    const given = "working_directory" in step ? step.working_directory : null;
    const folder = stepWorkingDirectory(this.attempt.claim.run, given);
    if ("refusal" in folder) return found;
    const matched = new Set<string>();
    await this.search({ root: folder.path, globs, except: join(base, EXECUTIONS) }, found, matched);
    if (found.length < this.maxFiles) {
      for (const source of globs.wanted)
        if (!matched.has(source)) this.notes.add(`No file matches the artifacts ${source}`);
    }
    return found;
  }

  async keepAll(found: Found[]): Promise<KeptFile[]> {
    const wanted = found.filter(({ name }) => {
      const isShort = name.length <= MAX_NAME_LENGTH;
      if (!isShort) this.leaveOut(name.slice(0, 100), "its name is too long");
      return isShort;
    });
    const noted = this.reasonToStop() ? [] : await this.reserve(wanted);
    let next = 0;
    const keepNext = async () => {
      while (next < wanted.length) {
        const reason = this.reasonToStop();
        if (reason) {
          this.notes.add(`${wanted.length - next} artifacts were not kept: ${reason}.`);
          next = wanted.length;
          return;
        }
        const index = next++;
        const [file, place] = [wanted[index], noted[index]];
        if (file && place) this.kept[index] = await this.keep(file, place);
      }
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, keepNext));
    } finally {
      // Removes the notes of files that were not stored. The others are crossed out when the attempt is recorded.
      const left = noted.filter((_, index) => !this.kept[index]).map(({ id }) => id);
      if (left.length > 0) await deleteNoted(this.db, left);
    }
    this.notes.end();
    const kept = this.kept.filter((file) => file !== undefined);
    // Their rows get the same time, and lists then sort them by id.
    const ids = kept.map(({ id }) => id).sort();
    return kept.map((file, index) => ({ ...file, id: ids[index] ?? file.id }));
  }

  /**
   * Notes the files under new ids each time: a note whose answer was lost must not delete a file that is stored later.
   */
  private reserve(files: Found[]): Promise<NotedFile[]> {
    if (files.length === 0) return Promise.resolve([]);
    const { claim, step } = this.attempt;
    const place = { run_id: claim.run.id, step_id: step.id };
    const names = files.map(({ name }) => name);
    return patiently(() => reserveNames(this.db, claim.run.project, place, names), this.signal);
  }

  private parse(patterns: string[]): Globs {
    return new Globs(patterns, (pattern, error: GlobError) =>
      this.notes.add(`The artifacts ${pattern} were not looked for: ${error.message}`),
    );
  }

  private async search(
    where: Parameters<typeof findFiles>[0],
    found: Found[],
    matched = new Set<string>(),
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

  private async keep({ name, path }: Found, noted: NotedFile): Promise<KeptFile | undefined> {
    const opened = await openInside(path, (real) => this.isInside(real));
    if ("refusal" in opened) return this.leaveOut(name, opened.refusal);
    const { handle, size } = opened;
    try {
      if (this.left && size > this.left.bytes) return this.refuse(name, this.left.quota);
      if (this.left) this.left.bytes -= size;
      if (size > MAX_ARTIFACT_BYTES) throw new SourceError("it is larger than 100 MiB");
      await this.takeReport(name, handle, size);
      const kept = await untilRoom(
        async () => this.put(name, noted, await readHashed(handle, MAX_ARTIFACT_BYTES)),
        { say: this.notes.add, isOver: () => this.reasonToStop() !== null },
      );
      this.failures = 0;
      return kept;
    } catch (error) {
      if (error instanceof ClaimLost) throw error;
      if (!(error instanceof SourceError)) this.failures++;
      return this.leaveOut(name, messageOf(error));
    } finally {
      await handle.close();
    }
  }

  private async takeReport(name: string, handle: FileHandle, size: number): Promise<void> {
    const isWanted = this.reports !== null && this.reports.length < MAX_REPORTS;
    if (!isWanted || !mayBeReport(name) || size > this.reportBytes) return;
    this.reportBytes -= size;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
    this.reports?.push({ name, text: buffer.toString("utf8", 0, bytesRead) });
  }

  private async put(
    name: string,
    { id: note_id, key }: NotedFile,
    { head, content, sha256 }: HashedFile,
  ): Promise<KeptFile> {
    const types = await deriveType(name, head);
    const size_bytes = await openStorage(this.attempt.claim.run.project).put(key, content);
    return { id: newId(), key, note_id, name, ...types, size_bytes, sha256: sha256() };
  }

  /** A result without its files would look whole, so the attempt fails. */
  private refuse(name: string, quota: number): undefined {
    this.refusal = `Artifacts were not kept. ${overQuotaText(quota)}, and retry from here`;
    return this.leaveOut(name, "the project is over its quota");
  }

  private leaveOut(name: string, reason: string): undefined {
    this.notes.add(`The artifact ${name} was not kept: ${reason}.`);
  }

  /** Whether a path is in the step's artifacts folder, or in the project outside of the folder for runs' records. */
  private isInside(real: string): boolean {
    const { base, own } = this.folders;
    if (own !== null && isBelow(own, real)) return true;
    return isBelow(base, real) && !isBelow(join(base, EXECUTIONS), real);
  }
}
