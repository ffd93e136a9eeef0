import type { RunBox } from "../box/run-box";
import type { Db } from "../db/client";
import { faultCodes } from "../db/fault-codes";
import { createStepLogs } from "../engine/logs/log-writer";
import type { LogSink } from "../engine/logs/sink";
import { type EnginePorts, type RunFacts, StoreUnavailable } from "../engine/run/ports";
import { createScriptRunner } from "../engine/steps/script";
import { readOutput } from "../journal/read-run-state";
import { systemClock } from "../lib/clock";
import { newId } from "../lib/ids";
import { retry } from "../lib/retry";
import { isServerLow } from "../lib/room";
import type { Membership } from "../queue/membership";
import { nudgeAfter } from "../queue/nudge";
import { createAgentRunner } from "./agents/agent-runner";
import { createBudgetDesk } from "./agents/budget-desk";
import { createMessageDesk } from "./agents/message-desk";
import { createPermissionDesk } from "./agents/permission-desk";
import { createAgentSessions } from "./agents/sessions";
import { createStepArtifacts } from "./artifacts/collect";
import type { Claims } from "./claims/claims";
import type { Control } from "./claims/control";
import { createRunStore } from "./claims/store";
import { startCode } from "./code/code-process";
import { LateChannel } from "./code/late-channel";
import {
  atFailpoints,
  deskAtFailpoints,
  messagesAtFailpoints,
  sessionsAtFailpoints,
  sinkAtFailpoints,
  storeAtFailpoints,
  workspaceAtFailpoints,
} from "./failpoints";
import { createCodeLogs } from "./logs/code-logs";
import type { Guard } from "./presence/guard";
import { patiently } from "./presence/reach";
import { createWorkspace } from "./presence/workspace";
import { createGitCredentials, createSecrets } from "./secrets";
import { createRunFiles } from "./workspace/run-files";
import { writeCodeComment } from "./write-comment";

const FOREIGN_KEY_VIOLATION = "23503";
/** How often a claim waits for a new row of ours. */
const MAX_REJOINS = 5;

export interface Parts {
  db: Db;
  claims: Claims;
  membership: Membership;
  control: Control;
  processKey: string;
  /** Absolute folder for files that only attempts need. */
  scratch: string;
  /** Absolute folder below which runs have places of their own. */
  workspaces: string;
  /** Absolute folder of what definitions keep between runs. */
  caches: string;
  guard: Guard;
  /** Throws `BoxRefusal`. */
  boxOf(run: RunFacts): RunBox;
  sink: LogSink;
  /** Whether the queue's jobs fill all places. */
  isFull(): boolean;
  /** Absolute folder whose disk has to have room for runs to start. */
  dataDir: string;
}

/** The engine's ports of this worker: rows, logs, files, processes. */
export function createPorts(parts: Parts): EnginePorts {
  const {
    db,
    claims,
    membership,
    control,
    processKey,
    scratch,
    workspaces,
    caches,
    guard,
    boxOf,
    sink,
    isFull,
    dataDir,
  } = parts;
  const store = createRunStore(db, {
    workerId: () => membership.id,
    isHeld: (runId) => claims.has(runId),
    isLastPlace: isFull,
    isLow: () => isServerLow(dataDir),
    workspaces,
  });
  const writes = storeAtFailpoints(store);
  const workspace = workspaceAtFailpoints(createWorkspace(scratch));
  /** Claims a run. Waits while the database is away, or until this worker has a row again that peers removed. */
  const claim: EnginePorts["store"]["claim"] = (runId, first) =>
    retry(
      async () => {
        const result = await writes.claim(runId, first);
        // The run was cancelled and its worker died, so nobody else cleans up.
        if (result.kind === "idle" && result.over) await workspace.finish(result.over);
        return result;
      },
      {
        async isWorthwhile(error, tries) {
          if (error instanceof StoreUnavailable) return true;
          if (!faultCodes(error).includes(FOREIGN_KEY_VIOLATION) || tries > MAX_REJOINS) return false;
          await membership.beat().catch(() => {});
          return true;
        },
      },
    );
  const files = createRunFiles({
    workspaces,
    caches,
    process_key: processKey,
    boxOf,
    credentialsOf: createGitCredentials(db),
    signalOf: (held) => claims.signalOf(held),
  });
  return {
    store: {
      ...writes,
      claim,
      async release(held, given) {
        await writes.release(held, given);
        nudgeAfter(db, given?.after_ms ?? 0);
      },
    },
    logs: createStepLogs(sinkAtFailpoints(sink), systemClock),
    artifacts: createStepArtifacts(db, scratch),
    secrets: createSecrets(db),
    runners: {
      script: createScriptRunner({ process_key: processKey, scratch, boxOf, watch: guard.watch }),
      agent: createAgentRunner({
        process_key: processKey,
        scratch,
        boxOf,
        watch: guard.watch,
        sessions: sessionsAtFailpoints(createAgentSessions(db)),
        desk: deskAtFailpoints(createPermissionDesk(db, control.onNews)),
        messages: messagesAtFailpoints(createMessageDesk(db, control.onNews)),
        budget: createBudgetDesk(db, control.onNews),
      }),
    },
    code: (held) => {
      const start = () => startCode(processKey, held, boxOf(held.run));
      const isShared = held.run.workspace === "shared";
      return new LateChannel(isShared ? Promise.resolve(null) : files.prepare(held), start);
    },
    codeLogs: createCodeLogs(db),
    readOutput: (held, row_id) => patiently(() => readOutput(db, row_id), claims.signalOf(held)),
    comment: (held, key, text) =>
      patiently(
        () => atFailpoints("comment", () => writeCodeComment(db, held, key, text)),
        claims.signalOf(held),
      ),
    workspace,
    files,
    hold: (held) => claims.open(held),
    draining: () => claims.draining,
    clock: systemClock,
    newId,
  };
}
