import {
  Archive,
  ArchiveRestore,
  Ban,
  Bell,
  BellOff,
  Columns2,
  CopyPlus,
  Eye,
  FastForward,
  Link2,
  Pause,
  Pencil,
  Pin,
  PinOff,
  Play,
  RotateCcw,
  SignalHigh,
  Tag,
  Trash2,
  UserRound,
  UserRoundCheck,
} from "lucide-react";
import type { Command } from "../../../components/command";
import { useCommands } from "../../../components/commands";
import { copyLink } from "../../../components/copy-text";
import { toast } from "../../../components/toast";
import { trpc } from "../../../trpc/react";
import { retryStep, withNumber } from "../../in-run/ui/run-facts";
import type { WireListedRun } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import type { Asking } from "./run-dialogs";
import { useCompare } from "./use-compare";
import { useEditRun } from "./use-edit-run";
import type { RunActions } from "./use-run-actions";

type Commanded = Parameters<typeof retryStep<WireListedRun["steps"][number]>>[0] &
  Pick<WireListedRun, "id" | "name" | "number" | "status" | "assignee_id"> & {
    /** Whether one follows it, where that is known. */
    followed?: boolean;
  };

/** What can be done with a run, each with its key: in the palette, on its page and with its card or row in focus. */
export function useRunCommands(run: Commanded, actions: RunActions, onAsk: (asking: Asking) => void): void {
  const { slug, may } = useProject();
  const me = trpc.users.me.useQuery();
  const edit = useEditRun(run);
  const { setFollowed } = useFollow(run);
  const { openWithLastGood } = useCompare();
  const { allowed } = actions;
  const from = retryStep(run);
  const writes = may("run:write");
  const group = withNumber(run);
  const mine = me.data?.id;
  const of = (
    given: boolean,
    id: string,
    label: string,
    shortcut: string,
    icon: Command["icon"],
    act: () => void,
  ): Command[] => (given ? [{ id: `run.${id}`, label, group, shortcut, icon, run: act }] : []);
  useCommands([
    ...of(allowed.includes("pause"), "pause", "Pause this run", "p", Pause, actions.pause),
    ...of(allowed.includes("resume"), "resume", "Resume this run", "p", Play, actions.resume),
    ...of(
      allowed.includes("retry") && from !== undefined,
      "retry",
      `Retry this run from ${from?.name ?? ""}`,
      "shift+t",
      RotateCcw,
      () => onAsk({ retry: from?.step_id ?? "", revision: "same" }),
    ),
    ...of(allowed.includes("again"), "again", "Run this run again, with its args", "shift+r", CopyPlus, () =>
      onAsk("again"),
    ),
    ...of(
      allowed.includes("again"),
      "again-now",
      "Run this run again at once",
      "shift+o",
      FastForward,
      actions.again,
    ),
    ...of(allowed.includes("cancel"), "cancel", "Cancel this run", "shift+c", Ban, () => onAsk("cancel")),
    ...of(writes, "rename", "Rename this run", "shift+e", Pencil, () => onAsk("rename")),
    ...of(writes, "labels", "Label this run", "shift+l", Tag, () => onAsk("labels")),
    ...of(writes, "assign", "Assign this run", "shift+a", UserRound, () => onAsk("assignee")),
    ...of(
      writes && mine !== undefined && run.assignee_id !== mine,
      "take",
      "Assign this run to me",
      "shift+m",
      UserRoundCheck,
      () => edit.mutate({ id: run.id, assignee_id: mine ?? null }),
    ),
    ...of(writes, "priority", "Priority of this run", "shift+p", SignalHigh, () => onAsk("priority")),
    ...of(run.followed !== true, "follow", "Follow this run", "shift+f", Bell, () => setFollowed(true)),
    ...of(run.followed !== false, "unfollow", "Follow this run no more", "shift+u", BellOff, () =>
      setFollowed(false),
    ),
    ...of(
      writes,
      "pin",
      actions.isPinned ? "Unpin this run" : "Pin this run, to keep it",
      "shift+k",
      actions.isPinned ? PinOff : Pin,
      actions.setPinned,
    ),
    ...of(
      actions.mayArchive,
      "archive",
      actions.isArchived ? "Take this run out of the archive" : "Archive this run",
      "shift+z",
      actions.isArchived ? ArchiveRestore : Archive,
      () => actions.setArchived(!actions.isArchived),
    ),
    ...of(
      actions.mayAcknowledge,
      "acknowledge",
      actions.isAcknowledged ? "Acknowledge this failure no more" : "Acknowledge this failure",
      "shift+g",
      Eye,
      () => actions.setAcknowledged(!actions.isAcknowledged),
    ),
    ...of(
      true,
      "compare",
      "Compare this run with the last good one",
      "=",
      Columns2,
      () => void openWithLastGood(run),
    ),
    ...of(true, "link", "Copy the link to this run", "shift+y", Link2, () =>
      copyLink(`${window.location.origin}/p/${slug}/runs/${run.id}`),
    ),
    ...of(allowed.includes("delete"), "delete", "Delete this run", "shift+d", Trash2, () => onAsk("delete")),
  ]);
}

/** Follows a run, or no more. */
export function useFollow(run: { id: string; name: string; number: number }) {
  const utils = trpc.useUtils();
  const said = (words: string, description: string) => ({
    onSuccess: () => {
      toast.done(words, { description });
      void utils.runs.get.invalidate({ id: run.id });
    },
    onError: (error: { message: string }) =>
      toast.failed(`${withNumber(run)} stays as it was`, { description: error.message }),
  });
  const follow = trpc.runs.follow.useMutation(
    said(`You follow ${withNumber(run)}`, "Its end, failures and questions come to your inbox."),
  );
  const unfollow = trpc.runs.unfollow.useMutation(
    said(`You follow ${withNumber(run)} no more`, "What you started or are asked still comes to your inbox."),
  );
  return {
    busy: follow.isPending || unfollow.isPending,
    setFollowed: (followed: boolean) => (followed ? follow : unfollow).mutate({ id: run.id }),
  };
}
