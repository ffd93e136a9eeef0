import { execFile } from "node:child_process";

/** Milliseconds until a count is given up; a folder may have millions of files. */
const TIMEOUT_MS = 60_000;

/**
 * Bytes on disk of a folder and of each folder directly in it, by path; empty where there is none. By `du`, which counts
 * what is linked twice once. Files that go meanwhile are left out.
 */
export function folderSizes(folder: string): Promise<Map<string, number>> {
  return new Promise((resolve) => {
    execFile(
      "du",
      ["-k", "-d", "1", folder],
      { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 },
      (_error, stdout) => {
        const rows = stdout.split("\n").flatMap((line): [string, number][] => {
          const [, kilobytes, path] = /^(\d+)\t(.+)$/.exec(line) ?? [];
          return path === undefined ? [] : [[path, Number(kilobytes) * 1024]];
        });
        resolve(new Map(rows));
      },
    );
  });
}
