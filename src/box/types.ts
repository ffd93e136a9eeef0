/** A program with all that its process begins with. Paths are absolute. */
export interface Program {
  program: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

/** A user of the system, by numbers. */
export interface BoxUser {
  uid: number;
  gid: number;
}

/**
 * What a process may touch beside the system's programs. All paths are absolute and real; what does not exist is left
 * out.
 */
export interface Reach {
  /** Folders in which it may write. */
  writable: string[];
  readable?: string[];
  /** Folders inside of these that are empty for it. */
  hidden?: string[];
  /** Becomes `$HOME`. */
  home?: string;
  /** Becomes `/tmp`; absent: an empty one. */
  tmp?: string;
  /** `none` needs a box that can do it, else `confine` throws `BoxRefusal`. */
  network?: "machine" | "none";
  /** Who it is; absent: as this process, and under root nobody of a project. */
  user?: BoxUser;
  /** Ends at once with the process that started it, and all that it started ends with it. */
  tied?: boolean;
}

/**
 * What keeps processes apart on this machine.
 * - bubblewrap: they see only what they may touch, and have their own process ids.
 * - user: they are another user of the system than the server.
 * - none: they may do what the server may do.
 */
export type Box = {
  /** What holds, in words for people. */
  says: string;
  /** Why it is no better one, with the mend; null where nothing is missing. */
  lacks: string | null;
  /** `prlimit` and its arguments, in front of what is started; empty where nothing is limited, or it is inherited. */
  limits: string[];
} & (
  | {
      kind: "bubblewrap";
      /** Absolute path of `bwrap`. */
      program: string;
      /** Arguments for the system's programs, which are the same in each box. */
      base: string[];
      /** Absolute path of `setpriv` where this process is root, which sets the user. */
      setpriv: string | null;
    }
  | { kind: "user"; setpriv: string }
  | { kind: "none" }
);

/** A process cannot be kept from what it must not touch. The message says why and names the mend. */
export class BoxRefusal extends Error {
  override readonly name = "BoxRefusal";
}
