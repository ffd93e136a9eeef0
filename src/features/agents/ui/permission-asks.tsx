"use client";

import { useRef } from "react";
import { CodeBlock } from "../../../components/code-block";
import { RelativeTime } from "../../../components/relative-time";
import { withMarks } from "../../../lib/marks";
import { can } from "../../../model/roles";
import { StatusIcon } from "../../in-run/ui/status-icon";
import { useProject } from "../../projects/ui/project-provider";
import type { PermissionRequest } from "../schema";
import { PermissionButtons } from "./permission-buttons";
import { shownPath } from "./shown-path";
import { ToolBody } from "./tool-body";
import { ToolIcon } from "./tool-icon";

/** The open permission requests of a step's agent, with answer buttons for people who may answer. */
export function PermissionAsks({
  requests,
  step,
  run,
}: {
  /** Requests without an answer. */
  requests: readonly PermissionRequest[];
  step: { id: string; name: string };
  run: { id: string; name: string };
}) {
  const region = useRef<HTMLElement>(null);
  const mayAnswer = can(useProject().role, "run:write");
  if (requests.length === 0) return null;
  return (
    <section
      ref={region}
      aria-label="Asks for permission"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="flex max-h-[55%] shrink-0 flex-col gap-2 overflow-y-auto border-t border-line px-4 py-3 outline-offset-[-2px]"
    >
      {requests.map((request) => (
        <article
          key={request.id}
          aria-label={withMarks(request.tool_call.title)}
          className="flex min-w-0 shrink-0 flex-col gap-2 rounded-outer border border-needs-you/40 bg-needs-you-fill/8 px-3 py-2"
        >
          <p className="flex min-w-0 items-start gap-2 text-list">
            <StatusIcon status="needs_you" decorative className="mt-[3px]" />
            <ToolIcon kind={request.tool_call.kind} />
            <span className="min-w-0 flex-1 font-medium wrap-anywhere">
              {withMarks(request.tool_call.title)}
            </span>
            <span className="shrink-0 text-meta text-muted">
              asked <RelativeTime at={request.created_at} />
            </span>
          </p>
          <Asked call={request.tool_call} />
          <div className="flex flex-wrap gap-1.5">
            {mayAnswer ? (
              <PermissionButtons
                {...{ request, step, run }}
                emphasis
                onDone={() => region.current?.focus()}
              />
            ) : (
              <span className="text-meta text-muted">Answered by members of the project.</span>
            )}
          </div>
        </article>
      ))}
    </section>
  );
}

/** What the request is about: the file change, else the agent's own text, else the tool's arguments. */
function Asked({ call }: { call: PermissionRequest["tool_call"] }) {
  const { content, input, kind, is_cut, locations } = call;
  const paths = content.some(({ type }) => type === "diff")
    ? []
    : locations.map(({ path }) => shownPath(path));
  return (
    <div className="flex min-w-0 flex-col gap-2 empty:hidden">
      {paths.length > 0 ? (
        <p className="font-mono text-meta wrap-anywhere text-muted">{paths.join(", ")}</p>
      ) : null}
      <ToolBody content={content} isOutput={kind === "execute"} />
      {input !== null && content.length === 0 ? <CodeBlock code={input} language="json" /> : null}
      {is_cut ? <p className="text-meta text-faint">Some of it is too long to be shown here.</p> : null}
    </div>
  );
}
