import type { WireArtifact, WireComment } from "./wire";

/** What of a run these functions change. */
export interface WithFiles {
  artifacts: WireArtifact[];
  comments: WireComment[];
}

/** Maps a list, but returns the same array when nothing changed, so that React does not render it again. */
function mapped<T>(list: T[], change: (item: T) => T): T[] {
  const next = list.map(change);
  return next.every((item, at) => item === list[at]) ? list : next;
}

function shared<R extends WithFiles>(run: R, artifacts: WireArtifact[]): R {
  const comments = mapped(run.comments, (comment) => {
    const own = artifacts.filter((artifact) => artifact.workflow_comment_id === comment.id);
    const same =
      own.length === comment.artifacts.length &&
      own.every((artifact) => comment.artifacts.some(({ id }) => id === artifact.id));
    return same ? comment : { ...comment, artifacts: own };
  });
  return artifacts === run.artifacts && comments === run.comments ? run : { ...run, artifacts, comments };
}

/** The run with an artifact attached to that comment, or to none; the same if it has no such artifact. */
export function patchArtifact<R extends WithFiles>(run: R, id: string, comment_id: string | null): R {
  const artifacts = mapped(run.artifacts, (artifact) =>
    artifact.id === id && artifact.workflow_comment_id !== comment_id
      ? { ...artifact, workflow_comment_id: comment_id }
      : artifact,
  );
  return shared(run, artifacts);
}

/** The run with an artifact added, if it is new. */
export function withArtifact<R extends WithFiles>(run: R, artifact: WireArtifact): R {
  if (run.artifacts.some(({ id }) => id === artifact.id)) return run;
  return shared(run, [...run.artifacts, artifact]);
}

export function withoutArtifact<R extends WithFiles>(run: R, id: string): R {
  if (!run.artifacts.some((artifact) => artifact.id === id)) return run;
  return shared(
    run,
    run.artifacts.filter((artifact) => artifact.id !== id),
  );
}

/** The run with a comment updated, or appended if it is new. */
export function withComment<R extends WithFiles>(run: R, comment: WireComment): R {
  const known = run.comments.some(({ id }) => id === comment.id);
  const comments = known
    ? run.comments.map((each) => (each.id === comment.id ? comment : each))
    : [...run.comments, comment];
  const attached = new Set(comment.artifacts.map(({ id }) => id));
  const artifacts = mapped(run.artifacts, (artifact) =>
    attached.has(artifact.id) && artifact.workflow_comment_id !== comment.id
      ? { ...artifact, workflow_comment_id: comment.id }
      : artifact,
  );
  return { ...run, comments, artifacts };
}

/** The run without a comment; the comment's artifacts stay in the run. */
export function withoutComment<R extends WithFiles>(run: R, id: string): R {
  if (!run.comments.some((comment) => comment.id === id)) return run;
  return {
    ...run,
    comments: run.comments.filter((comment) => comment.id !== id),
    artifacts: mapped(run.artifacts, (artifact) =>
      artifact.workflow_comment_id === id ? { ...artifact, workflow_comment_id: null } : artifact,
    ),
  };
}
