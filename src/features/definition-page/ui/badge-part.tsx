"use client";

import { CopyButton } from "../../../components/copy-button";
import { sayFault } from "../../../components/fault";
import { Switch } from "../../../components/switch";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Definition } from "../../definitions/schema";
import { useProject } from "../../projects/ui/project-provider";

/** The definition's badge, its Markdown, and whom it is shown to. */
export function BadgePart({ definition }: { definition: Definition }) {
  const { id: project_id, slug: project, may } = useProject();
  const utils = trpc.useUtils();
  const { id, name, slug, badge_path, is_badge_public } = definition;
  const set = trpc.definitions.setBadge.useMutation({
    onSuccess: (saved) => utils.definitions.getBySlug.setData({ project_id, slug }, saved),
    onError: (error) => toast.failed("The badge was not changed", { description: sayFault(error) }),
  });
  // The page is drawn on the server too, which does not know by which address it is reached.
  const origin = typeof window === "undefined" ? "" : window.location.origin;
  const words = name.replace(/[[\]\\]/g, "\\$&");
  const markdown = `[![${words}](${origin}${badge_path})](${origin}/p/${project}/definitions/${slug})`;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        {/* biome-ignore lint/performance/noImgElement: a small picture of our own server */}
        <img src={badge_path} alt={`Status of ${withMarks(name)}`} height={20} className="h-5 max-w-48" />
        <span className="ml-auto">
          <CopyButton text={markdown} label="Copy Markdown" />
        </span>
      </div>
      {may("definition:write") ? (
        <div className="flex items-start gap-2">
          <Switch
            label="Show the badge to whoever has its address"
            checked={is_badge_public}
            disabled={set.isPending}
            onCheckedChange={(next) => set.mutate({ id, public: next })}
          />
          <span className="text-pretty text-muted">Shown to whoever has its address</span>
        </div>
      ) : null}
      <p className="text-meta text-pretty text-faint">
        {is_badge_public
          ? "The name and the last result, and nothing else. Switched off and on again, it has another address."
          : "Now only readers of the project see it, and only when they are signed in."}
      </p>
    </div>
  );
}
