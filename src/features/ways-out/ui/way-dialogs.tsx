"use client";

import { useState } from "react";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { TextField } from "../../../components/field";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import type { WireRun } from "../../in-run/ui/wire";
import type { WaysOut } from "../schema";

export type Way = "apply" | "push" | "pull_request" | "update";

interface WayProps {
  run: WireRun;
  ways: WaysOut;
  onClose: () => void;
}

/** Asks before the run's changes go somewhere; a refusal is shown in it, with what to do. */
export function WayDialog({ way, ...props }: WayProps & { way: Way }) {
  switch (way) {
    case "apply":
      return <ApplyDialog {...props} />;
    case "push":
      return <PushDialog {...props} />;
    case "pull_request":
      return <PullRequestDialog {...props} />;
    case "update":
      return <UpdateDialog {...props} />;
  }
}

/** Reads again what a way has changed, also after a refusal, since the reason may be that it is behind. */
function useSettled(id: string) {
  const utils = trpc.useUtils();
  return {
    onSettled: () =>
      void Promise.all([
        utils.runs.waysOut.invalidate({ id }),
        utils.runs.changes.invalidate({ id }),
        utils.runs.get.invalidate({ id }),
        utils.runs.list.invalidate(),
      ]),
  };
}

/** What all of them have in common. `words`: what is about to happen. */
function Asking({
  title,
  words,
  reason,
  label,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  words: string;
  /** Why it cannot be. */
  reason: string | null;
  label: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
  children?: React.ReactNode;
}) {
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      description={reason ?? words}
      confirmLabel={label}
      onConfirm={onConfirm}
      ready={reason === null}
      danger={false}
      keepLabel={reason === null ? "Not now" : "Close"}
    >
      {reason === null ? children : null}
    </ConfirmDialog>
  );
}

function ApplyDialog({ run, ways, onClose }: WayProps) {
  const apply = trpc.runs.applyChanges.useMutation(useSettled(run.id));
  return (
    <Asking
      title="Apply to the project's folder?"
      words={`${
        ways.push.branch === null
          ? "The files that the run changed are written into the folder as the run left them."
          : "The run is merged into the branch that the folder is on, and its files are written there."
      } Where somebody has changed one of them, nothing happens and you are told which.`}
      reason={ways.apply.reason}
      label="Apply"
      onClose={onClose}
      onConfirm={async () => {
        const { branch, is_new } = await apply.mutateAsync({ id: run.id });
        const where = branch ?? "the project's folder";
        toast.done(is_new ? `Applied to ${where}` : `All of it was in ${where}`);
      }}
    />
  );
}

function PushDialog({ run, ways: { push }, onClose }: WayProps) {
  const [branch, setBranch] = useState(push.branch ?? "");
  const send = trpc.runs.push.useMutation(useSettled(run.id));
  return (
    <Asking
      title={`Push to ${push.remote ?? "a remote"}?`}
      words="The commits of the run's steps are pushed, and one by you of what they left uncommitted. A branch with commits that the run does not have is left alone."
      reason={push.reason}
      label="Push"
      onClose={onClose}
      onConfirm={async () => {
        const to = branch.trim();
        const pushed = await send.mutateAsync({ id: run.id, ...(to === "" ? {} : { branch: to }) });
        toast.done(pushed.is_new ? `Pushed to ${pushed.branch}` : `${pushed.branch} had all of it`);
      }}
    >
      <TextField
        label="Branch"
        name="branch"
        mono
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        value={branch}
        onChange={(event) => setBranch(event.currentTarget.value)}
      />
    </Asking>
  );
}

function PullRequestDialog({ run, ways, onClose }: WayProps) {
  const [title, setTitle] = useState(run.name.slice(0, 256));
  const [base, setBase] = useState(ways.update.base ?? "");
  const open = trpc.runs.openPullRequest.useMutation(useSettled(run.id));
  return (
    <Asking
      title="Open a pull request?"
      words={`The branch ${ways.push.branch ?? ""} is pushed first. The text links to this run and says what it changed and who approved it.`}
      reason={ways.pull_request.reason}
      label="Open pull request"
      onClose={onClose}
      onConfirm={async () => {
        const given = { title: title.trim(), base: base.trim() };
        const filled = Object.fromEntries(Object.entries(given).filter(([, text]) => text !== ""));
        const { number, url, is_new } = await open.mutateAsync({ id: run.id, ...filled });
        const link = { label: "Show it", href: url };
        toast.done(`Pull request #${number} ${is_new ? "is open" : "was open already"}`, { link });
      }}
    >
      <TextField
        label="Title"
        name="title"
        maxLength={256}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <TextField
        label="Into the branch"
        name="base"
        mono
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        value={base}
        onChange={(event) => setBase(event.currentTarget.value)}
      />
    </Asking>
  );
}

function UpdateDialog({ run, ways: { update }, onClose }: WayProps) {
  const merge = trpc.runs.updateFromBase.useMutation(useSettled(run.id));
  const base = update.base ?? "its base";
  return (
    <Asking
      title={`Update from ${base}?`}
      words={`What ${base} has by now is merged into the run's files, and its next step begins from that. Where both have changed the same lines, nothing happens and you are told where.`}
      reason={update.reason}
      label="Update"
      onClose={onClose}
      onConfirm={async () => {
        const updated = await merge.mutateAsync({ id: run.id });
        toast.done(`The run has what ${updated.base} has now`);
      }}
    />
  );
}
