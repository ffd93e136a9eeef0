"use client";

import {
  ArrowUpFromLine,
  Check,
  FolderInput,
  GitMerge,
  GitPullRequest,
  type LucideIcon,
  RefreshCw,
} from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import { sayFault } from "../../../components/fault";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import { useNarrow } from "../../changes/ui/use-narrow";
import type { WireRun } from "../../in-run/ui/wire";
import { useProject } from "../../projects/ui/project-provider";
import type { WaysOut } from "../schema";
import { PullRequestLink } from "./pull-request-link";
import { type Way, WayDialog } from "./way-dialogs";

interface Offer {
  way: Way;
  label: string;
  icon: LucideIcon;
  /** It was done with what is shown. */
  done: boolean;
}

/** Where a run's changes may go, and whether its base has moved: a row above them. Nothing while they can go nowhere. */
export function WaysOutRow({ run }: { run: WireRun }) {
  const { may } = useProject();
  const [asking, setAsking] = useState<Way | null>(null);
  const query = trpc.runs.waysOut.useQuery({ id: run.id }, { staleTime: 15_000 });
  const ways = query.data;
  const offers = ways && may("run:write") ? offersOf(ways) : [];
  useCommands(
    offers.map(({ way, label, icon }) => ({
      id: `ways.${way}`,
      label,
      group: "Changes",
      icon,
      run: () => setAsking(way),
    })),
  );
  if (!ways || (ways.apply.reason !== null && ways.push.reason !== null && ways.update.behind === null))
    return null;
  return (
    <section
      aria-label="Apply or push"
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-3 py-1 text-list text-muted"
    >
      <BaseWords run_id={run.id} update={ways.update} />
      {run.pull_request ? <PullRequestLink pullRequest={run.pull_request} /> : null}
      {may("run:write") ? (
        <Offers offers={offers} onAsk={setAsking} />
      ) : (
        <span className="text-meta text-faint md:ml-auto">
          Members of the project may apply and push this.
        </span>
      )}
      {asking === null ? null : (
        <WayDialog way={asking} run={run} ways={ways} onClose={() => setAsking(null)} />
      )}
    </section>
  );
}

function BaseWords({
  run_id,
  update: { base, behind, note },
}: {
  run_id: string;
  update: WaysOut["update"];
}) {
  const utils = trpc.useUtils();
  const [looking, setLooking] = useState(false);
  const look = async () => {
    setLooking(true);
    try {
      const ways = await utils.runs.waysOut.fetch({ id: run_id, fresh: "1" }, { staleTime: 0 });
      utils.runs.waysOut.setData({ id: run_id }, ways);
    } catch (error) {
      const description = error instanceof Error ? sayFault(error) : undefined;
      toast.failed("The base could not be looked at", { description });
    } finally {
      setLooking(false);
    }
  };
  if (base === null || behind === null) return null;
  const moved = `${base} has moved by ${behind.toLocaleString("en")} ${behind === 1 ? "commit" : "commits"}`;
  const words = behind === 0 ? `Up to date with ${base}` : moved;
  return (
    <span className="flex min-w-0 items-center gap-0.5">
      <span title={note ? withMarks(note) : undefined} className="min-w-0 truncate">
        {withMarks(words)}
        {note ? <span className="text-faint">, as far as is known here</span> : null}
      </span>
      <IconButton
        label={`Look for new commits of ${base}`}
        icon={RefreshCw}
        disabled={looking}
        onClick={() => void look()}
      />
    </span>
  );
}

function Offers({ offers, onAsk }: { offers: Offer[]; onAsk: (way: Way) => void }) {
  const narrow = useNarrow();
  if (narrow) {
    return (
      <Menu trigger={<Button className="ml-auto">Apply, push…</Button>}>
        {offers.map(({ way, label, icon, done }) => (
          <MenuItem key={way} icon={done ? Check : icon} onClick={() => onAsk(way)}>
            {label}
          </MenuItem>
        ))}
      </Menu>
    );
  }
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      {offers.map(({ way, label, icon, done }) => (
        <Button key={way} icon={done ? Check : icon} onClick={() => onAsk(way)}>
          {withMarks(label)}
          {done ? <span className="sr-only"> (done with what is shown)</span> : null}
        </Button>
      ))}
    </span>
  );
}

/** What cannot be now is offered too: its dialog says why, and what to do. */
function offersOf({ apply, push, pull_request, update }: WaysOut): Offer[] {
  return [
    ...(update.behind === null || update.behind === 0
      ? []
      : [{ way: "update", label: `Update from ${update.base}`, icon: GitMerge, done: false } as const]),
    { way: "apply", label: "Apply", icon: FolderInput, done: apply.done },
    { way: "push", label: "Push", icon: ArrowUpFromLine, done: push.done },
    {
      way: "pull_request",
      label: pull_request.number === null ? "Open pull request" : "Update pull request",
      icon: GitPullRequest,
      done: pull_request.number !== null && push.done,
    },
  ];
}
